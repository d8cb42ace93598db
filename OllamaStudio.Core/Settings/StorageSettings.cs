namespace OllamaStudio.Core.Settings;

/// <summary>How long what was recorded is kept. Conversations are a person's own and are kept until they are deleted.</summary>
public sealed record StorageSettings
{
    /// <summary>Days that spans are kept (1–36,500).</summary>
    public int SpanDays { get; init; } = 30;

    /// <summary>Most traces that are kept (1,000–100,000,000); the oldest go first.</summary>
    public int MaxTraces { get; init; } = 1_000_000;

    /// <summary>Most megabytes of 1,000,000 bytes that spans take (10–1,000,000); the oldest traces go first.</summary>
    public int SpanMegabytes { get; init; } = 2_000;

    /// <summary>Days that the counts behind the dashboard are kept (1–36,500).</summary>
    public int RollupDays { get; init; } = 730;
}
