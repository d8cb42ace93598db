using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace OllamaStudio.Core.Insights;

/// <summary>Something of a trace that a query can ask for: <c>model:qwen3</c>, <c>duration&gt;5s</c>.</summary>
public sealed class QueryField
{
    /// <summary>Attributes begin with this, and go on with their name.</summary>
    public const string AttributePrefix = "attr.";

    private QueryField(string name, QueryFieldKind kind, string help, Func<TraceSummary, DateTimeOffset?, double?>? number = null)
    {
        (Name, Kind, Help, NumberOf) = (name, kind, help, number ?? (static (_, _) => null));
    }

    /// <summary>running, ok, error, unset or interrupted; <c>error</c> finds traces in which anything failed.</summary>
    public static QueryField Status { get; } = new("status", QueryFieldKind.Text, "how it ended: running, ok, error, unset, interrupted");

    /// <summary>With its tag that model alone, without one all of its family.</summary>
    public static QueryField Model { get; } = new("model", QueryFieldKind.Text, "the model asked");

    /// <summary>A tool that was called; <c>any</c> for whichever.</summary>
    public static QueryField Tool { get; } = new("tool", QueryFieldKind.Text, "a tool that was called, or any");

    /// <summary>The service that began the trace.</summary>
    public static QueryField Service { get; } = new("service", QueryFieldKind.Text, "the program that began it");

    /// <summary>What began the trace: <c>chat</c>, <c>lab</c>, <c>gateway</c>, or how one of them begins.</summary>
    public static QueryField Source { get; } = new("source", QueryFieldKind.Text, "what began it: chat, lab (a replay) or gateway");

    /// <summary>The conversation, by its id.</summary>
    public static QueryField Session { get; } = new("session", QueryFieldKind.Text, "the conversation's id");

    /// <summary>What the person said of its reply: <c>up</c>, <c>down</c>; <c>any</c> for either.</summary>
    public static QueryField Feedback { get; } = new("feedback", QueryFieldKind.Text, "your thumb on its reply: up, down, or any");

    /// <summary>From the first start to the last end.</summary>
    public static QueryField Duration { get; } = new(
        "duration", QueryFieldKind.Time, "how long it took", static (trace, now) => Nanoseconds(now is { } moment ? trace.Elapsed(moment) : trace.LastTime - trace.StartTime));

    /// <summary>All fields, in the order that they are offered in.</summary>
    public static ImmutableArray<QueryField> All { get; } =
    [
        Status, Model, Tool, Duration, Feedback,
        new("tokens.in", QueryFieldKind.Count, "tokens read", static (trace, _) => trace.Tokens.Input),
        new("tokens.out", QueryFieldKind.Count, "tokens written", static (trace, _) => trace.Tokens.Output),
        new("tokens.cached", QueryFieldKind.Count, "tokens that the server still had", static (trace, _) => trace.CachedTokens),
        new("rate", QueryFieldKind.Rate, "tokens written per second", static (trace, _) => trace.TokensPerSecond),
        new("errors", QueryFieldKind.Count, "spans that failed", static (trace, _) => trace.ErrorCount),
        new("spans", QueryFieldKind.Count, "spans in it", static (trace, _) => trace.SpanCount),
        new("wait.queue", QueryFieldKind.Time, "waited for a free slot", static (trace, _) => Nanoseconds(trace.Phases.QueueDuration)),
        new("wait.load", QueryFieldKind.Time, "loading the model", static (trace, _) => Nanoseconds(trace.Phases.LoadDuration)),
        new("wait.reading", QueryFieldKind.Time, "reading the prompt", static (trace, _) => Nanoseconds(trace.Phases.PromptEvalDuration)),
        new("wait.thinking", QueryFieldKind.Time, "thinking", static (trace, _) => Nanoseconds(trace.Phases.ThinkingDuration)),
        new("wait.tools", QueryFieldKind.Time, "running tools", static (trace, _) => Nanoseconds(trace.Phases.ToolDuration)),
        new("wait.person", QueryFieldKind.Time, "waited for you", static (trace, _) => Nanoseconds(trace.Phases.ApprovalDuration)),
        Service, Source, Session,
    ];

    /// <summary>The names of all of them, for a sentence.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(static known => known.Name)) + ", and attr. with an attribute’s name";

    private static readonly FrozenDictionary<string, QueryField> ByName = All.ToFrozenDictionary(static field => field.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Its name, as it is typed.</summary>
    public string Name { get; }

    /// <summary>What is asked of it.</summary>
    public QueryFieldKind Kind { get; }

    /// <summary>What it is, in a few words.</summary>
    public string Help { get; }

    /// <summary>The number that a trace has of it, times in nanoseconds; null for none, and for fields of text.</summary>
    internal Func<TraceSummary, DateTimeOffset?, double?> NumberOf { get; }

    /// <summary>What a value looks like, for whoever typed another.</summary>
    internal string Expected => Kind switch
    {
        QueryFieldKind.Time => "a time such as 500ms, 5s or 2m is expected",
        QueryFieldKind.Count => "a count such as 500, 2k or 1.5m is expected",
        _ => "a number such as 40 or 42.5 is expected",
    };

    /// <summary>The field of that name, in any case; null where there is none.</summary>
    public static QueryField? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>
    /// Where what a list shows as that value begins and ends, the end exclusive: as exactly as it was typed, so that <c>3.12s</c> finds 3,118 ms. Null of counts, which lists
    /// show whole, and of what is no value.
    /// </summary>
    internal (double From, double To)? Around(string text)
    {
        var end = NumberEnd(text);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return Kind is QueryFieldKind.Time or QueryFieldKind.Rate && Parse(text) is { } value && Parse("1" + text[end..]) is { } unit && value < 1e18
            ? Bounds((decimal)value, (decimal)(unit * Math.Pow(10, point < 0 ? 0 : point + 1 - end) / 2))
            : null;
    }

    // As decimals, so that a bound is the number that a person would write.
    private static (double From, double To) Bounds(decimal value, decimal half) => ((double)(value - half), (double)(value + half));

    // After the number, and before its unit.
    private static int NumberEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && char.IsLetter(text[end - 1]))
        {
            end--;
        }

        return end;
    }

    /// <summary>Reads a value of a field of numbers, times in nanoseconds; null where it is none.</summary>
    internal double? Parse(string text)
    {
        var end = NumberEnd(text);
        if (!double.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        double? unit = (Kind, text[end..].ToLowerInvariant()) switch
        {
            (QueryFieldKind.Time, "us" or "µs") => 1e3,
            (QueryFieldKind.Time, "ms") => 1e6,
            (QueryFieldKind.Time, "s") => 1e9,
            (QueryFieldKind.Time, "m" or "min") => 60e9,
            (QueryFieldKind.Time, "h") => 3600e9,
            (QueryFieldKind.Time, _) => number == 0 ? 1 : null,
            (_, "") => 1,
            (QueryFieldKind.Count, "k") => 1e3,
            (QueryFieldKind.Count, "m") => 1e6,
            _ => null,
        };
        return number * unit;
    }

    private static double? Nanoseconds(TimeSpan? duration) => duration?.Ticks * (double)TimeSpan.NanosecondsPerTick;
}

/// <summary>What is asked of a field.</summary>
public enum QueryFieldKind
{
    /// <summary>Words.</summary>
    Text,

    /// <summary>A number of something.</summary>
    Count,

    /// <summary>A stretch of time.</summary>
    Time,

    /// <summary>Tokens per second.</summary>
    Rate,
}
