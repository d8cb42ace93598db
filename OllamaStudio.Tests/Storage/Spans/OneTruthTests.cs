using CsCheck;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Insights;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage.Spans;

public sealed class OneTruthTests
{
    private enum Step
    {
        Start,
        End,
        Foreign,
        Flush,
        SumUp,
        Restart,
    }

    private static readonly string[] Attributes = ["attr.llm.finish_reason=length", "attr.session.id:-2 attr.llm.streamed", "attr.nowhere", "-attr.llm.model:qwen3", "attr.llm.tokens_input>1500"];

    /// <summary>
    /// Spans start and end, come from elsewhere, are flushed or wait, and the feed, which holds ten, lets traces go all the time. At every
    /// moment the list has each trace once, in order, and says of it what all of its spans tell; asked for attributes, whether they are summed up or
    /// not, it has those whose spans have them.
    /// </summary>
    [Fact]
    public async Task Whatever_happens_in_whatever_order_each_trace_is_found_once_in_order_and_whole() =>
        await Gen.Select(Gen.Frequency((3, Gen.Const(Step.Start)), (4, Gen.Const(Step.End)), (2, Gen.Const(Step.Foreign)), (2, Gen.Const(Step.Flush)), (1, Gen.Const(Step.SumUp)), (1, Gen.Const(Step.Restart))), SpanGen.Span(traces: 6, ids: 7, running: true))
            .Array[1, 40].SampleAsync(Run, iter: 60, threads: 1);

    private static async Task Run((Step, SpanRecord)[] steps)
    {
        await using var studio = new SpanStoreFixture(feedCapacity: 10);
        var ended = new Dictionary<(string, string), SpanRecord>();
        foreach (var (step, drawn) in steps)
        {
            // A span id that comes twice comes with the same content, as from one program; the first that ended counts.
            var id = (drawn.TraceId, drawn.SpanId);
            var span = ended.GetValueOrDefault(id, drawn);
            switch (step)
            {
                case Step.Start when !ended.ContainsKey(id):
                    studio.Record(span with { Duration = null, Status = SpanStatus.Running });
                    break;
                case Step.End or Step.Foreign:
                    span = span with { Duration = span.Duration ?? TimeSpan.FromSeconds(1), Status = span.IsRunning ? SpanStatus.Ok : span.Status };
                    ended.TryAdd(id, span);
                    if (step is Step.End)
                    {
                        studio.Record(span);
                    }
                    else
                    {
                        studio.Writer.Add(span);
                    }

                    break;
                case Step.Flush:
                    await studio.Writer.FlushAsync();
                    break;
                case Step.SumUp:
                    using (var blocks = studio.Blocks)
                    {
                        await blocks.SumUpAsync(block: 0, CancellationToken.None);
                    }

                    break;
                case Step.Restart:
                    await studio.RestartAsync();
                    break;
            }

            await CheckAsync(studio, ended.Values, Attributes[ended.Count % Attributes.Length]);
        }

        await studio.Writer.FlushAsync();
        foreach (var attribute in Attributes)
        {
            await CheckAsync(studio, ended.Values, attribute);
        }
    }

    private static async Task CheckAsync(SpanStoreFixture studio, IEnumerable<SpanRecord> ended, string attribute)
    {
        // What the feed let go while it was running is known again when it ends.
        var running = studio.Feed.Traces.SelectMany(static trace => trace.Spans).Where(static span => span.IsRunning);
        var expected = ended.Concat(running).GroupBy(static span => span.TraceId)
            .ToDictionary(static trace => trace.Key, static trace => trace.DistinctBy(static span => span.SpanId).ToArray());
        var query = new TraceQuery();
        var order = new TraceOrder(query, studio.Time.GetUtcNow(), null);

        var pages = new List<TraceListItem>();
        for (IReadOnlyList<TraceListItem> page = [new(default, null!)]; page.Count > 0; pages.AddRange(page))
        {
            page = studio.Traces.Read(query, pages.Count == 0 ? null : pages[^1].Key, count: 2);
        }

        Assert.Equal(expected.Values.Select(TraceSummary.Of).Select(order.KeyOf).Order(order), pages.Select(static item => item.Key));
        Assert.Equal(expected.Count, studio.Traces.Count(query));
        var filter = TraceFilter.Parse(attribute);
        Assert.Equal(
            pages.Select(static item => item.Trace.TraceId).Where(id => filter.MatchesAttributes([.. expected[id].Select(static span => span.Attributes)])),
            await studio.Traces.SearchAsync(new TraceQuery { Text = attribute }).Select(static item => item.Trace.TraceId).ToArrayAsync());
        Assert.Equal(pages.Skip(3).Select(static item => item.Key), studio.Traces.Read(query, skip: 3).Select(static item => item.Key));
        Assert.All(pages, item => TraceSummaryTests.AssertSame(TraceSummary.Of(expected[item.Trace.TraceId]), item.Trace));
        Assert.All(expected, trace => Assert.Equal(
            trace.Value.Select(static span => (span.SpanId, span.Duration)).Order(),
            studio.Traces.Find(trace.Key)!.Spans.Select(static span => (span.SpanId, span.Duration)).Order()));
    }
}
