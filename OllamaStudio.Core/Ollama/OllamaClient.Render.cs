using System.Text.Json;
using System.Text.Json.Nodes;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Ollama.Transport;

namespace OllamaStudio.Core.Ollama;

/// <content>What the server makes of a request, without the model.</content>
public sealed partial class OllamaClient
{
    // Where the field is missing so far into an answer, it does not come.
    private const int LongestBefore = 64 * 1024;

    private const string RenderOnly = "_debug_render_only";
    private const string DebugInfo = "_debug_info";

    /// <summary>
    /// The prompt as the model would read it, by <c>_debug_render_only</c>, which Ollama does not document. A server that does not know it
    /// answers in full, so it is asked for one token, and the connection is closed as soon as that shows.
    /// </summary>
    /// <returns>Null where the server does not know it.</returns>
    internal async Task<RenderedPrompt?> RenderAsync(OllamaChatRequest request, CancellationToken cancellationToken)
    {
        var body = Wire.ToNode(request.As(stream: false));
        body[RenderOnly] = true;
        body.Remove("keep_alive"); // how long the model stays is for calls to say: looking must not take it out
        var options = body["options"] as JsonObject ?? [];
        options[OllamaRequestProperties.NumPredict] = 1;
        body["options"] ??= options;
        using var response = await _api.PostAsync("api/chat", body.ToJsonString(), request, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var answer = new MemoryStream();
            var buffer = new byte[16 * 1024];
            var isSeen = false;
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                answer.Write(buffer, 0, read);
                isSeen = isSeen || answer.GetBuffer().AsSpan(0, (int)answer.Length).IndexOf("\"_debug_info\""u8) >= 0;
                if (answer.Length > Options.MaxBodyBytes || (!isSeen && answer.Length > LongestBefore))
                {
                    return null;
                }
            }

            return isSeen && JsonNode.Parse(answer.ToArray().AsSpan()) is JsonObject whole && whole[DebugInfo] is JsonObject info && info["rendered_template"] is JsonValue text && text.TryGetValue(out string? prompt)
                ? new RenderedPrompt(prompt, info["image_count"] is JsonValue count && count.TryGetValue(out int images) ? images : 0)
                : null;
        }
        catch (Exception fault) when (BodyReader.IsFailure(fault))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw OllamaErrors.Incomplete(anything: false, fault);
        }
        catch (JsonException fault)
        {
            throw OllamaErrors.BadAnswer("The answer is no JSON.", fault);
        }
    }
}

/// <summary>A prompt as the model reads it.</summary>
/// <param name="Text">With the marks of the model's template.</param>
/// <param name="Images">How many images go along.</param>
public sealed record RenderedPrompt(string Text, int Images);
