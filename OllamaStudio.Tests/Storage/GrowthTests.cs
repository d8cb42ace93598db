using Dapper;
using OllamaStudio.Benchmarks.Store;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using Xunit.Abstractions;

namespace OllamaStudio.Tests.Storage;

/// <summary>
/// How what a person asks for grows when the store holds ten times as much: by SQLite's steps, never by a clock. What its
/// full-text index does inside is no step, so searches count by what is made of their finds. The long form, from
/// 100,000 spans to 1,000,000 and in milliseconds, is the benchmarks' <c>store</c>.
/// </summary>
public sealed class GrowthTests(GrowthTests.Stores stores, ITestOutputHelper output) : IClassFixture<GrowthTests.Stores>
{
    private const int Times = 10;

    // Some 250 traces are read, those of the block that is not full, in the small store and in the large one; of all others there are ten times as many.
    private const int OfIndexAlone = 2;

    // Deeper trees, and the luck of what falls into a page.
    private const double Slack = 1.5;

    [Fact]
    public void What_is_asked_most_costs_no_more_in_a_store_ten_times_as_large()
    {
        PerRow("no filter", First(""));
        PerRow("one model", First("model:qwen3"));
        PerRow("what failed", First("status:error"));
        PerRow("long ones", First("duration>2s"));
        PerRow("a session", First("session:00000000000000000000000000000012"));
        PerRow("a tool", First("tool:calculate"));
        foreach (var sort in new[] { TraceSortKey.Duration, TraceSortKey.Started })
        {
            PerRow($"sorted by {sort}", store => store.Traces.Read(new TraceQuery { Sort = sort }).Count);
        }

        PerRow("an attribute that most have", Matching("attr.llm.finish_reason:stop"));
        Whole("a word that no trace has", First("nowhere-to-be-found"));
        Whole("one trace", store => store.Traces.Find(store.Traces.Read(new TraceQuery(), count: 1)[0].Trace.TraceId)!.Spans.Length);
        Whole("a conversation of 1,000 messages", static store => store.Conversations.Load(GeneratedConversations.IdOf(0))!.Messages.Length);
        PerRow("dashboard of 30 days, a sum of an hour", static store =>
        {
            Assert.NotEmpty(store.Dashboard.Read(DashboardRange.Month, model: null).Windows);
            return store.Read(static connection => connection.ExecuteScalar<int>("SELECT count(*) FROM rollup WHERE step_s = 3600"));
        });
    }

    [Fact]
    public void What_must_look_at_all_grows_as_the_store_does_and_not_faster()
    {
        Whole("a frequent word, whose finds are put in order of time", First("saffron"), by: Times);
        Whole("a frequent word and two filters", First("saffron model:qwen3 status:ok"), by: Times);
        Whole("count of one model", static store => (int)store.Traces.Count(new TraceQuery { Text = "model:qwen3" }), by: Times);
        Whole("titles at the start", static store => store.Conversations.LoadAll().Count, by: Times);
        Whole("search of a frequent word", Search(GeneratedConversations.CommonWord), by: Times);
        Whole("search of its beginning", Search(GeneratedConversations.CommonWord[..4]), by: Times);
        Whole("search of a phrase", Search("\"model token latency\""), by: Times);
        Whole("search within words", Search("arbou"), by: Times);
        foreach (var sort in new[] { TraceSortKey.In, TraceSortKey.Model, TraceSortKey.Rate })
        {
            Whole($"sorted by {sort}", store => store.Traces.Read(new TraceQuery { Sort = sort }).Count, by: Times);
        }

        foreach (var text in (string[])["attr.nobody.has.this", "attr.llm.finish_reason=nothing", "attr.llm.finish_reason:nothing-has-this", "attr.session.id:nothing-has-this", "attr.llm.tokens_output>1000000000"])
        {
            Whole(text + ", which no span has: a step for each trace, and none for its spans", Matching(text), by: OfIndexAlone);
        }

        Whole("sessions of 30 days", static store => store.Traces.ReadSessions(new TraceQuery { Range = TimeRange.Past(TimeSpan.FromDays(30)) }, most: 500).Count, by: Times);
    }

    [Fact]
    public void The_traces_that_are_measured_have_a_million_spans_in_150_000()
    {
        const int Cycle = 700; // of seven turns, and of a hundred, of which one fails
        Assert.InRange(new GeneratedTraces(stores.Turns, TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(29)).Take(Cycle).Sum(static trace => trace.Spans.Length) * 150_000L / Cycle, 1_000_000, 1_050_000);
    }

    private static Func<StoreUnderTest, int> First(string text) => store => store.Traces.Read(new TraceQuery { Text = text }).Count;

    // Within words where it stands nowhere as one, as whoever searches does.
    private static Func<StoreUnderTest, int> Search(string text) => store =>
    {
        var query = ConversationQuery.Parse(text);
        return Count(query) is > 0 and var found ? found : query.WithinWords() is { } within ? Count(within) : 0;

        int Count(ConversationQuery asked) => store.Conversations.Search(asked, 100, static _ => true, CancellationToken.None).Hits.Count;
    };

    private static Func<StoreUnderTest, int> Matching(string text) => store => store.Traces.SearchAsync(new TraceQuery { Text = text }).Take(100).CountAsync().AsTask().GetAwaiter().GetResult();

    // A page that the small store cannot fill has fewer rows to look at.
    private void PerRow(string name, Func<StoreUnderTest, int> question)
    {
        var (small, large) = Ask(name, question);
        Assert.InRange(small.Rows, 1, int.MaxValue);
        Assert.True(large.Steps / (double)large.Rows <= Slack * small.Steps / small.Rows, $"{name}: {small} became {large}.");
    }

    private void Whole(string name, Func<StoreUnderTest, int> question, int by = 1)
    {
        var (small, large) = Ask(name, question);
        Assert.True(large.Steps <= by * Slack * small.Steps, $"{name}: {small} became {large}.");
    }

    private ((long Steps, int Rows) Small, (long Steps, int Rows) Large) Ask(string name, Func<StoreUnderTest, int> question)
    {
        var asked = (stores.Small.Ask(question), stores.Large.Ask(question));
        output.WriteLine($"{name}: {asked}");
        return asked;
    }

    /// <summary>Both are made once.</summary>
    public sealed class Stores : IAsyncLifetime
    {
        private const int Traces = 500;
        private const int Conversations = 40;

        internal IReadOnlyList<TraceRecord> Turns { get; private set; } = [];

        internal StoreOfASize Small { get; private set; } = null!;

        internal StoreOfASize Large { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            (Turns, var now) = (await RecordedTurns.RecordAsync(), TimeProvider.System.GetUtcNow());
            Small = await StoreOfASize.MakeAsync(Turns, Traces, Conversations, now);
            Large = await StoreOfASize.MakeAsync(Turns, Traces * Times, Conversations * Times, now);
        }

        public async Task DisposeAsync()
        {
            await Small.DisposeAsync();
            await Large.DisposeAsync();
        }
    }
}
