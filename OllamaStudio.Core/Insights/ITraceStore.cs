using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Core.Insights;

/// <summary>Traces that outlive the process. What is read blocks for some milliseconds. Safe to use from any thread.</summary>
public interface ITraceStore
{
    /// <summary>
    /// Spans that were taken and are not stored yet, in the order they came. Asked before a read, these and what is read hold every span
    /// that was taken until then; one may be in both.
    /// </summary>
    IReadOnlyList<SpanRecord> Pending { get; }

    /// <summary>How many spans were taken since start.</summary>
    long TakenSpanCount { get; }

    /// <summary>Grows whenever stored traces changed.</summary>
    long Version { get; }

    /// <summary>Spans that were not stored since start, because more came than can be written.</summary>
    long LostSpanCount { get; }

    /// <summary>
    /// What stood in the way of the read that failed last; null where none has. A read that fails answers as if nothing were stored: who has put an answer together
    /// from several sees by another fault than before that it may lack something.
    /// </summary>
    StoreUnreadableException? LastFault { get; }

    /// <summary>Calls <paramref name="changed"/> after <see cref="Version"/> grew, on a pool thread, until the result is disposed.</summary>
    IDisposable Subscribe(Action changed);

    /// <summary>The spans of a trace in order of start; none where it is not stored.</summary>
    ImmutableArray<SpanRecord> FindSpans(string traceId);

    /// <summary>The ids of those spans of a trace that an endpoint is known to have taken; what waits or was lost is not among them.</summary>
    IReadOnlySet<string> FindExported(string traceId);

    /// <summary>The summary of a trace with the ids of the very spans that it tells of; null where it is not stored.</summary>
    (TraceSummary Summary, IReadOnlySet<string> SpanIds)? FindParts(string traceId);

    /// <summary>The summaries of those of the traces that are stored, by their ids.</summary>
    IReadOnlyDictionary<string, TraceSummary> FindSummaries(IReadOnlyCollection<string> traceIds);

    /// <summary>The places of the traces that are asked for, in order, to be read one after the other within <paramref name="read"/>.</summary>
    /// <param name="selection">What is asked for; attributes are left to <see cref="MatchAttributes"/>.</param>
    /// <param name="after">The place to go on after; null for the beginning.</param>
    /// <param name="most">Most of them that will be read.</param>
    /// <param name="read">Reads as many as it needs.</param>
    T ReadKeys<T>(TraceSelection selection, TraceKey? after, int most, Func<IEnumerable<TraceKey>, T> read);

    /// <summary>How many traces are asked for; attributes are not looked at.</summary>
    /// <param name="selection">What is asked for.</param>
    /// <param name="without">The ids of traces that are not counted, whether they are stored by then or not: memory knows more of them.</param>
    /// <param name="after">Only those that come after that place; null for all.</param>
    long Count(TraceSelection selection, IReadOnlyCollection<string> without, TraceKey? after = null);

    /// <summary>
    /// The same selection for a search by attributes: <see cref="ReadKeys"/> leaves traces out of it whose stored spans are known not to have them as
    /// asked, and so need not be looked at. As of now: what is stored later may be missing.
    /// </summary>
    TraceSelection Narrow(TraceSelection selection);

    /// <summary>Those of the traces whose spans' attributes are as asked.</summary>
    IReadOnlySet<string> MatchAttributes(IReadOnlyCollection<string> traceIds, TraceFilter filter);

    /// <summary>The conversations of the traces that are asked for, the one that was used last first; attributes are not looked at.</summary>
    /// <param name="selection">What is asked for.</param>
    /// <param name="without">As for <see cref="Count"/>.</param>
    /// <param name="always">Conversations that are read whenever they were used, beside the others.</param>
    /// <param name="most">Most of the others.</param>
    IReadOnlyList<SessionSummary> ReadSessions(TraceSelection selection, IReadOnlyCollection<string> without, IReadOnlyCollection<string> always, int most);

    /// <summary>How many traces of each sort there are.</summary>
    /// <param name="range">When they began.</param>
    /// <param name="without">As for <see cref="Count"/>.</param>
    /// <param name="cancellationToken">Ends it within some tens of milliseconds.</param>
    TraceFacets CountFacets(TimeRange range, IReadOnlyCollection<string> without, CancellationToken cancellationToken);

    /// <summary>The thumbs on the stored replies that have one and a trace: the message, its trace, the thumb. There are as many as a person pressed.</summary>
    IReadOnlyList<(string MessageId, string TraceId, ReplyThumb Thumb)> ReadThumbs();

    /// <summary>
    /// The prompts of stored replies that were interrupted and have a trace: the reply, its trace, the prompt. There are as many as the studio was ended, or
    /// killed, while replies were written.
    /// </summary>
    IReadOnlyList<(string MessageId, string TraceId, string Prompt)> ReadInterruptedPrompts();

    /// <summary>What fields of text can have as values, for completion: models, services and tools, each by name, at most 1,000.</summary>
    QueryValues ReadValues();
}

/// <summary>Which traces, in which order, as of when.</summary>
/// <param name="Query">What a person asked.</param>
/// <param name="Filter">Its text, read.</param>
/// <param name="Now">As of when.</param>
/// <param name="Titles">The titles of conversations, by their ids.</param>
/// <param name="IsBackwards">Whether from the end of the order to its beginning.</param>
public sealed record TraceSelection(TraceQuery Query, TraceFilter Filter, DateTimeOffset Now, IReadOnlyDictionary<string, string> Titles, bool IsBackwards = false)
{
    /// <summary>The thumbs on replies by their traces, where they are asked for; null for none.</summary>
    public ILookup<string, ReplyThumb>? Thumbs { get; init; }

    /// <summary>The prompts of interrupted turns by their traces, where words are asked for; null for none.</summary>
    public ILookup<string, string>? Prompts { get; init; }

    /// <summary>Blocks of stored traces that are left out, as the store numbers them; none for all traces.</summary>
    internal IReadOnlyCollection<long> Without { get; init; } = [];

    /// <summary>The stretch of time with its ends fixed.</summary>
    public TimeRange Range { get; } = Query.Range.At(Now);

    /// <summary>The order.</summary>
    public TraceOrder Order { get; } = new(Query, Now, id => Titles.GetValueOrDefault(id), IsBackwards);

    /// <summary>Reads a query.</summary>
    public static TraceSelection Of(TraceQuery query, DateTimeOffset now, IReadOnlyDictionary<string, string> titles, bool isBackwards = false)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new TraceSelection(query, TraceFilter.Parse(query.Text), now, titles, isBackwards);
    }

    /// <summary>The same from its end to its beginning.</summary>
    public TraceSelection Reversed() => new(Query, Filter, Now, Titles, !IsBackwards) { Thumbs = Thumbs, Prompts = Prompts };

    /// <summary>Whether a trace is asked for, as far as a summary can tell.</summary>
    public bool Matches(TraceSummary trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return Range.Contains(trace.StartTime) && Filter.Matches(trace, trace.SessionId is { } id ? Titles.GetValueOrDefault(id) : null, Now, Thumbs, Prompts);
    }
}

/// <summary>How many traces of each sort there are.</summary>
/// <param name="All">All of them.</param>
/// <param name="Running">Of which a span is running.</param>
/// <param name="Failed">With an error in them.</param>
/// <param name="Slow">That took more than <see cref="SlowTerm"/> says.</param>
/// <param name="WithTools">That called a tool.</param>
/// <param name="WithPerson">That waited for the person's word.</param>
/// <param name="Models">Of each model.</param>
public sealed record TraceFacets(long All, long Running, long Failed, long Slow, long WithTools, long WithPerson, ImmutableSortedDictionary<string, long> Models)
{
    /// <summary>What <see cref="Slow"/> counts, as a query.</summary>
    public const string SlowTerm = "duration>10s";

    /// <summary>What <see cref="WithPerson"/> counts, as a query.</summary>
    public const string PersonTerm = "wait.person>0s";

    private static readonly TraceFilter SlowFilter = TraceFilter.Parse(SlowTerm);

    /// <summary>None at all.</summary>
    public static TraceFacets None { get; } = new(0, 0, 0, 0, 0, 0, ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal));

    /// <summary>The counts with so many traces more, or less, that are like this one.</summary>
    public TraceFacets With(TraceSummary trace, DateTimeOffset now, int more = 1)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return new TraceFacets(
            All + more,
            Running + (trace.RunningCount > 0 ? more : 0),
            Failed + (trace.ErrorCount > 0 ? more : 0),
            Slow + (SlowFilter.Matches(trace, null, now) ? more : 0),
            WithTools + (trace.Tools.IsEmpty ? 0 : more),
            WithPerson + (trace.Phases.ApprovalDuration > TimeSpan.Zero ? more : 0),
            trace.Model is { } model ? Models.SetItem(model, Models.GetValueOrDefault(model) + more) : Models);
    }
}

/// <summary>What fields of text can have as values.</summary>
/// <param name="Models">Models that were asked.</param>
/// <param name="Services">Services that began traces.</param>
/// <param name="Tools">Tools that were called.</param>
public sealed record QueryValues(ImmutableArray<string> Models, ImmutableArray<string> Services, ImmutableArray<string> Tools)
{
    /// <summary>None is known.</summary>
    public static QueryValues None { get; } = new([], [], []);
}
