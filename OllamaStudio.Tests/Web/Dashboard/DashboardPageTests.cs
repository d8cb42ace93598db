using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Dashboard;
using OllamaStudio.Tests.Insights;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Insights.CallSamples;

namespace OllamaStudio.Tests.Web.Dashboard;

/// <summary>The page over a real database.</summary>
public sealed class DashboardPageTests : BunitContext, IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly StoreFixture _store = new();
    private readonly FailingStore _rollups;

    public DashboardPageTests()
    {
        _time.Advance(TimeSpan.FromDays(7));
        _rollups = new FailingStore(new RollupStore(_store.Database, _time));
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddSingleton(new DashboardReader(_rollups, _time));
        Services.AddMudBlazor();
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule(_ => true).Mode = JSRuntimeMode.Loose;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _rollups.Inner.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_week_is_tiles_marks_and_six_charts()
    {
        await MadeUpWeek.StoreAsync(_store, _time.GetUtcNow(), _time.LocalTimeZone);

        var page = await PageAsync();

        var tiles = page.FindAll(".tile").ToDictionary(static tile => tile.QuerySelector("dt")!.TextContent, static tile => (tile.QuerySelector("dd")!.TextContent, tile.QuerySelector(".sub")!.TextContent));
        Assert.Equal(["Requests", "Failed turns", "Latency p95", "First token p50", "Tokens in", "Tokens out", "Tools"], tiles.Keys);
        var turns = MadeUpWeek.Spans(_time.GetUtcNow(), _time.LocalTimeZone).Where(static span => span.ParentSpanId is null).ToArray();
        Assert.Equal(turns.Length.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), tiles["Requests"].Item1);
        Assert.StartsWith(turns.Count(static turn => turn.Status is SpanStatus.Error).ToString(System.Globalization.CultureInfo.InvariantCulture), tiles["Failed turns"].Item1, StringComparison.Ordinal);
        Assert.EndsWith("out of memory", tiles["Failed turns"].Item2, StringComparison.Ordinal);
        Assert.Matches(@"^since B; before A \d+ s$", tiles["Latency p95"].Item2);
        Assert.Equal(["A", "B"], page.FindAll("[data-testid=dashboard-marks] .flag").Select(static flag => flag.TextContent));
        Assert.Contains("Ollama 0.33.0 → 0.33.3", page.Find("[data-testid=dashboard-marks]").TextContent, StringComparison.Ordinal);
        Assert.Equal(["Latency", "First token", "Speed", "Requests", "Tokens", "Context and tools"], page.FindAll("[data-testid=dashboard-chart] h2").Select(static title => title.TextContent));
        Assert.Equal(["p99", "p95", "p50"], Series(page, "latency"));
        Assert.Equal(["gemma3", "llama3.1", "qwen3"], Series(page, "speed").Order());
        Assert.All(page.FindAll(".plot"), static plot => Assert.InRange(Points(plot).Length, 1, 120));
        Assert.All(page.FindAll(".chart"), static chart => Assert.Equal(2, chart.QuerySelectorAll(".mark").Length));
    }

    [Fact]
    public async Task What_models_with_a_price_cost_has_a_tile_that_is_not_there_without_one()
    {
        await AddAsync(Call(1, Ago(60), cost: 1.25), Root(1, Ago(60)), Call(2, Ago(50), cost: 0.005), Root(2, Ago(50)), Call(3, Ago(40), model: "free"), Root(3, Ago(40), model: "free"));
        Navigate("dashboard?range=1h");
        Assert.Equal("$1.26", Assert.Single((await PageAsync()).FindAll(".tile"), static tile => tile.QuerySelector("dt")!.TextContent == "Cost").QuerySelector("dd")!.TextContent);

        Navigate("dashboard?range=1h&model=free");
        Assert.DoesNotContain((await PageAsync()).FindAll(".tile"), static tile => tile.QuerySelector("dt")!.TextContent == "Cost");
    }

    [Fact]
    public async Task A_point_tells_its_values_and_leads_to_the_traces_behind_it()
    {
        await AddAsync(Call(1, Ago(60)), Root(1, Ago(60)));
        Navigate("dashboard?range=1h&model=qwen3%3A8b");

        var plot = (await PageAsync()).Find("[data-chart=latency] .plot");

        var point = Assert.Single(Points(plot));
        var at = _time.GetUtcNow().AddSeconds(-60);
        Assert.Equal((Iso(at), Iso(at.AddMinutes(1))), (point.GetProperty("a").GetString(), point.GetProperty("b").GetString()));
        Assert.Equal("traces?q=source%3Achat%20source%3Agateway%20model%3Aqwen3%3A8b&", plot.GetAttribute("data-traces"));
        Assert.Equal("Sun 8 Mar 17:29: p99 3.3 s, p95 3.3 s, p50 3.3 s", plot.GetAttribute("aria-valuetext"));
        Assert.Equal(("slider", "0", "1", "Latency"), (plot.GetAttribute("role"), plot.GetAttribute("tabindex"), plot.GetAttribute("aria-valuemax"), plot.GetAttribute("aria-label")));
    }

    [Fact]
    public async Task What_failed_and_what_called_tools_leads_to_its_own_traces()
    {
        await AddAsync(Call(1, Ago(60)), Root(1, Ago(60)), Root(2, Ago(60), status: SpanStatus.Error));
        Navigate("dashboard?range=1h");
        var page = await PageAsync();

        const string All = "traces?q=source%3Achat%20source%3Agateway";
        Assert.Equal(["", $"{All}%20status%3Aerror&"], page.Find("[data-chart=requests] .plot").GetAttribute("data-series-traces")!.Split('\n'));
        Assert.Equal(["0", "1"], page.FindAll("[data-chart=requests] rect").Select(static part => part.GetAttribute("data-series")));
        Assert.Equal([$"{All}%20model%3Aqwen3%3A8b&"], page.Find("[data-chart=speed] .plot").GetAttribute("data-series-traces")!.Split('\n'));
        var failed = page.FindAll(".tile").Single(static tile => tile.QuerySelector("dt")!.TextContent == "Failed turns").QuerySelector("dd a")!;
        Assert.Equal("1", failed.TextContent);
        Assert.StartsWith($"{All}%20status%3Aerror&from=", failed.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Latency_is_that_since_the_last_change()
    {
        await AddAsync(Call(1, Ago(3_000), context: 8_192), Root(1, Ago(3_000), durationMs: 40_000), Call(2, Ago(60), context: 16_384), Root(2, Ago(60), durationMs: 2_000));
        Navigate("dashboard?range=1h");

        var tile = (await PageAsync()).FindAll(".tile").Single(static tile => tile.QuerySelector("dt")!.TextContent == "Latency p95");

        Assert.Matches(@"^(1\.9|2\.0|2\.1) s$", tile.QuerySelector("dd")!.TextContent);
        Assert.Matches("^since A; before A (39|40|41) s$", tile.QuerySelector(".sub")!.TextContent);
    }

    [Fact]
    public async Task A_window_across_a_change_has_its_medians_since_the_change_and_says_so()
    {
        // Both within one window of 15 minutes, whose begin is on the clock.
        var begin = ((_time.GetUtcNow() - At(0)).TotalSeconds - 3_600) is var hour ? hour - (hour % 900) : 0;
        await AddAsync(
            Call(1, begin + 120, context: 8_192), Root(1, begin + 120, durationMs: 40_000), Call(2, begin + 180, context: 8_192), Root(2, begin + 180, durationMs: 40_000),
            Call(3, begin + 600, context: 16_384), Root(3, begin + 600, durationMs: 2_000));
        Navigate("dashboard?range=24h&p=50");

        var page = await PageAsync();

        var latency = Assert.Single(Points(page.Find("[data-chart=latency] .plot")));
        Assert.EndsWith(", since A", latency.GetProperty("t").GetString(), StringComparison.Ordinal);
        Assert.Matches(@"^(1\.9|2\.0|2\.1) s$", latency.GetProperty("v")[0].GetString());
        Assert.Equal(Iso(At(begin + 600)), latency.GetProperty("a").GetString());
        var requests = Assert.Single(Points(page.Find("[data-chart=requests] .plot")));
        Assert.Equal("3", requests.GetProperty("v")[0].GetString()); // counts add up across a change
        Assert.DoesNotContain("since", requests.GetProperty("t").GetString(), StringComparison.Ordinal);
        page.Find("[data-testid=dashboard-tables]").Click();
        page.WaitForAssertion(() => Assert.Contains(", since A", page.Find("[data-chart=latency] table").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tables_say_what_the_charts_draw()
    {
        await AddAsync(Call(1, Ago(60)), Root(1, Ago(60)), Root(2, Ago(60), status: SpanStatus.Error));
        Navigate("dashboard?range=1h");
        var page = await PageAsync();

        page.Find("[data-testid=dashboard-tables]").Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".plot")));
        var requests = page.Find("[data-chart=requests] table");
        Assert.Equal(["When", "ok", "error"], requests.QuerySelectorAll("thead th").Select(static head => head.TextContent));
        Assert.Equal(["Sun 8 Mar 17:29", "1", "1"], requests.QuerySelectorAll("tbody tr > *").Select(static cell => cell.TextContent.Trim()));
        Assert.Equal(
            ["traces?q=source%3Achat%20source%3Agateway&", "traces?q=source%3Achat%20source%3Agateway%20status%3Aerror&"],
            requests.QuerySelectorAll("tbody a").Select(static link => link.GetAttribute("href")!).Select(static address => address[..address.IndexOf("from=2026-03-08T11%3A59%3A00Z", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task Range_model_and_percentiles_are_the_addresss()
    {
        await AddAsync(Call(1, Ago(7_200)), Root(1, Ago(7_200)), Root(2, Ago(60), model: "gemma3:4b"));
        var page = await PageAsync();
        Assert.Equal("2", page.Find(".tile dd").TextContent);

        page.Find("[data-range='1h']").Click();
        page.WaitForAssertion(() => Assert.Equal("1", page.Find(".tile dd").TextContent));
        page.Find("[data-percentile='99']").Click();

        page.WaitForAssertion(() => Assert.Equal(["p95", "p50"], Series(page, "latency")));
        Assert.EndsWith("/dashboard?range=1h&p=50,95", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Navigate("dashboard?range=24h&model=gemma3%3A4b");
        page.WaitForAssertion(() => Assert.Equal("true", page.Find("[data-range='24h']").GetAttribute("aria-pressed")));
        page.WaitForAssertion(() => Assert.Equal("1", page.Find(".tile dd").TextContent));
    }

    [Fact]
    public async Task What_is_stored_shows_by_itself_and_windows_move_on_with_time()
    {
        var page = await PageAsync();
        Assert.Equal("Send a message to see its figures here", page.Find("[data-testid=dashboard-empty] h2").TextContent);
        Navigate("dashboard?range=5m");

        await AddAsync(Root(1, Ago(20)));
        _rollups.Tell();
        page.WaitForAssertion(() => Assert.Equal("1", page.Find(".tile dd").TextContent));

        _time.Advance(TimeSpan.FromSeconds(340));
        var nothing = await _time.RunUntilAsync(page.WaitForElementAsync("[data-testid=dashboard-empty] h2"));
        Assert.Equal("Nothing in the last 5 minutes", nothing.TextContent);
        page.Find("[data-testid=dashboard-empty] button").Click();
        page.WaitForAssertion(() => Assert.Equal("1", page.Find(".tile dd").TextContent));
    }

    [Fact]
    public async Task A_failure_is_said_and_can_be_tried_again()
    {
        await AddAsync(Root(1, Ago(20)));
        _rollups.Fails = true;
        var page = Render<DashboardPage>();
        page.WaitForElement("[data-testid=dashboard-failed]");

        _rollups.Fails = false;
        page.Find("[data-testid=dashboard-failed] button").Click();

        page.WaitForElement(".tile");
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task The_subscription_ends_with_the_page()
    {
        await PageAsync();
        Assert.Equal(1, _rollups.Subscriptions);

        await DisposeComponentsAsync();

        Assert.Equal(0, _rollups.Subscriptions);
    }

    private async Task<IRenderedComponent<DashboardPage>> PageAsync()
    {
        var page = Render<DashboardPage>();
        await page.WaitForElementAsync(".tiles, [data-testid=dashboard-empty]");
        return page;
    }

    private void Navigate(string address) => Services.GetRequiredService<NavigationManager>().NavigateTo(address);

    private Task AddAsync(params SpanRecord[] spans) => _store.Writer.WriteAsync(connection => RollupWriter.Add(connection, spans), bytes: 0);

    private static double Ago(double seconds) => TimeSpan.FromDays(7).TotalSeconds - seconds;

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    private static JsonElement[] Points(AngleSharp.Dom.IElement plot) => [.. JsonElement.Parse(plot.GetAttribute("data-points")!).EnumerateArray()];

    private static string[] Series(IRenderedComponent<DashboardPage> page, string chart) => page.Find($"[data-chart={chart}] .plot").GetAttribute("data-series")!.Split('\n');

    /// <summary>The database's, unless it is told to fail.</summary>
    private sealed class FailingStore(RollupStore inner) : IRollupStore
    {
        private Action? _changed;

        public RollupStore Inner => inner;

        public bool Fails { get; set; }

        public int Subscriptions { get; private set; }

        public DateTimeOffset? First => Fails ? throw new InvalidOperationException("no") : inner.First;

        public IReadOnlyList<RollupRow> Read(RollupStep step, DateTimeOffset from, DateTimeOffset to, string? model, IReadOnlyCollection<string> sources) => inner.Read(step, from, to, model, sources);

        public IReadOnlyList<ChangeMark> ReadMarks(DateTimeOffset from, DateTimeOffset to, string? model) => inner.ReadMarks(from, to, model);

        public IReadOnlyList<string> ReadModels(IReadOnlyCollection<string> sources) => inner.ReadModels(sources);

        public IDisposable Subscribe(Action changed)
        {
            Subscriptions++;
            _changed = changed;
            return new Subscription(() => Subscriptions--);
        }

        public void Tell() => _changed?.Invoke();

        private sealed class Subscription(Action ended) : IDisposable
        {
            public void Dispose() => ended();
        }
    }
}
