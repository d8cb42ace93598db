using CsCheck;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage.Spans;

public sealed class TraceQueriesTests : IAsyncLifetime
{
    private static readonly string[] Terms =
    [
        "status:error", "-status:error", "status:ok", "status:unset", "status:running", "status:interrupted", "-status:inter", "holidays",  "model:qwen3", "-model:qwen3", "model:qwen3:8b", "model:demo-small", "model:LLAMA3.1", "tool:add", "tool:ADD", "tool:any", "-tool:divide",
        "tool:nothing", "service:OLLAMA-client", "-service:ollama-client", "source:lab", "-source:LAB", "source:chat", "source:gate", "session:session-1", "-session:session-2", "duration>2s", "duration<=2s", "-duration>2s", "tokens.in>1k", "tokens.out<20", "tokens.in=77",
        "tokens.cached>=1", "rate>10", "-rate>10", "errors>1", "errors=0", "spans<3", "wait.load>100ms", "wait.tools>0", "sky", "SKY", "\"the sky\"", "-sky", "sk", "東京", "東", "RÜ", "Ü", "ß", "üß", "E?", "-rÜ", "GRÜSSE", "grüße", "%_", "\"\\\"these", "these\"",
        "feedback:up", "feedback:DOWN", "feedback:any", "-feedback:any", "memory", "qwen3", "session-1", "holiday", "aa", "0e", "chat_interaction", "nowhere", "Turn",
    ];

    private static readonly TraceSortKey[] Keys = Enum.GetValues<TraceSortKey>();

    private readonly SpanStoreFixture _studio = new();

    public async Task InitializeAsync()
    {
        for (var batch = 0; batch < 6; batch++)
        {
            await _studio.StoreAsync(SpanGen.Span(traces: 60, ids: 30).Array[40].Pick((uint)batch));
        }
    }

    public async Task DisposeAsync() => await _studio.DisposeAsync();

    [Fact]
    public void The_newest_traces_of_a_tool_are_read_in_their_order_and_none_is_sorted()
    {
        var selection = TraceSelection.Of(new TraceQuery { Text = "tool:add status:ok status:unset" }, SpanGen.Start, new Dictionary<string, string>());
        var first = _studio.Reader.ReadKeys(selection, null, 1, static keys => keys.Single());
        foreach (var after in new TraceKey?[] { null, first })
        {
            var plan = _studio.Store.Database.Read(
                connection =>
                {
                    using var command = new TraceSql(selection, _studio.Reader.ReadValues()).Keys(connection, after, 1);
                    command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
                    using var row = command.ExecuteReader();
                    return row.Cast<System.Data.Common.DbDataRecord>().Select(static step => step.GetString(3)).ToList();
                },
                []);
            Assert.Contains(plan, static step => step.StartsWith("SEARCH u USING PRIMARY KEY (tool=?", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, static step => step.Contains("ORDER BY", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_store_finds_and_sorts_as_memory_does()
    {
        var all = _studio.Reader.FindSummaries([.. Enumerable.Range(1, 60).Select(SpanGen.TraceId)]).Values.ToArray();
        Assert.InRange(all.Length, 30, 60);
        var now = SpanGen.Start.AddMinutes(1);
        var titles = new Dictionary<string, string> { ["session-1"] = "A holiday in Lisbon", ["session-3"] = "another" };
        var thumbs = all.Select(static (trace, index) => (trace.TraceId, Index: index)).Where(static trace => trace.Index % 3 > 0)
            .ToLookup(static trace => trace.TraceId, static trace => trace.Index % 3 == 1 ? ReplyThumb.Up : ReplyThumb.Down, StringComparer.Ordinal);
        var prompts = all.Where(static (_, index) => index % 2 == 0).ToLookup(static trace => trace.TraceId, static _ => "Where to for the holidays?", StringComparer.Ordinal);
        Assert.Contains(all, static trace => trace.IsInterrupted);
        Assert.Contains(all, trace => trace.IsInterrupted && prompts.Contains(trace.TraceId));
        var found = 0;

        Gen.Select(Gen.OneOf(Terms).Array[0, 3], Gen.OneOf(Keys), Gen.Bool, Gen.Int[0, 50], Gen.Int[1, 20], Gen.Bool).Sample(
            (terms, sort, descending, from, page, backwards) =>
            {
                var query = new TraceQuery { Text = string.Join(' ', terms), Sort = sort, Descending = descending, Range = new TimeRange { From = from < 10 ? null : SpanGen.Start.AddSeconds(from), To = from > 40 ? SpanGen.Start.AddSeconds(45) : null } };
                var selection = TraceSelection.Of(query, now, titles, backwards) with { Thumbs = thumbs, Prompts = prompts };
                var expected = all.Where(selection.Matches).Select(selection.Order.KeyOf).Order(selection.Order).ToArray();
                found += expected.Length;

                var pages = new List<TraceKey>();
                for (TraceKey? after = null; ; after = pages[^1])
                {
                    var next = _studio.Reader.ReadKeys(selection, after, page, static keys => keys.ToArray());
                    pages.AddRange(next);
                    if (next.Length < page)
                    {
                        break;
                    }
                }

                Assert.Equal(expected.Select(static key => key.TraceId), pages.Select(static key => key.TraceId));
                Assert.Equal(expected.Select(static key => key.Value), pages.Select(static key => key.Value));
                Assert.Equal(expected.Length, _studio.Reader.Count(selection, []));
            },
            iter: 400);
        Assert.True(found > 1_000, $"Only {found} were found: the queries say little.");
    }

    [Fact]
    public async Task Traces_are_found_by_the_thumb_on_their_reply_stored_or_not()
    {
        using var conversations = new Core.Chat.Conversations(_studio.Time, new ConversationStore(_studio.Store.Database, _studio.Store.Writer, _studio.Store.Folder));
        var traces = new TraceList(_studio.Feed, _studio.Reader, conversations, _studio.Time);
        var conversation = conversations.Create();
        var up = Reply(SpanGen.TraceId(1));
        var down = Reply(SpanGen.TraceId(2));
        Reply(SpanGen.TraceId(3));
        conversation.SetFeedback(up, new ReplyFeedback(ReplyThumb.Up, "Right"));
        conversation.SetFeedback(down, new ReplyFeedback(ReplyThumb.Down));
        AssertFound();
        await conversations.StopAsync();
        AssertFound();

        Assert.Equal([SpanGen.TraceId(1)], Found("feedback:up"));
        conversation.SetFeedback(up, null);
        Assert.Empty(Found("feedback:up"));
        await conversations.StopAsync();
        Assert.Empty(Found("feedback:up"));
        Assert.Equal(0, traces.Count(new TraceQuery { Text = "feedback:up" }));

        void AssertFound()
        {
            Assert.Equal([SpanGen.TraceId(1)], Found("feedback:up"));
            Assert.Equal([SpanGen.TraceId(2)], Found("feedback:Down"));
            Assert.Equal(2, Found("feedback:any").Length);
            Assert.DoesNotContain(SpanGen.TraceId(1), Found("-feedback:any"));
            Assert.Empty(Found("feedback:good"));
            Assert.Equal(1, traces.Count(new TraceQuery { Text = "feedback:up" }));
        }

        string[] Found(string text) => [.. traces.Read(new TraceQuery { Text = text }).Select(static item => item.Trace.TraceId)];

        string Reply(string traceId)
        {
            var id = Guid.NewGuid().ToString("N");
            Assert.True(conversation.TryBegin(
                new MessageRecord { Id = "p" + id, Role = MessageRole.User, Text = "x", CreatedAt = DateTimeOffset.UnixEpoch }, new MessageRecord { Id = id, Role = MessageRole.Assistant, State = MessageState.Streaming, CreatedAt = DateTimeOffset.UnixEpoch }));
            conversation.UpdateReply(reply => reply with { State = MessageState.Complete, TraceId = traceId });
            return id;
        }
    }

    [Fact]
    public async Task An_interrupted_turn_is_found_by_the_words_of_its_prompt_stored_or_not()
    {
        using var conversations = new Core.Chat.Conversations(_studio.Time, new ConversationStore(_studio.Store.Database, _studio.Store.Writer, _studio.Store.Folder));
        var traces = new TraceList(_studio.Feed, _studio.Reader, conversations, _studio.Time);
        await _studio.StoreAsync(Part(80), Part(81));
        var conversation = conversations.Create();
        Begin("Tell me of the\n  Loch Ness monster", 80, MessageState.Interrupted);
        Begin("And of another monster", 81, MessageState.Complete);
        AssertFound();
        await conversations.StopAsync();
        AssertFound();

        void AssertFound()
        {
            Assert.Equal([SpanGen.TraceId(80)], Found("\"the loch\" status:interrupted"));
            Assert.Equal([SpanGen.TraceId(80)], Found("MONSTER"));
            Assert.DoesNotContain(SpanGen.TraceId(80), Found("-monster"));
            Assert.Equal(1, traces.Count(new TraceQuery { Text = "monster" }));
        }

        string[] Found(string text) => [.. traces.Read(new TraceQuery { Text = text }).Select(static item => item.Trace.TraceId)];

        void Begin(string prompt, int trace, MessageState state)
        {
            Assert.True(conversation.TryBegin(
                new MessageRecord { Id = "p" + prompt, Role = MessageRole.User, Text = prompt, CreatedAt = DateTimeOffset.UnixEpoch }, new MessageRecord { Id = prompt, Role = MessageRole.Assistant, State = MessageState.Streaming, CreatedAt = DateTimeOffset.UnixEpoch }));
            conversation.Rename("Notes"); // else the title has the words of the first prompt
            conversation.UpdateReply(reply => reply with { State = state, TraceId = SpanGen.TraceId(trace) });
        }

        static SpanRecord Part(int trace) => new()
        {
            TraceId = SpanGen.TraceId(trace), SpanId = SpanGen.SpanId(2), ParentSpanId = SpanGen.SpanId(1), Name = "ollama_request", StartTime = SpanGen.Start, Duration = TimeSpan.FromSeconds(1), Status = SpanStatus.Ok,
        };
    }

    [Fact]
    public async Task Attributes_are_looked_for_in_every_span_newest_first()
    {
        var expected = _studio.Reader.FindSummaries([.. Enumerable.Range(1, 60).Select(SpanGen.TraceId)]).Values
            .Where(trace => _studio.Reader.FindSpans(trace.TraceId).Any(static span => span["llm.finish_reason"] is "length"))
            .OrderByDescending(static trace => trace.StartTime).ThenByDescending(static trace => trace.TraceId, StringComparer.Ordinal).Select(static trace => trace.TraceId).ToArray();
        Assert.NotEmpty(expected);

        Assert.Equal(expected, await SearchAsync("attr.LLM.finish_reason=length"));
        Assert.Equal(expected, await SearchAsync("attr.llm.finish_reason:eng"));
        Assert.NotEmpty(await SearchAsync("attr.llm.tokens_output>10 attr.llm.finish_reason=stop"));
        Assert.Equal(_studio.Traces.Count(new TraceQuery()) - expected.Length, (await SearchAsync("-attr.llm.finish_reason=length")).Length);
        Assert.Empty(await SearchAsync("attr.llm.finish_reas=length"));

        async Task<string[]> SearchAsync(string text)
        {
            var found = new List<string>();
            await foreach (var item in _studio.Traces.SearchAsync(new TraceQuery { Text = text }))
            {
                found.Add(item.Trace.TraceId);
            }

            return [.. found];
        }
    }

    [Fact]
    public void Facets_sessions_and_neighbours_are_those_of_the_list()
    {
        var all = _studio.Traces.Read(new TraceQuery(), count: 100).Select(static item => item.Trace).ToArray();

        var facets = _studio.Traces.CountFacets(TimeRange.All);
        Assert.Equal(all.Length, facets.All);
        Assert.Equal(all.Count(static trace => trace.ErrorCount > 0), facets.Failed);
        Assert.Equal(all.Count(static trace => !trace.Tools.IsEmpty), facets.WithTools);
        Assert.Equal(all.Where(static trace => trace.Model is not null).CountBy(static trace => trace.Model!).ToDictionary(static pair => pair.Key, static pair => (long)pair.Value), facets.Models);

        var sessions = _studio.Traces.ReadSessions(new TraceQuery(), 100);
        Assert.NotEmpty(sessions);
        Assert.All(sessions, session =>
        {
            var turns = all.Where(trace => trace.SessionId == session.SessionId && !trace.IsReplay).ToArray();
            Assert.Equal((turns.Length, turns.Sum(static turn => turn.ErrorCount), turns.Max(static turn => turn.LastTime)), (session.Turns, session.Errors, session.LastTime));
            Assert.Equal(turns.Select(static turn => turn.Tokens).Aggregate(static (sum, next) => sum + next), session.Tokens);
        });

        var query = new TraceQuery { Text = "model:qwen3" }.SortedBy(TraceSortKey.Prompt);
        var list = _studio.Traces.Read(query).Select(static item => item.Trace.TraceId).ToArray();
        Assert.True(list.Length > 3);
        for (var place = 0; place < list.Length; place++)
        {
            var (previous, next) = _studio.Traces.Around(query, list[place]);
            Assert.Equal(place, _studio.Traces.FindPlace(query, list[place]));
            Assert.Equal((list.ElementAtOrDefault(place - 1), list.ElementAtOrDefault(place + 1)), (previous?.TraceId, next?.TraceId));
        }
    }

    [Fact]
    public async Task A_call_made_again_in_the_lab_is_no_turn_of_its_conversation_and_is_forgotten_with_it()
    {
        await _studio.StoreAsync(Turn(70, "chat"), Turn(71, "lab"));
        _studio.Record(Turn(72, "chat"));
        _studio.Record(Turn(73, "lab"));
        await _studio.Writer.FlushAsync();

        Assert.Equal(2, _studio.Traces.ReadSessions(new TraceQuery(), 100).Single(static session => session.SessionId == "of its own").Turns);
        Assert.Equal(4, _studio.Traces.Count(new TraceQuery { Text = "session:\"of its own\"" }));
        Assert.Equal([71, 73], Found("session:\"of its own\" source:lab"));
        Assert.Equal([70, 72], Found("session:\"of its own\" -source:lab"));
        Assert.Equal([70, 72], Found("session:\"of its own\" source:Chat"));

        await _studio.Writer.EraseAsync("of its own");
        Assert.Empty(_studio.Reader.FindSummaries([.. Enumerable.Range(70, 4).Select(SpanGen.TraceId)]));

        int[] Found(string text) => [.. _studio.Traces.Read(new TraceQuery { Text = text }).Select(static item => Enumerable.Range(70, 4).Single(trace => SpanGen.TraceId(trace) == item.Trace.TraceId)).Order()];

        static SpanRecord Turn(int trace, string source) => new()
        {
            TraceId = SpanGen.TraceId(trace), SpanId = SpanGen.SpanId(1), Name = "chat_interaction", StartTime = SpanGen.Start, Duration = TimeSpan.FromSeconds(1), Status = SpanStatus.Ok,
            Attributes = [new("studio.source", source), new("session.id", "of its own")],
        };
    }
}
