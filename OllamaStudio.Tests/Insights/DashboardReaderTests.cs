using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Insights.CallSamples;

namespace OllamaStudio.Tests.Insights;

public sealed class DashboardReaderTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly StoreFixture _store = new();
    private readonly RollupStore _rollups;
    private readonly DashboardReader _reader;

    public DashboardReaderTests()
    {
        _rollups = new RollupStore(_store.Database, _time);
        _reader = new DashboardReader(_rollups, _time);
        _time.Advance(TimeSpan.FromDays(40));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _rollups.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Turns_calls_and_tools_come_in_their_windows_and_add_up()
    {
        await AddAsync(1, Call(1, Ago(hours: 30)), Tool(1, Ago(hours: 30)), Root(1, Ago(hours: 30)));
        await AddAsync(2, Call(2, Ago(hours: 3), model: "gemma3:4b"), Root(2, Ago(hours: 3), model: "gemma3:4b", status: SpanStatus.Error), Root(3, Ago(hours: 3), stopped: true));

        var data = _reader.Read(DashboardRange.Week, null);

        Assert.Equal((3, 1, 1, 1), (data.Total.Requests, data.Total.Errors, data.Total.Stopped, data.Total.Turns.Count));
        Assert.Equal((2, 2_000, 1), (data.Total.Calls.Count, data.Total.Calls.TokensIn, data.Total.Tools.ToolSuccesses));
        Assert.Equal("out_of_memory", Assert.Single(data.Total.ErrorTypes).Key);
        Assert.Equal(["gemma3:4b", "qwen3:8b"], data.Total.Models.Keys.Order());
        Assert.Equal([1, 2], data.Windows.Where(static window => !window.IsEmpty).Select(static window => window.Requests));
        Assert.All(data.Windows, static window => Assert.Equal(TimeSpan.FromHours(2), window.To - window.From));
        Assert.Equal(["gemma3:4b", "qwen3:8b"], data.Models.Order());
        Assert.True(data.HasHistory);

        Assert.Equal(1, _reader.Read(DashboardRange.Week, "gemma3:4b").Total.Requests);
        Assert.Equal(2, _reader.Read(DashboardRange.Day, null).Total.Requests);
        Assert.True(_reader.Read(DashboardRange.Hour, null).Total.IsEmpty);
        Assert.Equal(3, _reader.Read(DashboardRange.All, null).Total.Requests);
    }

    [Fact]
    public async Task Latency_is_told_apart_before_and_after_what_changed()
    {
        // Nothing but the last hour is read by minutes, so the change must be found within its hour.
        await AddAsync(1, Root(1, Ago(hours: 50), durationMs: 15_000), Call(1, Ago(hours: 50), version: "0.33.0"));
        await AddAsync(2, Root(2, Ago(hours: 2.2), durationMs: 12_000), Call(2, Ago(hours: 2.2), version: "0.33.0"));
        await AddAsync(3, Root(3, Ago(hours: 2.1), durationMs: 9_000), Call(3, Ago(hours: 2.1)));
        await AddAsync(4, Root(4, Ago(hours: 0.1), durationMs: 6_000), Call(4, Ago(hours: 0.1), context: 16_384));

        var data = _reader.Read(DashboardRange.Month, null);

        Assert.Equal([(null, "0.33.3"), ("qwen3:8b", "16384")], data.Changes.Select(static change => (change.Model, change.Marks[0].After)));
        Assert.Equal((1, 2, 4), (data.SinceLast!.Requests, data.BeforeFirst!.Requests, data.Total.Requests));
        Assert.InRange(data.SinceLast.Turns.Duration!.Quantile(0.95)!.Value, 5_700, 6_300);
        Assert.InRange(data.BeforeFirst.Turns.Duration!.Quantile(0.95)!.Value, 14_000, 16_000);
    }

    [Fact]
    public async Task A_window_with_a_change_in_it_tells_what_came_since()
    {
        await AddAsync(1, Root(1, Ago(hours: 50), durationMs: 15_000), Call(1, Ago(hours: 50), version: "0.33.0"));
        await AddAsync(2, Root(2, Ago(hours: 2.2), durationMs: 12_000), Call(2, Ago(hours: 2.2), version: "0.33.0"));
        await AddAsync(3, Root(3, Ago(hours: 2.1), durationMs: 3_000), Call(3, Ago(hours: 2.1)));

        var data = _reader.Read(DashboardRange.Month, null);

        var straddling = Assert.Single(data.Windows, static window => window.SinceChange is not null);
        Assert.Equal((2, 1), (straddling.Requests, straddling.SinceChange!.Requests));
        Assert.Equal((data.Changes[^1].Time, straddling.To), (straddling.SinceChange.From, straddling.SinceChange.To));
        Assert.InRange(straddling.SinceChange.Turns.Duration!.Quantile(0.5)!.Value, 2_850, 3_150);
        Assert.InRange(straddling.Turns.Duration!.Quantile(0.99)!.Value, 11_400, 12_600);
    }

    [Fact]
    public async Task Of_very_many_windows_with_a_change_the_oldest_tell_nothing_rather_than_a_mixture()
    {
        foreach (var number in Enumerable.Range(1, 20))
        {
            await AddAsync(number, Root(number, Ago(hours: 240 - (number * 10)), durationMs: 3_000), Call(number, Ago(hours: 240 - (number * 10)), context: 4_096 + number));
        }

        var split = _reader.Read(DashboardRange.Month, null).Windows.Where(static window => window.SinceChange is not null).ToArray();

        Assert.True(split.Length > 8);
        Assert.All(split[..^8], static window => Assert.True(window.SinceChange!.IsEmpty));
        Assert.All(split[^8..], static window => Assert.False(window.SinceChange!.IsEmpty));
    }

    [Fact]
    public async Task A_new_server_is_one_change_although_each_model_tells_of_it()
    {
        await AddAsync(1, Call(1, Ago(hours: 9), version: "0.33.0"), Call(2, Ago(hours: 8), version: "0.33.0", model: "gemma3:4b"));
        await AddAsync(2, Call(3, Ago(hours: 7)), Call(4, Ago(hours: 6), model: "gemma3:4b"));

        var change = Assert.Single(_reader.Read(DashboardRange.Day, null).Changes);

        Assert.Equal((null, "0.33.0", "0.33.3"), (change.Model, change.Marks[0].Before, change.Marks[0].After));
    }

    [Fact]
    public void Without_anything_there_are_empty_windows()
    {
        var data = _reader.Read(DashboardRange.All, null);

        Assert.NotEmpty(data.Windows);
        Assert.All(data.Windows, static window => Assert.True(window.IsEmpty));
        Assert.Equal((false, null), (data.HasHistory, data.SinceLast));
    }

    private static double Ago(double hours) => TimeSpan.FromDays(40).TotalSeconds - (hours * 3600);

    private Task AddAsync(int batch, params SpanRecord[] spans) => _store.Writer.WriteAsync(connection => RollupWriter.Add(connection, spans), bytes: batch);
}
