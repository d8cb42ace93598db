using System.Globalization;
using Dapper;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage.Spans;

/// <summary>Attributes are found the same, whether their block is summed up or not, whatever comes to it or goes from it.</summary>
public sealed class AttributeBlocksTests : IAsyncLifetime
{
    // Two full blocks and one that is not: ids of rows begin with 1.
    private const int Traces = (2 * AttributeBlocks.Size) + 20;

    private readonly SpanStoreFixture _studio = new();
    private readonly Dictionary<string, List<SpanRecord>> _spans = [];

    public async Task InitializeAsync() => await StoreAsync([.. Enumerable.Range(0, Traces).SelectMany(static trace => new[] { Span(trace, 1), Span(trace, 2) })]);

    public async Task DisposeAsync() => await _studio.DisposeAsync();

    [Fact]
    public async Task What_is_found_is_the_same_before_and_after_and_blocks_without_it_are_left_out()
    {
        await AssertFoundAsync();
        Assert.Equal(0, Without("attr.nobody.has.this"));
        await SumUpAsync();
        Assert.Equal([0L, 1L], Blocks);
        await AssertFoundAsync();

        Assert.Equal(2, Without("attr.nobody.has.this"));
        Assert.Equal(2, Without("attr.llm.finish_reason=nothing"));
        Assert.Equal(2, Without("attr.session.id:nothing-has-this"));
        Assert.Equal(2, Without("attr.size>1000000"));
        Assert.Equal(1, Without("attr.rare=here")); // of trace 5 alone
        Assert.Equal(1, Without("attr.rare=here attr.llm.finish_reason:stop"));
        Assert.Equal(0, Without("attr.llm.finish_reason:stop"));
        Assert.Equal(0, Without("-attr.nobody.has.this"));
    }

    [Fact]
    public async Task A_span_that_comes_late_is_found_and_one_that_comes_twice_changes_nothing()
    {
        await SumUpAsync();
        await StoreAsync(Span(3, 1), Span(4, 2));
        Assert.Equal([0L, 1L], Blocks);
        await StoreAsync(Span(300, 3) with { Attributes = [new("late", "yes")] });
        Assert.Equal([0L], Blocks);
        await AssertFoundAsync();
        await SumUpAsync();
        Assert.Equal([0L, 1L], Blocks);
        Assert.Equal(1, Without("attr.late=yes"));
        await AssertFoundAsync();
    }

    [Fact]
    public async Task A_span_that_comes_while_its_block_is_read_leaves_it_for_the_next_time()
    {
        using var blocks = _studio.Blocks;
        await blocks.SumUpAsync(block: 0, CancellationToken.None, meanwhile: () => StoreAsync(Span(3, 3) with { Attributes = [new("late", "yes")] }));
        Assert.Empty(Blocks);
        Assert.Equal(0, Summaries);
        await AssertFoundAsync();
        await SumUpAsync();
        Assert.Equal([0L, 1L], Blocks);
        await AssertFoundAsync();
    }

    [Fact]
    public async Task What_is_deleted_is_in_no_summary_and_nothing_is_left_of_what_is_too_old()
    {
        await SumUpAsync();
        const string Session = "session-of-trace-50";
        Assert.Equal(1, Holding(Session));
        await _studio.Writer.EraseAsync(Session);
        foreach (var trace in Enumerable.Range(50, 50))
        {
            _spans.Remove(TraceId(trace));
        }

        Assert.Equal([1L], Blocks);
        Assert.Equal(0, Holding(Session));
        await SumUpAsync();
        Assert.Equal(0, Holding(Session));
        await AssertFoundAsync();

        var trim = new SpanTrim(_studio.Writer);
        for (var more = true; more;)
        {
            await _studio.Store.Writer.WriteAsync(connection => more = trim.Trim(connection, new StorageSettings { SpanDays = 1 }, SpanGen.Start.AddDays(2)), 0);
        }

        _spans.Clear();
        Assert.Empty(Blocks);
        Assert.Equal(0, Summaries);

        // Ids of rows begin anew.
        await InitializeAsync();
        await AssertFoundAsync();
        await SumUpAsync();
        Assert.Equal([0L, 1L], Blocks);
        await AssertFoundAsync();
    }

    [Fact]
    public async Task A_block_that_a_studio_was_at_when_it_was_killed_is_made_by_the_next_one()
    {
        await _studio.Store.Writer.WriteAsync(static connection => connection.Execute("INSERT INTO attribute_block (id, state) VALUES (1, 0)"), 0);
        await AssertFoundAsync();
        await _studio.RestartAsync();
        await SumUpAsync();
        Assert.Equal([0L, 1L], Blocks);
        Assert.Equal(2, Without("attr.nobody.has.this"));
    }

    [Fact]
    public async Task It_looks_every_minute()
    {
        var time = new ManualTime();
        using var blocks = new AttributeBlocks(_studio.Store.Database, _studio.Store.Writer, time, Microsoft.Extensions.Logging.Abstractions.NullLogger<AttributeBlocks>.Instance);
        await blocks.StartAsync(CancellationToken.None);
        foreach (var expected in (long[][])[[1], [0, 1]])
        {
            await time.WaitForTimerAsync();
            time.Advance(AttributeBlocks.Every); // to the first block, or from it to the next
            await WaitAsync(() => Blocks.SequenceEqual(expected));
        }

        await blocks.StopAsync(CancellationToken.None);
    }

    private static async Task WaitAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private IReadOnlyList<long> Blocks => _studio.Store.Database.Read(static connection => connection.Query<long>("SELECT id FROM attribute_block WHERE state = 1 ORDER BY id").AsList(), []);

    private long Summaries => _studio.Store.Database.Read(static connection => connection.ExecuteScalar<long>("SELECT count(*) FROM attribute_summary"), -1);

    private long Holding(string words) => _studio.Store.Database.Read(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM attribute_summary WHERE distinct_values LIKE '%\"' || @words || '\"%'", new { words }), -1);

    private int Without(string text) => _studio.Reader.Narrow(TraceSelection.Of(new TraceQuery { Text = text }, SpanGen.Start, new Dictionary<string, string>())).Without.Count;

    private async Task SumUpAsync()
    {
        using var blocks = _studio.Blocks;
        await blocks.SumUpAsync(TimeSpan.Zero, CancellationToken.None);
    }

    private async Task StoreAsync(params SpanRecord[] spans)
    {
        foreach (var span in spans)
        {
            var known = _spans.TryGetValue(span.TraceId, out var trace) ? trace : _spans[span.TraceId] = [];
            if (known.All(other => other.SpanId != span.SpanId))
            {
                known.Add(span);
            }
        }

        await _studio.StoreAsync(spans);
    }

    private async Task AssertFoundAsync()
    {
        foreach (var text in (string[])
            [
                "attr.nobody.has.this", "attr.llm.finish_reason=nothing", "attr.LLM.finish_reason=LENGTH", "attr.llm.finish_reason:eng", "attr.rare", "attr.rare=here", "attr.rare!=here", "attr.rare=here attr.size>10", "attr.late=yes", "-attr.late=yes",
                "attr.size>1030", "attr.size<=3", "attr.size=77", "attr.size:words", "attr.session.id=session-of-trace-300", "attr.session.id:TRACE-30", "attr.session.id:nothing-has-this", "-attr.rare attr.llm.finish_reason=length",
                "attr.words:\"harbour 12\"", "attr.words=nothing",
            ])
        {
            var filter = TraceFilter.Parse(text);
            Assert.Empty(filter.Problems);
            Assert.Equal(
                _spans.Where(trace => filter.MatchesAttributes([.. trace.Value.Select(static span => span.Attributes)])).Select(static trace => trace.Key).Order(StringComparer.Ordinal),
                (await _studio.Traces.SearchAsync(new TraceQuery { Text = text }).Select(static item => item.Trace.TraceId).ToArrayAsync()).Order(StringComparer.Ordinal));
        }
    }

    private static SpanRecord Span(int trace, int span) => new()
    {
        TraceId = TraceId(trace), SpanId = SpanGen.SpanId(span), Name = span == 1 ? "chat_interaction" : "other", StartTime = SpanGen.Start.AddSeconds(trace), Duration = TimeSpan.FromMilliseconds(10), Status = SpanStatus.Ok,
        Attributes = span == 1
            ? [new("session.id", $"session-of-trace-{trace / 50 * 50}"), new("words", $"the lantern by the harbour {trace}"), .. trace == 5 ? [KeyValuePair.Create("rare", (object?)"here")] : Array.Empty<KeyValuePair<string, object?>>()]
            : [new("llm.finish_reason", trace % 9 == 0 ? "length" : "stop"), new("size", (long)trace * 2)],
    };

    private static string TraceId(int trace) => (trace + 1).ToString("x32", CultureInfo.InvariantCulture);
}
