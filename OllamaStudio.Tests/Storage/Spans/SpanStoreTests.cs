using System.Diagnostics;
using CsCheck;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Insights;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Storage.Spans;

public sealed class SpanStoreTests : IAsyncLifetime
{
    private readonly SpanStoreFixture _studio = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _studio.DisposeAsync();

    [Theory]
    [InlineData("trace")] // the list
    [InlineData("span")] // what is read of each
    public async Task A_search_that_could_not_read_all_of_it_says_so_at_its_end(string table)
    {
        await _studio.StoreAsync(Span(1, 1) with { TraceId = TraceId(1) });
        _studio.Feed.Clear();
        await _studio.Store.DamageAsync(table);
        using var hold = new ManualResetEventSlim();
        var held = _studio.Store.Writer.WriteAsync(_ => hold.Wait(), bytes: 0);

        try
        {
            await Assert.ThrowsAsync<StoreUnreadableException>(async () =>
            {
                await foreach (var item in _studio.Traces.SearchAsync(new TraceQuery()))
                {
                    _studio.Traces.Find(item.Trace.TraceId);
                }
            });
        }
        finally
        {
            hold.Set();
        }

        await held;
    }

    [Fact]
    public async Task A_span_comes_back_after_a_restart_as_it_was()
    {
        var span = new SpanRecord
        {
            TraceId = TraceId(1),
            SpanId = SpanId(1),
            ParentSpanId = SpanId(9),
            Name = "execute_tool näme",
            Kind = ActivityKind.Producer,
            StartTime = Start.AddTicks(1),
            Duration = TimeSpan.FromTicks(3),
            Status = SpanStatus.Error,
            StatusDescription = "it \0 broke",
            Sampled = true,
            Attributes =
            [
                new("text", "\"quoted\" 東京 🎈\n\0"), new("empty", ""), new("null", null), new("yes", true), new("int", 5), new("long", long.MaxValue), new("double", 1.0), new("small", 0.1 + 0.2),
                new("nan", double.NaN), new("float", 0.1f), new("short", (short)-3), new("byte", (byte)7), new("decimal", 1.50m), new("texts", new[] { "a", null, "b" }), new("ints", new[] { 1, 2 }),
                new("longs", new[] { 1L }), new("doubles", new[] { 1.0, double.PositiveInfinity }), new("flags", new[] { true, false }), new("none", Array.Empty<string>()), new("twice", 1), new("twice", 2),
            ],
            Events = [new SpanEventRecord("exception", Start.AddTicks(2), [new("exception.message", "broken"), new("count", 3)])],
            DroppedEventCount = 4,
            Links = [new SpanLinkRecord(TraceId(7), SpanId(7), [new("link.type", "evaluation_of_generation")])],
            Resource = new SpanResource([new("service.name", "other"), new("process.pid", 12L)]),
            Scope = "OllamaStudio",
            ScopeVersion = "1.2",
        };

        _studio.Record(span);
        await _studio.RestartAsync();

        var read = Assert.Single(_studio.Traces.Find(TraceId(1))!.Spans);
        Assert.Equal(
            span with { Attributes = default, Events = default, Links = default, Resource = SpanResource.Unknown },
            read with { Attributes = default, Events = default, Links = default, Resource = SpanResource.Unknown });
        AssertEqual(span.Attributes, read.Attributes);
        AssertEqual(span.Resource.Attributes, read.Resource.Attributes);
        Assert.Equal((span.Events[0].Name, span.Events[0].Time), (read.Events[0].Name, read.Events[0].Time));
        AssertEqual(span.Events[0].Attributes, read.Events[0].Attributes);
        Assert.Equal((span.Links[0].TraceId, span.Links[0].SpanId), (read.Links[0].TraceId, read.Links[0].SpanId));
        AssertEqual(span.Links[0].Attributes, read.Links[0].Attributes);
    }

    [Fact]
    public async Task A_span_that_comes_twice_is_stored_once_and_a_trace_needs_no_root()
    {
        await _studio.StoreAsync(Span(2, 1, "ollama.chat_streaming", startMs: 5, attributes: ("llm.model", "qwen3:8b")));
        await _studio.StoreAsync(Span(2, 1, "another"), Span(3, 1, startMs: 9), Span(3, 1));

        Assert.Equal(["ollama.chat_streaming", "chat_interaction"], _studio.Traces.Find(TraceId(1))!.Spans.Select(static span => span.Name));
        var trace = Assert.Single(_studio.Traces.Read(new TraceQuery())).Trace;
        Assert.Equal((2, "qwen3:8b", "model call"), (trace.SpanCount, trace.Model, trace.Title));

        await _studio.StoreAsync(Span(1, null, startMs: 7, attributes: ("agent.task", "Late  root")));
        Assert.Equal("Late root", Assert.Single(_studio.Traces.Read(new TraceQuery())).Trace.Title);
    }

    [Fact]
    public async Task What_lists_read_of_a_trace_is_what_its_spans_tell()
    {
        foreach (var seed in Enumerable.Range(0, 8))
        {
            var spans = SpanGen.Span(traces: 4, ids: 6).Array[20].Pick((uint)seed);
            await _studio.StoreAsync(spans[..7]);
            await _studio.StoreAsync(spans[7..]);
        }

        var stored = _studio.Reader.FindSummaries([.. Enumerable.Range(1, 4).Select(SpanGen.TraceId)]);
        Assert.Equal(4, stored.Count);
        Assert.All(stored, trace => TraceSummaryTests.AssertSame(TraceSummary.Of(_studio.Reader.FindSpans(trace.Key)), trace.Value));
    }

    [Fact]
    public async Task Single_traces_of_a_conversation_go_with_their_replays_and_no_trace_of_another_one()
    {
        SpanLinkRecord To(int trace) => new(TraceId(trace), new string('1', 16), []);
        await _studio.StoreAsync(
            Span(1, attributes: [("session.id", "s")]),
            Span(2, trace: 2, attributes: [("session.id", "s")]),
            Span(3, trace: 3, attributes: [("session.id", "s")]) with { Links = [To(1)] },
            Span(4, trace: 4, attributes: [("session.id", "s")]) with { Links = [To(3)] },
            Span(5, trace: 5, attributes: [("session.id", "another")]) with { Links = [To(1)] });
        _studio.Feed.Record(Span(1, attributes: [("session.id", "s")]));
        _studio.Feed.Record(Span(2, trace: 2, attributes: [("session.id", "s")]));

        await _studio.Writer.EraseTracesAsync("s", [TraceId(1), TraceId(5)]);

        Assert.Equal([TraceId(2)], _studio.Feed.Traces.Select(static trace => trace.TraceId));
        Assert.Equal([TraceId(2), TraceId(5)], Enumerable.Range(1, 5).Select(TraceId).Where(id => !_studio.Reader.FindSpans(id).IsEmpty));
    }

    [Fact]
    public async Task Deleted_is_gone_from_the_file_too()
    {
        await _studio.StoreAsync(
            Span(1, attributes: [("session.id", "deleted"), ("agent.task", "Zyzzyva kettle"), ("llm.model", "qwen3:8b")]),
            Span(2, 1, "execute_tool Zanzibar", attributes: [("session.id", "deleted"), ("openinference.span.kind", "TOOL"), ("input.value", "Zyzzyva kettle")]),
            Span(3, trace: 2, attributes: [("session.id", "kept"), ("agent.task", "Something else")]));
        Assert.NotEmpty(_studio.Traces.Read(new TraceQuery { Text = "Zyzzyva" }));
        _studio.Feed.Record(Span(1, durationMs: null, attributes: ("session.id", "deleted")));

        await _studio.Writer.EraseAsync("deleted");

        Assert.Equal([TraceId(2)], _studio.Traces.Read(new TraceQuery()).Select(static item => item.Trace.TraceId));
        Assert.Null(_studio.Traces.Find(TraceId(1)));
        await _studio.StoreAsync(Span(4, 1, attributes: ("session.id", "deleted")));
        Assert.Empty(_studio.Reader.FindSpans(TraceId(1)));

        Assert.All(Directory.GetFiles(_studio.Store.Folder.Path, "studio.db*"), file =>
        {
            var bytes = Content(file);
            Assert.DoesNotContain("Zyzzyva", bytes, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Zanzibar", bytes, StringComparison.OrdinalIgnoreCase);

            // The index of words holds threes of letters, sorted, each without what it shares with the one before: this one whole.
            Assert.DoesNotContain("zyv", bytes, StringComparison.Ordinal);
        });
        Assert.Contains("Something else", Content(_studio.Store.Database.Path), StringComparison.Ordinal);

        static string Content(string path)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
            return reader.ReadToEnd();
        }
    }

    [Fact]
    public async Task Spans_that_end_after_the_store_do_not_hold_up_the_end_of_the_studio()
    {
        await _studio.Store.Writer.StopAsync(CancellationToken.None);
        _studio.Writer.Add(Span(1));

        await _studio.Writer.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        await _studio.Writer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        await _studio.Writer.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _studio.Writer.EraseAsync("session").WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Nothing_of_a_temporary_chat_is_stored()
    {
        using var conversations = new Core.Chat.Conversations(_studio.Time, erasers: [_studio.Writer]);
        var (temporary, ordinary) = (conversations.Create(isTemporary: true), conversations.Create());

        await _studio.StoreAsync(Span(1, attributes: ("session.id", temporary.Id)), Span(2, trace: 2, attributes: ("session.id", ordinary.Id)));

        Assert.Equal([TraceId(2)], _studio.Traces.Read(new TraceQuery()).Select(static item => item.Trace.TraceId));
    }

    private static void AssertEqual(IEnumerable<KeyValuePair<string, object?>> expected, IEnumerable<KeyValuePair<string, object?>> actual)
    {
        Assert.Equal(expected, actual);
        Assert.Equal(expected.Select(static attribute => attribute.Value?.GetType()), actual.Select(static attribute => attribute.Value?.GetType()));
    }
}
