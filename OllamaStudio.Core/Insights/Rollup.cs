namespace OllamaStudio.Core.Insights;

/// <summary>What the spans of a <see cref="Rollup"/> have in common, beside their time. Each text is empty where a span does not tell.</summary>
/// <param name="Operation">The GenAI conventions' name of it: <c>invoke_agent</c> is a turn, <c>chat</c> a model call, <c>execute_tool</c> a tool's.</param>
/// <param name="Model">The model asked; a tool's is that of its turn.</param>
/// <param name="Status"><c>ok</c>, <c>error</c>, <c>stopped</c> (by the person) or <c>unset</c>.</param>
/// <param name="ErrorType">Of those that failed: the value of <c>error.type</c>.</param>
/// <param name="Source">What began the trace: <c>chat</c>, <c>gateway</c>, <c>lab</c>, …</param>
/// <param name="Service">The program that made the span.</param>
public sealed record RollupKey(string Operation, string Model, string Status, string ErrorType, string Source, string Service);

/// <summary>Spans as sums and histograms. What no span told is null and not 0.</summary>
public sealed class Rollup
{
    /// <summary>How many spans.</summary>
    public long Count { get; internal set; }

    /// <summary>Prompt tokens.</summary>
    public long? TokensIn { get; internal set; }

    /// <summary>Those of them whose spans tell also how many were cached.</summary>
    public long? TokensInWithCache { get; internal set; }

    /// <summary>Prompt tokens that the server still had.</summary>
    public long? TokensCached { get; internal set; }

    /// <summary>Tokens written.</summary>
    public long? TokensOut { get; internal set; }

    /// <summary>In USD.</summary>
    public double? Cost { get; internal set; }

    /// <summary>How many tell how full the context was.</summary>
    public long ContextCount { get; internal set; }

    /// <summary>The sum of that, each 0–1.</summary>
    public double ContextSum { get; internal set; }

    /// <summary>The fullest, 0–1.</summary>
    public double? ContextMax { get; internal set; }

    /// <summary>Tool calls that were made; one that the person did not allow is none.</summary>
    public long ToolCalls { get; internal set; }

    /// <summary>Those of them that succeeded.</summary>
    public long ToolSuccesses { get; internal set; }

    /// <summary>How long they took, in milliseconds; null where none is known.</summary>
    public Histogram? Duration { get; internal set; }

    /// <summary>From sending to the first chunk, in milliseconds.</summary>
    public Histogram? FirstToken { get; internal set; }

    /// <summary>Tokens written a second, of each call that wrote enough for that to mean something.</summary>
    public Histogram? Rate { get; internal set; }

    /// <summary>Average share of the context in use, 0–1; null where none tells.</summary>
    public double? Context => ContextCount > 0 ? ContextSum / ContextCount : null;

    /// <summary>Share of the prompt tokens that the server still had, 0–1; null where no span tells.</summary>
    public double? CachedShare => TokensInWithCache is > 0 and var known ? (double)(TokensCached ?? 0) / known : null;

    /// <summary>Share of the tool calls that succeeded, 0–1; null where there are none.</summary>
    public double? ToolSuccess => ToolCalls > 0 ? (double)ToolSuccesses / ToolCalls : null;

    /// <summary>Takes in all that <paramref name="other"/> has.</summary>
    public void Add(Rollup other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Count += other.Count;
        TokensIn = Sum(TokensIn, other.TokensIn);
        TokensInWithCache = Sum(TokensInWithCache, other.TokensInWithCache);
        TokensCached = Sum(TokensCached, other.TokensCached);
        TokensOut = Sum(TokensOut, other.TokensOut);
        Cost = other.Cost is { } cost ? (Cost ?? 0) + cost : Cost;
        ContextCount += other.ContextCount;
        ContextSum += other.ContextSum;
        ContextMax = ContextMax is { } max && !(other.ContextMax > max) ? max : other.ContextMax;
        ToolCalls += other.ToolCalls;
        ToolSuccesses += other.ToolSuccesses;
        Duration = Sum(Duration, other.Duration);
        FirstToken = Sum(FirstToken, other.FirstToken);
        Rate = Sum(Rate, other.Rate);
    }

    private static long? Sum(long? one, long? other) => other is null ? one : (one ?? 0) + other;

    private static Histogram? Sum(Histogram? one, Histogram? other)
    {
        if (other is not null)
        {
            (one ??= new Histogram()).Add(other);
        }

        return one;
    }
}
