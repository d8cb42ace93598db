using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Ollama.Mapping;

/// <summary>
/// Finds calls that a model wrote as plain text instead of calling: <c>{"name":"add","arguments":{"a":5,"b":3}}</c>, a list of
/// those, fenced or in <c>&lt;tool_call&gt;</c>. Only where the whole text is one and the tool was offered; anything else is text.
/// Text that may still become a call is held back, at most <see cref="MaxHeld"/> characters. One per answer.
/// </summary>
internal sealed class TextToolCalls(IReadOnlyList<OllamaTool> offered)
{
    /// <summary>Longer than any call that a model writes by mistake.</summary>
    private const int MaxHeld = 16 * 1024;

    private readonly HashSet<string> _names = offered.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
    private readonly StringBuilder _held = new();
    private bool _isText;

    /// <summary>Passes chunks on, with the calls that were found in them. What is held back when the stream fails comes before the failure.</summary>
    public async IAsyncEnumerable<OllamaChatChunk> ReadAsync(
        IAsyncEnumerable<OllamaChatChunk> chunks, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using IAsyncEnumerator<OllamaChatChunk> reader = chunks.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            ExceptionDispatchInfo? failure = null;
            bool any = false;
            try
            {
                any = await reader.MoveNextAsync();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            if (failure is not null)
            {
                if (_held.Length > 0)
                {
                    yield return new OllamaChatChunk { Content = _held.ToString() };
                }

                failure.Throw();
            }

            if (!any)
            {
                yield break;
            }

            yield return Take(reader.Current);
        }
    }

    /// <summary>The chunk, or what is made of it and of the text held so far.</summary>
    public OllamaChatChunk Take(OllamaChatChunk chunk)
    {
        if (_isText)
        {
            return chunk;
        }

        _held.Append(chunk.Content);
        string text = _held.ToString();
        _isText = chunk.ToolCalls.Length > 0 || text.Length > MaxHeld || !TextCallOpening.Fits(text, _names);
        if (!_isText && !chunk.Done)
        {
            chunk.Content = "";
            return chunk;
        }

        _held.Clear();
        ImmutableArray<OllamaToolCall> calls = _isText ? [] : Find(text);
        if (calls.IsEmpty)
        {
            chunk.Content = text;
            return chunk;
        }

        Activity.Current?.AddEvent(new ActivityEvent(TelemetryNames.Client.RecoveredCallEvent));
        (chunk.Content, chunk.ToolCalls) = ("", calls);
        return chunk;
    }

    private ImmutableArray<OllamaToolCall> Find(string text)
    {
        try
        {
            JsonElement root = WellFormed.Parse(Unwrap(text));
            JsonElement[] candidates = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
            ImmutableArray<OllamaToolCall> calls = [.. candidates.Select(Call).OfType<OllamaToolCall>()];
            return calls.Length == candidates.Length ? calls : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The call; null where it is none, or of a tool that was not offered.</summary>
    private OllamaToolCall? Call(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("function"u8, out JsonElement function) && function.ValueKind == JsonValueKind.Object)
        {
            json = function;
        }

        return json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty("name"u8, out JsonElement name) && name.ValueKind == JsonValueKind.String && _names.Contains(name.GetString()!)
            && (json.TryGetProperty("arguments"u8, out JsonElement arguments) || json.TryGetProperty("parameters"u8, out arguments))
            && ToolCallReader.Open(arguments) is { ValueKind: JsonValueKind.Object } opened
            ? new OllamaToolCall { Name = name.GetString()!, Arguments = opened }
            : null;
    }

    private static string Unwrap(string text)
    {
        text = text.Trim();
        if (text.StartsWith("```", StringComparison.Ordinal) && text.EndsWith("```", StringComparison.Ordinal) && text.Contains('\n', StringComparison.Ordinal))
        {
            return text[text.IndexOf('\n', StringComparison.Ordinal)..^3];
        }

        return text.StartsWith("<tool_call>", StringComparison.Ordinal) && text.EndsWith("</tool_call>", StringComparison.Ordinal)
            ? text["<tool_call>".Length..^"</tool_call>".Length]
            : text;
    }
}
