using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>What a list says of a trace.</summary>
public sealed record TraceSummary
{
    /// <summary>Trace id, 32 lower-case hexadecimal digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>Name of the root span.</summary>
    public required string Name { get; init; }

    /// <summary>What a list calls it: the prompt's first words where they were captured, else what its root is about.</summary>
    public required string Title { get; init; }

    /// <summary>Where its time went; null where nothing is known (yet).</summary>
    public WaitBreakdown? Wait { get; init; }

    /// <summary>Start of the first span, UTC.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>From the first start to the last end; null while a span is running.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The first model named in the trace; null where none is.</summary>
    public string? Model { get; init; }

    /// <summary>The conversation's id; null where no span names one.</summary>
    public string? SessionId { get; init; }

    /// <summary>How many spans there are.</summary>
    public required int SpanCount { get; init; }

    /// <summary>How many of them ended with an error.</summary>
    public required int ErrorCount { get; init; }

    /// <summary>The root's token counts, or the sum of the model calls where the root has none (yet).</summary>
    public TokenCounts Tokens { get; init; }

    /// <summary>Prompt tokens that the server still had, of all model calls together; null where none told.</summary>
    public long? CachedTokens { get; init; }

    /// <summary>Tokens written per second of writing, over all model calls; null below 10 tokens or where none told the time.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>The tools that were called, by name, each once.</summary>
    public ImmutableArray<string> Tools { get; init; } = [];

    /// <summary>Why the trace failed, in the words of the span that did; null where it did not, or none said why.</summary>
    public string? Error { get; init; }

    /// <summary>Running while a span is; then the root's status.</summary>
    public required SpanStatus Status { get; init; }

    /// <summary>Whether the person stopped the turn.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Whether the trace is recorded for export; false means "sampled out".</summary>
    public required bool Sampled { get; init; }

    /// <summary>How long the trace took, or has taken by <paramref name="now"/>. Never negative.</summary>
    public TimeSpan Elapsed(DateTimeOffset now)
    {
        var elapsed = Duration ?? now - StartTime;
        return elapsed < TimeSpan.Zero ? TimeSpan.Zero : elapsed;
    }

    /// <summary><see cref="Elapsed"/> in words; a running trace's in steps of 100 ms.</summary>
    public string DurationLabel(DateTimeOffset now) =>
        Duration is null ? DurationText.Running(Elapsed(now)) : DurationText.Of(Elapsed(now));
}
