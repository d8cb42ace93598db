using System.Collections.Immutable;
using System.Diagnostics;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Spans;

/// <summary>One span as it was when it started or when it ended: an immutable copy, free of the activity it was taken from.</summary>
public sealed record SpanRecord
{
    /// <summary>Trace id, 32 lower-case hexadecimal digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>Span id, 16 lower-case hexadecimal digits.</summary>
    public required string SpanId { get; init; }

    /// <summary>Parent's span id; null for a root.</summary>
    public string? ParentSpanId { get; init; }

    /// <summary>The span's name (its display name once it has ended).</summary>
    public required string Name { get; init; }

    /// <summary>The span's kind.</summary>
    public ActivityKind Kind { get; init; }

    /// <summary>Start, UTC.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>Duration; null while the span is running.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Running, or the status the span ended with.</summary>
    public SpanStatus Status { get; init; }

    /// <summary>What the span says of its status; null where it says nothing.</summary>
    public string? StatusDescription { get; init; }

    /// <summary>Whether the span is recorded for export; false means "sampled out", null that it is decided when its trace ends.</summary>
    public bool? Sampled { get; init; }

    /// <summary>Attributes in the order they were set. Values are strings, booleans, numbers, or arrays of these.</summary>
    public ImmutableArray<KeyValuePair<string, object?>> Attributes { get; init; } = [];

    /// <summary>Events in order of time; of very many the first ones.</summary>
    public ImmutableArray<SpanEventRecord> Events { get; init; } = [];

    /// <summary>How many further events there were, which are not kept.</summary>
    public int DroppedEventCount { get; init; }

    /// <summary>Spans of other traces, or of other branches, that it names as related; of very many the first ones.</summary>
    public ImmutableArray<SpanLinkRecord> Links { get; init; } = [];

    /// <summary>What made the span: a service on a machine.</summary>
    public SpanResource Resource { get; init; } = SpanResource.Unknown;

    /// <summary>Name of the source (OpenTelemetry: instrumentation scope); null where unknown.</summary>
    public string? Scope { get; init; }

    /// <summary>Version of the source; null where unknown.</summary>
    public string? ScopeVersion { get; init; }

    /// <summary>What its trace's root says of the whole; null where the root is unknown or is this span.</summary>
    public SpanOrigin? Origin { get; init; }

    /// <summary>Whether the span has not ended yet.</summary>
    public bool IsRunning => Duration is null;

    /// <summary>The attribute of that name, or null where there is none.</summary>
    public object? this[string attribute]
    {
        get
        {
            foreach (var (key, value) in Attributes)
            {
                if (key == attribute)
                {
                    return value;
                }
            }

            return null;
        }
    }
}

/// <summary>What the root of a trace says of all spans in it, so that each can be counted as it ends, long before the root does.</summary>
/// <param name="Source">What began the trace, as <c>studio.source</c> names it; null where it does not say.</param>
/// <param name="Model">The model asked; null where it names none.</param>
public sealed record SpanOrigin(string? Source, string? Model)
{
    /// <summary>Parameters, by Ollama's names, that are set in the turn's conversation alone. Known only of a turn of this process.</summary>
    public ImmutableArray<string> OwnParameters { get; init; } = [];

    /// <summary>Nothing is known.</summary>
    public static SpanOrigin Unknown { get; } = new(null, null);

    /// <summary>What a root says.</summary>
    public static SpanOrigin Of(SpanRecord root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return new SpanOrigin(root[TelemetryNames.Turn.Source] as string, (root[TelemetryNames.Llm.Model] ?? root[TelemetryNames.GenAi.RequestModel]) as string);
    }
}

/// <summary>Something that happened within a span, such as an exception.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Time">When, UTC.</param>
/// <param name="Attributes">Attributes in the order they were set.</param>
public sealed record SpanEventRecord(string Name, DateTimeOffset Time, ImmutableArray<KeyValuePair<string, object?>> Attributes);

/// <summary>Another span that one names as related.</summary>
/// <param name="TraceId">Its trace id, 32 lower-case hexadecimal digits.</param>
/// <param name="SpanId">Its span id, 16 lower-case hexadecimal digits.</param>
/// <param name="Attributes">Attributes in the order they were set.</param>
public sealed record SpanLinkRecord(string TraceId, string SpanId, ImmutableArray<KeyValuePair<string, object?>> Attributes);

/// <summary>How a span stands.</summary>
public enum SpanStatus
{
    /// <summary>Started and not ended.</summary>
    Running,

    /// <summary>Ended without a word on its success.</summary>
    Unset,

    /// <summary>Ended well.</summary>
    Ok,

    /// <summary>Ended with an error.</summary>
    Error,
}

/// <summary>The spans of one trace, as a snapshot.</summary>
/// <param name="TraceId">Trace id, 32 lower-case hexadecimal digits.</param>
/// <param name="Spans">Its spans in order of start; never empty.</param>
public sealed record TraceRecord(string TraceId, ImmutableArray<SpanRecord> Spans)
{
    /// <summary>The span without a parent in this trace that started first (the first span where the root is not held).</summary>
    public SpanRecord Root => Spans.FirstOrDefault(span => span.ParentSpanId is null) ?? Spans[0];

    /// <summary>Whether a span is still running.</summary>
    public bool IsRunning => Spans.Any(span => span.IsRunning);

    /// <summary>Start of the first span, UTC.</summary>
    public DateTimeOffset StartTime => Spans[0].StartTime;
}
