using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage.Spans;

/// <summary>What is asked while spans end, are stored, and are let go by the feed has each trace once, too.</summary>
public sealed class ConcurrentTruthTests
{
    private static readonly TraceQuery s_all = new();

    [Fact]
    public async Task A_trace_that_is_stored_between_a_look_at_memory_and_one_at_the_store_is_counted_once()
    {
        await using var studio = new SpanStoreFixture(feedCapacity: 10);
        await studio.StoreAsync(Ended(1), Ended(2));
        var traces = new TraceList(studio.Feed, new StoringMeanwhile(studio), studio.Conversations, studio.Time);
        var stored = 2;

        Check(static traces => traces.Count(s_all));
        Check(static traces => traces.Count(new TraceQuery { Text = "status:ok" }));
        Check(static traces => traces.CountFacets(TimeRange.All).All);
        Check(static traces => traces.CountFacets(TimeRange.All).Models.Values.Sum());
        Check(static traces => traces.ReadSessions(s_all, 100).Sum(static session => session.Turns));
        Check(static traces => traces.FindPlace(s_all, TraceId(1))!.Value + 1);

        void Check(Func<TraceList, long> count)
        {
            studio.Record(Ended(++stored));
            Assert.Single(studio.Writer.Pending);
            Assert.Equal(stored, count(traces));
            Assert.Empty(studio.Writer.Pending);
        }
    }

    /// <summary>Two threads, and a feed of ten: no answer has a trace twice, misses one that had begun before it was asked, or has more than had begun when it came.</summary>
    [Fact]
    public async Task Whoever_asks_while_others_write_finds_each_trace_once()
    {
        const int Traces = 1_500;
        await using var studio = new SpanStoreFixture(feedCapacity: 10);
        var (begun, ended) = (0, 0);
        var asked = 0;
        var askedAgain = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writing = Task.Run(async () =>
        {
            for (var trace = 1; trace <= Traces; trace++)
            {
                Volatile.Write(ref begun, trace);
                studio.Record(Ended(trace));
                Volatile.Write(ref ended, trace);
                if (trace % 7 == 0)
                {
                    await studio.Writer.FlushAsync();
                }

                if (trace == Traces / 2)
                {
                    await askedAgain.Task; // on a busy machine all would be written before the second question
                }
            }
        });

        try
        {
            while (!writing.IsCompleted)
            {
                if (++asked > 1)
                {
                    askedAgain.TrySetResult();
                }

                Asked("count", () => (int)studio.Traces.Count(s_all));
                Asked("count by a filter", () => (int)studio.Traces.Count(new TraceQuery { Text = "status:ok" }));
                Asked("facets", () => (int)studio.Traces.CountFacets(TimeRange.All).All);
                Asked("sessions", () => (int)studio.Traces.ReadSessions(s_all, 10).Sum(static session => session.Turns));
                Asked("list", () =>
                {
                    var ids = studio.Traces.Read(s_all, count: Traces).Select(static item => item.Trace.TraceId).ToArray();
                    Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
                    return ids.Length;
                });
            }
        }
        finally
        {
            askedAgain.TrySetResult();
        }

        await writing;
        Assert.True(asked > 1);
        Assert.Equal(Traces, studio.Traces.Count(s_all));

        void Asked(string what, Func<int> count)
        {
            var least = Volatile.Read(ref ended);
            var found = count();
            var most = Volatile.Read(ref begun);
            Assert.True(found >= least && found <= most, $"{what}: {found}, where it is at least {least} and at most {most}");
        }
    }

    private static string TraceId(int trace) => trace.ToString("x32", CultureInfo.InvariantCulture);

    private static SpanRecord Ended(int trace) => new()
    {
        TraceId = TraceId(trace), SpanId = SpanGen.SpanId(1), Name = "chat_interaction", StartTime = SpanGen.Start.AddSeconds(trace), Duration = TimeSpan.FromSeconds(1), Status = SpanStatus.Ok,
        Attributes = [new("session.id", "one"), new("llm.model", "qwen3:8b")],
    };

    /// <summary>The store, in which what waits is stored at the worst moment: when memory was looked at, and before it is asked itself.</summary>
    private sealed class StoringMeanwhile(SpanStoreFixture studio) : ITraceStore
    {
        public IReadOnlyList<SpanRecord> Pending => studio.Reader.Pending;

        public long TakenSpanCount => studio.Reader.TakenSpanCount;

        public long Version => studio.Reader.Version;

        public long LostSpanCount => studio.Reader.LostSpanCount;

        public StoreUnreadableException? LastFault => studio.Reader.LastFault;

        private SpanReader Late
        {
            get
            {
                studio.Writer.FlushAsync().GetAwaiter().GetResult();
                return studio.Reader;
            }
        }

        public IDisposable Subscribe(Action changed) => studio.Reader.Subscribe(changed);

        public ImmutableArray<SpanRecord> FindSpans(string traceId) => studio.Reader.FindSpans(traceId);

        public IReadOnlySet<string> FindExported(string traceId) => studio.Reader.FindExported(traceId);

        public (TraceSummary Summary, IReadOnlySet<string> SpanIds)? FindParts(string traceId) => studio.Reader.FindParts(traceId);

        public IReadOnlyDictionary<string, TraceSummary> FindSummaries(IReadOnlyCollection<string> traceIds) => studio.Reader.FindSummaries(traceIds);

        public T ReadKeys<T>(TraceSelection selection, TraceKey? after, int most, Func<IEnumerable<TraceKey>, T> read) => Late.ReadKeys(selection, after, most, read);

        public long Count(TraceSelection selection, IReadOnlyCollection<string> without, TraceKey? after = null) => Late.Count(selection, without, after);

        public TraceSelection Narrow(TraceSelection selection) => Late.Narrow(selection);

        public IReadOnlySet<string> MatchAttributes(IReadOnlyCollection<string> traceIds, TraceFilter filter) => Late.MatchAttributes(traceIds, filter);

        public IReadOnlyList<SessionSummary> ReadSessions(TraceSelection selection, IReadOnlyCollection<string> without, IReadOnlyCollection<string> always, int most) =>
            Late.ReadSessions(selection, without, always, most);

        public TraceFacets CountFacets(TimeRange range, IReadOnlyCollection<string> without, CancellationToken cancellationToken) => Late.CountFacets(range, without, cancellationToken);

        public IReadOnlyList<(string MessageId, string TraceId, ReplyThumb Thumb)> ReadThumbs() => studio.Reader.ReadThumbs();

        public IReadOnlyList<(string MessageId, string TraceId, string Prompt)> ReadInterruptedPrompts() => studio.Reader.ReadInterruptedPrompts();

        public QueryValues ReadValues() => studio.Reader.ReadValues();
    }
}
