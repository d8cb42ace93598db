namespace OllamaStudio.Core.Insights;

/// <summary>What is stored of spans as sums over time. Reads block for some milliseconds, and see a span about a second after its end.</summary>
public interface IRollupStore
{
    /// <summary>Sums of the steps that begin from <paramref name="from"/> to before <paramref name="to"/>, in order of time.</summary>
    /// <param name="step">How long each is.</param>
    /// <param name="from">Inclusive, UTC.</param>
    /// <param name="to">Exclusive, UTC.</param>
    /// <param name="model">Of that model alone, or null for all.</param>
    /// <param name="sources">Of traces that these began.</param>
    IReadOnlyList<RollupRow> Read(RollupStep step, DateTimeOffset from, DateTimeOffset to, string? model, IReadOnlyCollection<string> sources);

    /// <summary>The changes from <paramref name="from"/> to before <paramref name="to"/>, oldest first; of very many the newest 1,000.</summary>
    IReadOnlyList<ChangeMark> ReadMarks(DateTimeOffset from, DateTimeOffset to, string? model);

    /// <summary>Every model that has been asked, the one asked most first; at most 100.</summary>
    IReadOnlyList<string> ReadModels(IReadOnlyCollection<string> sources);

    /// <summary>Begin of the oldest day that is kept, UTC; null where there is nothing.</summary>
    DateTimeOffset? First { get; }

    /// <summary>Calls <paramref name="changed"/> after something was stored, on a pool thread, at most once a second, until the result is disposed.</summary>
    IDisposable Subscribe(Action changed);
}

/// <summary>A sum over one step of time.</summary>
/// <param name="Start">When the step begins, UTC.</param>
/// <param name="Key">What was summed.</param>
/// <param name="Value">The sum.</param>
public sealed record RollupRow(DateTimeOffset Start, RollupKey Key, Rollup Value);

/// <summary>How long a step of time is, in seconds; each begins at a multiple of it, UTC.</summary>
public enum RollupStep
{
    /// <summary>Kept for an hour or two, for whoever watches.</summary>
    TenSeconds = 10,

    /// <summary>A minute.</summary>
    Minute = 60,

    /// <summary>An hour.</summary>
    Hour = 3_600,

    /// <summary>A day.</summary>
    Day = 86_400,
}
