using System.Collections.Immutable;

namespace OllamaStudio.Core.Export;

/// <summary>How the rules that decide at the end of a trace stand, for whoever shows it. Safe to use from any thread.</summary>
public interface ITailSampling
{
    /// <summary>The standing now. Never null.</summary>
    TailSamplingStatus Current { get; }

    /// <summary>Calls <paramref name="changed"/> after changes, on a pool thread, at most ten times a second, until the result is disposed.</summary>
    IDisposable Subscribe(Action changed);
}

/// <summary>A snapshot of what is held and of what was decided since start. At any moment begun = held + kept + left out, in traces.</summary>
public sealed record TailSamplingStatus
{
    /// <summary>Whether the rules are on.</summary>
    public bool IsOn { get; init; }

    /// <summary>Whether a variable (<c>OTEL_TRACES_SAMPLER</c>) has the ratio decide first: what it leaves out when a trace begins, no rule brings back.</summary>
    public bool HeadDecidesFirst { get; init; }

    /// <summary>Traces that are not decided.</summary>
    public int HeldTraces { get; init; }

    /// <summary>Their spans that ended.</summary>
    public long HeldSpans { get; init; }

    /// <summary>Bytes of those, as they would be sent.</summary>
    public long HeldBytes { get; init; }

    /// <summary>Traces that are exported, each by the first rule that kept it.</summary>
    public ImmutableSortedDictionary<TailRule, long> Kept { get; init; } = ImmutableSortedDictionary<TailRule, long>.Empty;

    /// <summary>Traces that are not exported.</summary>
    public long LeftOut { get; init; }

    /// <summary>Spans of those, the late ones among them.</summary>
    public long LeftOutSpans { get; init; }

    /// <summary>Traces, kept or left out, that were decided before they ended, because of a bound.</summary>
    public ImmutableSortedDictionary<HoldingBound, long> Early { get; init; } = ImmutableSortedDictionary<HoldingBound, long>.Empty;
}

/// <summary>Why a trace is exported. In the order in which they are asked.</summary>
public enum TailRule
{
    /// <summary>A span of it has an error.</summary>
    Error,

    /// <summary>It took longer than the threshold.</summary>
    Slow,

    /// <summary>It took longer than 95 % of the newest traces of its model.</summary>
    Slowest,

    /// <summary>It cost more than the threshold.</summary>
    Cost,

    /// <summary>It has more tokens than the threshold.</summary>
    Tokens,

    /// <summary>It is among the share of its model or name.</summary>
    Share,

    /// <summary>It is among the sampling ratio.</summary>
    Ratio,
}

/// <summary>Why a trace was decided before it ended.</summary>
public enum HoldingBound
{
    /// <summary>Too many were held.</summary>
    Count,

    /// <summary>Too many bytes were held.</summary>
    Bytes,

    /// <summary>It was held for too long.</summary>
    Time,

    /// <summary>The studio ended.</summary>
    End,
}
