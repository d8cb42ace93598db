using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>What the client made of a stream: all that whoever asked can see, but for ids that are new in every answer.</summary>
/// <param name="End"><c>ok</c>, or the error's kind, words and next step.</param>
/// <param name="Said">The updates: text, (thinking), calls, usage, finish reason, durations; what is as always is left out.</param>
internal sealed record StreamOutcome(string End, string Said)
{
    /// <summary>How the end is named that no client of ours may have: an exception of another type, or none in a minute.</summary>
    public const string Unknown = "unknown";

    /// <summary>Longer texts are cut to their beginning, their length and a hash.</summary>
    private const int LongestText = 200;

    /// <summary>The times of <see cref="Lines"/>, cut to ticks.</summary>
    private static readonly DateTimeOffset[] UsualTimes =
        [.. new[] { "2025-06-01T10:00:00.1234567Z", "2025-06-01T10:00:01.1234567Z" }.Select(time => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture))];

    /// <summary>What <see cref="Lines.Done"/> becomes.</summary>
    private const string UsualEnd = "26+298=324 stop 5000,1000,500,3400";

    private static readonly ChatOptions Tools = new()
    {
        Tools = [.. new[] { "add", "now" }.Select(name => AIFunctionFactory.CreateDeclaration(name, null, JsonElement.Parse("""{"type":"object"}""")))],
    };

    public static async Task<StreamOutcome> OfAsync(FuzzedStream stream)
    {
        using var client = new OllamaClient(
            OllamaEndpoint.Default,
            new PiecesHandler(stream.Body, stream.Pieces(), stream.Breaks ? new IOException("cut") : null),
            new OllamaClientOptions { MaxLineBytes = stream.MaxLineBytes });
        using var chat = new OllamaChatClient(client, "m") { RecoversTextToolCalls = true };
        ChatOptions? options = stream.OffersTools ? Tools : null;
        var said = new List<string>();
        string end = "ok";
        try
        {
            await (stream.Streamed ? ReadAsync(chat, options, said) : AskAsync(chat, options, said)).WaitAsync(StreamExtensions.Guard);
        }
        catch (OllamaException e)
        {
            end = string.Create(CultureInfo.InvariantCulture, $"{e.ErrorType} {(int?)e.StatusCode}: {Text(e.Message)} > {Text(e.NextStep ?? "")}");
        }
        catch (Exception e)
        {
            end = $"{Unknown}: {e.GetType().FullName} {Text(e.Message)}";
        }

        return new StreamOutcome(end, string.Join(" | ", said));
    }

    private static async Task ReadAsync(OllamaChatClient chat, ChatOptions? options, List<string> said)
    {
        await foreach (ChatResponseUpdate update in chat.GetStreamingResponseAsync("a", options))
        {
            said.Add(Describe(update.Role, update.ModelId, update.CreatedAt, update.Contents, update.FinishReason, update.AdditionalProperties));
        }
    }

    private static async Task AskAsync(OllamaChatClient chat, ChatOptions? options, List<string> said)
    {
        ChatResponse response = await chat.GetResponseAsync("a", options);
        ChatMessage message = Assert.Single(response.Messages);
        List<AIContent> contents = [.. message.Contents, .. response.Usage is { } usage ? [new UsageContent(usage)] : Array.Empty<AIContent>()];
        said.Add(Describe(message.Role, response.ModelId, response.CreatedAt, contents, response.FinishReason, response.AdditionalProperties));
    }

    private static string Describe(
        ChatRole? role, string? model, DateTimeOffset? created, IEnumerable<AIContent> contents, ChatFinishReason? finish, AdditionalPropertiesDictionary? properties)
    {
        var words = new List<string>();
        words.AddRange(role == ChatRole.Assistant ? [] : [$"role={Text(role?.Value ?? "?")}"]);
        words.AddRange(model == "m" ? [] : [$"model={Text(model ?? "?")}"]);
        words.AddRange(created is null ? ["no-time"] : UsualTimes.Contains(created.Value) ? [] : [created.Value.ToString("O", CultureInfo.InvariantCulture)]);
        words.AddRange(contents.Select(Describe));
        words.AddRange(finish is null ? [] : [Text(finish.Value.Value, quoted: false)]);
        if (properties is { Count: > 0 })
        {
            words.Add(string.Join(',', new[] { ResponseProperties.TotalDuration, ResponseProperties.LoadDuration, ResponseProperties.PromptEvalDuration, ResponseProperties.EvalDuration }
                .Select(name => properties.TryGetValue(name, out TimeSpan time) ? time.TotalMilliseconds.ToString("R", CultureInfo.InvariantCulture) : "?")));
            words.AddRange(properties.TryGetValue(ResponseProperties.DoneReason, out string? reason) ? reason == finish?.Value || (reason == "stop" && finish == ChatFinishReason.ToolCalls) ? [] : [$"reason={Text(reason!)}"] : ["no-reason"]);
        }

        string all = string.Join(' ', words);
        return all.Length == 0 ? "-" : all.Replace(UsualEnd, "usual", StringComparison.Ordinal);
    }

    private static string Describe(AIContent content) => content switch
    {
        TextContent text => Text(text.Text),
        TextReasoningContent thinking => $"({Text(thinking.Text, quoted: false)})",
        FunctionCallContent call => $"{Text(call.Name, quoted: false)}#{Id(call.CallId)}{Arguments(call)}",
        UsageContent { Details: var usage } => string.Create(CultureInfo.InvariantCulture, $"{usage.InputTokenCount?.ToString(CultureInfo.InvariantCulture) ?? "?"}+{usage.OutputTokenCount?.ToString(CultureInfo.InvariantCulture) ?? "?"}={usage.TotalTokenCount?.ToString(CultureInfo.InvariantCulture) ?? "?"}{(usage.CachedInputTokenCount is { } cached ? $" cached={cached}" : "")}"),
        _ => content.GetType().Name,
    };

    private static string Describe(KeyValuePair<string, object?> argument) =>
        $"{Text(argument.Key, quoted: false)}={Text(argument.Value switch { null => "null", JsonElement json => json.GetRawText(), { } other => $"{other.GetType().Name} {other}" }, quoted: false)}";

    private static string Arguments(FunctionCallContent call) =>
        call.Exception is null ? $"[{string.Join(' ', call.Arguments!.Select(Describe))}]"
        : call.Exception.Message == $"The model gave {call.Name} arguments that are no JSON object." ? "!"
        : $"! {Text(call.Exception.Message)}";

    /// <summary>Ids that the client makes up are new in every answer.</summary>
    private static string Id(string id) => id.Length == "call_".Length + 32 && id.StartsWith("call_", StringComparison.Ordinal) ? "new" : Text(id, quoted: false);

    /// <summary>Text in one line of ASCII and Latin-1; the rest as <c>\u1234</c>.</summary>
    private static string Text(string text, bool quoted = true)
    {
        var escaped = new StringBuilder();
        foreach (char one in text)
        {
            _ = one switch
            {
                '\\' => escaped.Append(@"\\"),
                '"' when quoted => escaped.Append("\\\""),
                '\n' => escaped.Append("\\n"),
                (>= ' ' and <= '~') or (>= '\u00A1' and <= '\u00FF' and not '\u00AD') or '\uFFFD' or '…' => escaped.Append(one),
                _ => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}"),
            };
        }

        string all = escaped.ToString();
        if (all.Length > LongestText)
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..8];
            all = string.Create(CultureInfo.InvariantCulture, $"{all[..16]}~{text.Length}~{hash}");
        }

        return quoted ? $"\"{all}\"" : all;
    }
}
