using System.Collections.Immutable;
using System.Globalization;
using Names = OllamaStudio.Core.Telemetry.TelemetryNames.OpenInference.Message;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Traces;

/// <summary>What went into a span and what came out, as far as it was captured: whole messages, else their beginnings.</summary>
public static class SpanMessages
{
    /// <summary>The messages in their order, what went in first; empty where nothing was captured.</summary>
    public static ImmutableArray<SpanMessage> Of(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        var read = Numbered(span, TelemetryNames.OpenInference.InputMessages, isOutput: false);
        var written = Numbered(span, TelemetryNames.OpenInference.OutputMessages, isOutput: true);
        if (read.IsEmpty && First(span, TelemetryNames.Llm.LastMessagePreview, TelemetryNames.OpenInference.InputValue) is { } input)
        {
            var role = SpanFacts.Category(span) is SpanCategory.Llm ? span[TelemetryNames.Llm.LastMessageRole] as string ?? "user" : "input";
            read = [new(role, input, IsOutput: false) { Length = Length(span, TelemetryNames.Llm.LastMessageLength) }];
        }

        if (written.All(static message => message.Text.Length == 0) && First(span, TelemetryNames.Llm.ResponsePreview, TelemetryNames.OpenInference.OutputValue) is { } output)
        {
            var role = SpanFacts.Category(span) is SpanCategory.Llm ? "assistant" : "output";
            written = [new(role, output, IsOutput: true) { Length = Length(span, TelemetryNames.Llm.ResponseLength), Calls = [.. written.SelectMany(static message => message.Calls)] }];
        }

        return [.. read, .. written];
    }

    /// <summary>Whether every message that the model was sent is there, and not the last one's beginning alone.</summary>
    public static bool AreWhole(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return span.Attributes.Any(static attribute => attribute.Key.StartsWith(TelemetryNames.OpenInference.InputMessages, StringComparison.Ordinal));
    }

    private static ImmutableArray<SpanMessage> Numbered(SpanRecord span, string prefix, bool isOutput)
    {
        var messages = new SortedDictionary<int, Dictionary<string, string>>();
        foreach (var (key, value) in span.Attributes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal) && key.IndexOf('.', prefix.Length) is var dot and > 0
                && int.TryParse(key.AsSpan(prefix.Length, dot - prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                if (!messages.TryGetValue(index, out var parts))
                {
                    messages[index] = parts = new Dictionary<string, string>(StringComparer.Ordinal);
                }

                parts[key[dot..]] = AttributeText.Of(value);
            }
        }

        return [.. messages.Values.Select(parts => Read(parts, isOutput))];
    }

    private static SpanMessage Read(Dictionary<string, string> parts, bool isOutput)
    {
        List<string> texts = parts.TryGetValue(Names.Content, out var content) ? [content] : [];
        List<string> thoughts = [];
        for (var index = 0; parts.TryGetValue(Path(Names.Contents, index) + Names.ContentText, out var text); index++)
        {
            var isThought = parts.GetValueOrDefault(Path(Names.Contents, index) + Names.ContentType) == TelemetryNames.Values.ContentReasoning;
            (isThought ? thoughts : texts).Add(text);
        }

        List<SpanToolCall> calls = [];
        for (var index = 0; parts.Keys.Any(key => key.StartsWith(Path(Names.ToolCalls, index) + ".", StringComparison.Ordinal)); index++)
        {
            calls.Add(new(parts.GetValueOrDefault(Path(Names.ToolCalls, index) + Names.CallName) ?? TelemetryNames.Values.UnknownTool, parts.GetValueOrDefault(Path(Names.ToolCalls, index) + Names.CallArguments)));
        }

        return new(parts.GetValueOrDefault(Names.Role) ?? (isOutput ? "assistant" : "user"), string.Join("\n\n", texts), isOutput)
        {
            Thinking = thoughts.Count > 0 ? string.Join("\n\n", thoughts) : null,
            Calls = [.. calls],
        };
    }

    private static string Path(string prefix, int index) => prefix + index.ToString(CultureInfo.InvariantCulture);

    private static string? First(SpanRecord span, params string[] keys) => keys.Select(key => span[key] as string).FirstOrDefault(static text => !string.IsNullOrEmpty(text));

    private static long? Length(SpanRecord span, string key) => SpanFacts.Number(span[key]) is { } length ? (long)length : null;
}

/// <summary>A message that a model read or wrote, or what went into a tool and came out.</summary>
/// <param name="Role">Who it is from, as the model was told: <c>system</c>, <c>user</c>, <c>assistant</c>, <c>tool</c>; <c>input</c> and <c>output</c> where it is no message.</param>
/// <param name="Text">Its text, as far as captured; empty where it has none.</param>
/// <param name="IsOutput">Whether it came out.</param>
public sealed record SpanMessage(string Role, string Text, bool IsOutput)
{
    /// <summary>What was thought before it; null where nothing was, or it was not captured.</summary>
    public string? Thinking { get; init; }

    /// <summary>How many characters it really had; null where nothing else than <see cref="Text"/> tells.</summary>
    public long? Length { get; init; }

    /// <summary>The tools it called.</summary>
    public ImmutableArray<SpanToolCall> Calls { get; init; } = [];
}

/// <summary>A call of a tool in a message.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">Its arguments, JSON; null where they were not captured.</param>
public sealed record SpanToolCall(string Name, string? Arguments);
