using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Shared;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Web.Traces;
using static OllamaStudio.Tests.Insights.CallSamples;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Shared;

/// <summary>The line over a real database.</summary>
public sealed class BaselineLineTests : BunitContext, IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly StoreFixture _store = new();
    private readonly RollupStore _rollups;
    private readonly SpanFeed _feed;
    private readonly Core.Chat.Conversations _conversations;
    private readonly StoredTraces _traces;

    public BaselineLineTests()
    {
        _time.Advance(TimeSpan.FromDays(3));
        _rollups = new RollupStore(_store.Database, _time);
        _feed = new SpanFeed(_time);
        _conversations = new Core.Chat.Conversations(_time);
        _traces = new StoredTraces(_feed, _conversations, _time);
        Services.AddSingleton(new CacheLossFinder(_traces.Traces, new CallReader(_conversations, new FakeSettings())));
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddSingleton(new BaselineReader(new CallStore(_store.Database), _rollups));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _rollups.Dispose();
        await _traces.DisposeAsync();
        _feed.Dispose();
        _conversations.Dispose();
        await _store.DisposeAsync();
    }

    [Theory]
    [InlineData(3_900, 20, 1_300, 0, "30 % slower than your median of 12 like it since 1 March · +900 ms reading: nothing of the prompt was in the cache")]
    [InlineData(5_000, 20, 400, 400, "67 % slower than your median of 12 like it since 1 March · +2.00 s writing: 200 tokens, not 400, 43.8 tok/s, not 156")]
    [InlineData(11_000, 8_020, 400, 400, "3.7 times as long as your median of 12 with the model in memory since 1 March · +8.00 s loading: the model had been unloaded")]
    [InlineData(2_000, 20, 400, 400, "33 % faster than your median of 12 like it since 1 March · −1.00 s writing: 200 tokens, not 400, 127 tok/s, not 156")]
    [InlineData(3_010, 20, 400, 400, "As long as your median of 12 like it since 1 March")]
    public async Task It_says_how_much_slower_and_why(double durationMs, double loadMs, double readingMs, int cached, string words)
    {
        await AddAsync(Enumerable.Range(1, 12).Select(static number => Call(number, number, tokensOut: 400)));
        await AddAsync([Call(50, 100, durationMs: durationMs, loadMs: loadMs, readingMs: readingMs, cached: cached, tokensOut: durationMs is 5_000 or 2_000 ? 200 : 400)]);

        var line = Render<BaselineLine>(parameters => parameters.Add(p => p.TraceId, TraceId(50)));

        await line.WaitForElementAsync("[data-testid=baseline]");
        var said = string.Join(' ', line.Find("p").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(words, said);
        Assert.Equal($"traces/{TraceId(7)}?span={SpanId(73)}", line.Find("a").GetAttribute("href"));
    }

    [Theory]
    [InlineData("Write a haiku.", "What rhymes?", "reading: the cache was lost at message 2 (yours)")]
    [InlineData("Write a poem.", "What rhymes?", "reading: nothing of the prompt was in the cache")] // it goes on from there: another one took the cache
    [InlineData("Write a haiku.", null, "reading: nothing of the prompt was in the cache")] // not captured
    public async Task It_says_at_which_message_the_cache_was_lost_where_both_requests_are_known(string first, string? second, string why)
    {
        await AddAsync(Enumerable.Range(1, 12).Select(static number => Call(number, number)));
        var slow = Call(50, 100, durationMs: 3_900, readingMs: 1_300, cached: 0);
        await AddAsync([slow]);
        _feed.Record(Asking(Call(49, 90), ("system", "Be brief."), ("user", "Write a poem.")));
        _feed.Record(Asking(slow, second is null ? [] : [("system", "Be brief."), ("user", first), ("assistant", "Roses are red."), ("user", second)]));

        var line = Render<BaselineLine>(parameters => parameters.Add(p => p.TraceId, TraceId(50)));

        await line.WaitForElementAsync("[data-testid=baseline]");
        Assert.EndsWith("+900 ms " + why, line.Find("p").TextContent.Trim(), StringComparison.Ordinal);
    }

    private static SpanRecord Asking(SpanRecord call, params (string Role, string Text)[] messages) => call with
    {
        Attributes =
        [
            .. call.Attributes, KeyValuePair.Create("openinference.span.kind", (object?)"LLM"), KeyValuePair.Create("llm.vendor", (object?)"ollama"), KeyValuePair.Create("session.id", (object?)"abc"),
            KeyValuePair.Create("gen_ai.input.messages", (object?)System.Text.Json.JsonSerializer.Serialize(
                messages.Select(static message => new { role = message.Role, parts = new[] { new { type = "text", content = message.Text } } }))),
        ],
    };

    [Theory]
    [InlineData(3_900, true)]
    [InlineData(3_400, false)]
    [InlineData(2_000, false)]
    public async Task A_message_says_only_what_was_slow(double durationMs, bool isSaid)
    {
        await AddAsync(Enumerable.Range(1, 12).Select(static number => Call(number, number)));
        await AddAsync([Call(50, 100, durationMs: durationMs), Call(51, 101, durationMs: 9_000)]);

        var line = Render<BaselineLine>(parameters => parameters.Add(p => p.TraceId, TraceId(50)).Add(p => p.OnlySlow, true));
        var after = Render<BaselineLine>(parameters => parameters.Add(p => p.TraceId, TraceId(51)).Add(p => p.OnlySlow, true));

        await after.WaitForElementAsync("[data-testid=baseline]"); // it asked later
        line.WaitForAssertion(() => Assert.Equal(isSaid ? 1 : 0, line.FindAll("[data-testid=baseline]").Count));
    }

    [Fact]
    public async Task A_trace_that_is_stored_a_moment_later_is_found_then()
    {
        await AddAsync(Enumerable.Range(1, 12).Select(static number => Call(number, number)));
        using var stored = new RollupStore(_store.Database, TimeProvider.System);
        await using var spans = new SpanWriter(
            _store.Database, _store.Writer, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<SpanWriter>.Instance, new SpanFeed(TimeProvider.System), stored);
        Services.AddSingleton(new BaselineReader(new CallStore(_store.Database), stored));
        var line = Render<BaselineLine>(parameters => parameters.Add(p => p.TraceId, TraceId(50)));
        Assert.Empty(line.FindAll("p"));

        spans.Add(Call(50, 100, durationMs: 9_000));
        await spans.FlushAsync();

        await line.WaitForElementAsync("[data-testid=baseline]");
    }

    private Task AddAsync(IEnumerable<SpanRecord> spans) => _store.Writer.WriteAsync(connection => RollupWriter.Add(connection, [.. spans]), bytes: 0);
}
