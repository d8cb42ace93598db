using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>
/// What a list says of a trace. Summaries of parts of a trace can be put together: whatever the parts and their order, the result is
/// the summary of all spans (<see cref="Merge"/>), so a trace that is live and one that was stored in pieces are told by the same code.
/// </summary>
public sealed record TraceSummary
{
    /// <summary>Most tools that are named; of more, the first by name.</summary>
    public const int MaxTools = 64;

    // Below this many tokens a rate means nothing.
    private const long FewestTokensForRate = 10;

    /// <summary>Trace id, 32 lower-case hexadecimal digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>The span that speaks for the trace.</summary>
    public required TraceRoot Root { get; init; }

    /// <summary>Name of the root span.</summary>
    public string Name => Root.Name;

    /// <summary>What a list calls it: the prompt's first words where they were captured, else what its root is about.</summary>
    public string Title => Root.Title;

    /// <summary>Start of the first span, UTC.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>The latest moment that the spans tell of, UTC: an end, or the start of one that is running.</summary>
    public required DateTimeOffset LastTime { get; init; }

    /// <summary>From the first start to the last end; null while a span is running.</summary>
    public TimeSpan? Duration => RunningCount > 0 ? null : LastTime - StartTime;

    /// <summary>How many spans there are.</summary>
    public required int SpanCount { get; init; }

    /// <summary>How many of them are running.</summary>
    public required int RunningCount { get; init; }

    /// <summary>How many of them ended with an error.</summary>
    public required int ErrorCount { get; init; }

    /// <summary>The ids of the spans that ended, mixed into one number: two parts of a trace with the same count and number hold the same spans.</summary>
    public required long EndedSpans { get; init; }

    /// <summary>The first model named in the trace, by the start of the span that names it; null where none does.</summary>
    public string? Model => FirstModel?.Text;

    /// <summary>The conversation's id, the first that a span names; null where none does.</summary>
    public string? SessionId => FirstSession?.Text;

    /// <summary>Token counts that spans without a parent tell, which speak for all below them; else the sum of the model calls.</summary>
    public TokenCounts Tokens => RootTokens.IsKnown ? RootTokens : CallTokens;

    /// <summary>Prompt tokens that the server still had, of all model calls together; null where none told.</summary>
    public long? CachedTokens { get; init; }

    /// <summary>Tokens written per second of writing, over all model calls; null below 10 tokens or where none told the time.</summary>
    public double? TokensPerSecond => WrittenTokens >= FewestTokensForRate && WritingTime > TimeSpan.Zero
        ? WrittenTokens * (double)TimeSpan.TicksPerSecond / WritingTime.Ticks
        : null;

    /// <summary>Where its time went; null where nothing is known (yet).</summary>
    public WaitBreakdown? Wait => WaitBreakdown.From(Phases);

    /// <summary>The tools that were called, each once, by name.</summary>
    public ImmutableArray<string> Tools { get; init; } = [];

    /// <summary>Why the trace failed, in the words of its root, else of the first span that says why; null where it did not, or none does.</summary>
    public string? Error => Status is SpanStatus.Error ? Root.StatusDescription ?? FirstError?.Text : null;

    /// <summary>Running while a span is; then the root's status.</summary>
    public SpanStatus Status => RunningCount > 0 ? SpanStatus.Running : EndedStatus;

    /// <summary>Whether the person stopped the turn.</summary>
    public bool IsStopped => RunningCount == 0 && Root.IsStopped;

    /// <summary>
    /// Whether it is a turn of which only parts are there, and nothing failed in them: its root never ended, because the studio did first. How it went, and how
    /// long it took, nobody knows.
    /// </summary>
    public bool IsInterrupted => RunningCount == 0 && Root.StandsIn && EndedStatus is SpanStatus.Unset;

    /// <summary>Whether it is a call that was made again to look into another one: no turn of the conversation that it belongs to.</summary>
    public bool IsReplay => Root.Source is TelemetryNames.Values.SourceLab;

    /// <summary>How many spans failed of a trace that itself ended well; 0 for any other.</summary>
    public int FailedPartCount => Status is SpanStatus.Ok ? ErrorCount : 0;

    /// <summary>Whether the trace is recorded for export; false means "sampled out", null that it is decided when it ends.</summary>
    public bool? Sampled => Root.Sampled;

    /// <summary>Name of the service that the root belongs to; null where unknown.</summary>
    public string? Service => Root.Service;

    /// <summary>The status, running spans left aside.</summary>
    internal SpanStatus EndedStatus => Root.Status is SpanStatus.Unset && ErrorCount > 0 ? SpanStatus.Error : Root.Status;

    internal Told? FirstModel { get; init; }

    internal Told? FirstSession { get; init; }

    internal Told? FirstError { get; init; }

    internal TokenCounts RootTokens { get; init; }

    internal TokenCounts CallTokens { get; init; }

    internal long WrittenTokens { get; init; }

    internal TimeSpan WritingTime { get; init; }

    internal TurnStats Phases { get; init; } = new();

    /// <summary>The summary of those spans.</summary>
    /// <param name="spans">Spans of one trace, at least one, each id once; in any order.</param>
    public static TraceSummary Of(IEnumerable<SpanRecord> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        return spans.Select(TraceSummaries.Of).Aggregate(Merge);
    }

    /// <summary>The summary of all spans of two parts of a trace that have no span in common.</summary>
    public static TraceSummary Merge(TraceSummary left, TraceSummary right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new TraceSummary
        {
            TraceId = left.TraceId,
            Root = TraceRoot.First(left.Root, right.Root),
            StartTime = left.StartTime < right.StartTime ? left.StartTime : right.StartTime,
            LastTime = left.LastTime > right.LastTime ? left.LastTime : right.LastTime,
            SpanCount = left.SpanCount + right.SpanCount,
            RunningCount = left.RunningCount + right.RunningCount,
            ErrorCount = left.ErrorCount + right.ErrorCount,
            EndedSpans = unchecked(left.EndedSpans + right.EndedSpans),
            FirstModel = Told.First(left.FirstModel, right.FirstModel),
            FirstSession = Told.First(left.FirstSession, right.FirstSession),
            FirstError = Told.First(left.FirstError, right.FirstError),
            RootTokens = left.RootTokens + right.RootTokens,
            CallTokens = left.CallTokens + right.CallTokens,
            CachedTokens = TokenCounts.Sum(left.CachedTokens, right.CachedTokens),
            WrittenTokens = left.WrittenTokens + right.WrittenTokens,
            WritingTime = left.WritingTime + right.WritingTime,
            Phases = SpanPhases.Sum(left.Phases, right.Phases),
            Tools = right.Tools.IsEmpty ? left.Tools : left.Tools.IsEmpty ? right.Tools
                : [.. left.Tools.Union(right.Tools, StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MaxTools)],
        };
    }

    /// <summary>How long the trace took, or has taken by <paramref name="now"/>. Never negative.</summary>
    public TimeSpan Elapsed(DateTimeOffset now)
    {
        var elapsed = Duration ?? now - StartTime;
        return elapsed < TimeSpan.Zero ? TimeSpan.Zero : elapsed;
    }
}

/// <summary>The span that speaks for a trace: the one without a parent that started first, and where none is known, the one that started first.</summary>
public sealed record TraceRoot
{
    /// <summary>Its span id, 16 lower-case hexadecimal digits.</summary>
    public required string SpanId { get; init; }

    /// <summary>Whether it names a parent: then it stands in for a root that has not come.</summary>
    public required bool HasParent { get; init; }

    /// <summary>Its start, UTC.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The prompt's first words where they were captured, else what its name says.</summary>
    public required string Title { get; init; }

    /// <summary>Its status; <see cref="SpanStatus.Unset"/> where it stands in for a root and ended well, which says nothing of the turn.</summary>
    public required SpanStatus Status { get; init; }

    /// <summary>What it says of its status; null for nothing.</summary>
    public string? StatusDescription { get; init; }

    /// <summary>Whether the person stopped it.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Whether it is recorded for export; null where that is not decided.</summary>
    public required bool? Sampled { get; init; }

    /// <summary>Name of its service; null where unknown.</summary>
    public string? Service { get; init; }

    /// <summary>Which part of the studio, or who else, began it (<c>studio.source</c>); null where unknown.</summary>
    public string? Source { get; init; }

    /// <summary>Whether it is part of a turn whose root is not there.</summary>
    internal bool StandsIn => HasParent && Source is null && SpanFacts.IsPartOfTurn(Name);

    internal static TraceRoot First(TraceRoot left, TraceRoot right)
    {
        var order = left.HasParent.CompareTo(right.HasParent);
        order = order != 0 ? order : left.StartTime.CompareTo(right.StartTime);
        order = order != 0 ? order : string.CompareOrdinal(left.SpanId, right.SpanId);
        return order <= 0 ? left : right;
    }
}

/// <summary>Words that a span told, and when it started.</summary>
/// <param name="Time">Start of the span, UTC.</param>
/// <param name="Text">The words.</param>
internal sealed record Told(DateTimeOffset Time, string Text)
{
    /// <summary>What was told first; of two at the same time, the lesser text.</summary>
    public static Told? First(Told? left, Told? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        var order = left.Time.CompareTo(right.Time);
        order = order != 0 ? order : string.CompareOrdinal(left.Text, right.Text);
        return order <= 0 ? left : right;
    }
}
