using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>
/// Which traces are exported whatever the sampling ratio says, decided when they end. The ratio, <see cref="TelemetrySettings.SamplingRatio"/>,
/// applies to what no rule keeps.
/// </summary>
public sealed record TailSamplingSettings
{
    /// <summary>Whether the rules are on. Off, the ratio alone decides, when a trace begins.</summary>
    public bool Enabled { get; init; }

    /// <summary>Whether each trace with an error in it is kept.</summary>
    public bool KeepErrors { get; init; } = true;

    /// <summary>Whether each trace that takes longer than 95 % of the newest ones of its model is kept.</summary>
    public bool KeepSlowest { get; init; } = true;

    /// <summary>Each trace that takes longer is kept; in seconds, 0 for no such rule. 0–86,400.</summary>
    public double SlowSeconds { get; init; } = 30;

    /// <summary>Each trace that costs more is kept; in USD, 0 for no such rule. 0–10,000.</summary>
    public double CostUsd { get; init; }

    /// <summary>Each trace of more tokens, read and written together, is kept; 0 for no such rule. 0–100,000,000.</summary>
    public int Tokens { get; init; }

    /// <summary>By the name of a model, or of a trace's first span: the share of those that no rule keeps, 0–1, in place of the ratio.</summary>
    public ImmutableSortedDictionary<string, string> Shares { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Most traces held; one more, and the oldest is decided at once. 1–100,000.</summary>
    public int MaxTraces { get; init; } = 1_000;

    /// <summary>Most megabytes (of a million bytes) of spans held; beyond it the oldest traces are decided at once. 1–10,000.</summary>
    public int MaxMegabytes { get; init; } = 64;

    /// <summary>Most seconds that a trace is held; then it is decided at once. 1–86,400.</summary>
    public int MaxSeconds { get; init; } = 600;
}
