using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Telemetry;
using OllamaStudio.Tests.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Telemetry;

public sealed class LogsPageTests : BunitContext, IAsyncLifetime
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Span = "b7ad6b7169203331";

    private readonly SettingsFixture _settings = new();
    private readonly LogStore _store;

    public LogsPageTests()
    {
        var time = new ManualTime();
        _store = new LogStore(time);
        Services.AddSingleton<TimeProvider>(time);
        Services.AddSingleton(_store);
        Services.AddSingleton(_settings.Open());
        Services.AddMudBlazor();
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule(_ => true).Mode = JSRuntimeMode.Loose;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _store.Dispose();
        _settings.Dispose();
    }

    [Fact]
    public void Before_anything_is_logged_it_says_what_to_do()
    {
        Assert.Contains("Nothing has been logged yet", Render<LogsPage>().Find("[data-testid=log-empty]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_ten_thousand_lines_the_newest_are_drawn_and_the_others_when_they_come_in_sight()
    {
        for (var i = 1; i <= LogStore.MaxLines + 1; i++)
        {
            Log($"line {i}");
        }

        var page = Render<LogsPage>();

        Assert.Equal("Newest 10,000 of 10,001 lines", page.Find("[data-testid=log-held]").TextContent);
        Assert.Equal("10000", page.Find("#log-rows").GetAttribute("data-row-count"));
        Assert.InRange(Messages(page).Length, 40, 100);
        Assert.Equal("line 10001", Messages(page)[^1]);

        await page.InvokeAsync(() => page.Instance.OnViewport(0, 30));

        page.WaitForAssertion(() => Assert.Equal("line 2", Messages(page)[0]));
    }

    [Fact]
    public void Level_and_text_narrow_it_and_one_press_shows_all_again()
    {
        Log("fine");
        Log("odd", LogLevel.Warning);
        Log("broken", LogLevel.Error);
        Log("odd as well", LogLevel.Error);
        var page = Render<LogsPage>();

        page.Find("[data-testid=log-level]").Change("Error");
        Assert.Equal(["broken", "odd as well"], Messages(page));
        page.Find("[data-testid=log-filter]").Input("ODD");
        Assert.Equal(["odd as well"], Messages(page));
        Assert.Equal("1 of 4 lines", page.Find("[data-testid=log-held]").TextContent);
        page.Find("[data-testid=log-filter]").Input("odd ");
        Assert.Equal("odd ", page.Find("[data-testid=log-filter]").GetAttribute("value")); // a blank before the next word is not taken away
        Assert.Equal(["odd as well"], Messages(page));
        page.Find("[data-testid=log-filter]").Input("nowhere");
        page.Find("[data-testid=log-clear]").Click();
        Assert.Equal(["fine", "odd", "broken", "odd as well"], Messages(page));
    }

    [Fact]
    public void An_address_with_a_trace_shows_its_lines_and_one_with_a_span_the_spans()
    {
        Log("of none");
        Log("of the trace", traceId: Trace, spanId: "00f067aa0ba902b7");
        Log("of the span", traceId: Trace, spanId: Span);

        Services.GetRequiredService<NavigationManager>().NavigateTo($"/telemetry/logs?trace={Trace}");
        Assert.Equal(["of the trace", "of the span"], Messages(Render<LogsPage>()));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/telemetry/logs?trace={Trace}&span={Span}");
        Assert.Equal(["of the span"], Messages(Render<LogsPage>()));
    }

    [Fact]
    public void A_line_opens_to_its_values_and_leads_to_its_trace()
    {
        _store.Add(Line("3 failed") with { Values = [new("Count", "3")], ExceptionType = "System.IO.IOException", ExceptionMessage = "gone", TraceId = Trace, SpanId = Span });
        var page = Render<LogsPage>();

        page.Find("[data-testid=log-row]").Click();

        var details = page.Find("[data-testid=log-details]");
        Assert.Contains("Count", details.QuerySelectorAll("dt").Select(static term => term.TextContent));
        Assert.Contains("gone", details.QuerySelectorAll("dd").Select(static value => value.TextContent));
        Assert.Equal($"traces/{Trace}?span={Span}", page.Find("[data-testid=log-to-trace]").GetAttribute("href"));
        Assert.Equal($"telemetry/logs?trace={Trace}", page.Find("[data-testid=log-of-trace]").GetAttribute("href"));
        page.Find(".page").KeyDown("Escape");
        Assert.Empty(page.FindAll("[data-testid=log-details]"));
    }

    [Fact]
    public async Task Lines_come_by_themselves_but_not_while_it_is_paused()
    {
        Log("first");
        var page = Render<LogsPage>();
        await page.InvokeAsync(() => page.Find("[data-testid=log-pause]").Click());
        Log("second");
        page.WaitForAssertion(() => Assert.Contains("1 new line", page.Find("[data-testid=log-paused]").TextContent, StringComparison.Ordinal));
        Assert.Equal(["first"], Messages(page));

        await page.InvokeAsync(() => page.Find("[data-testid=log-pause]").Click());

        page.WaitForAssertion(() => Assert.Equal(["first", "second"], Messages(page)));
    }

    [Fact]
    public async Task What_is_recorded_is_chosen_here_and_saved()
    {
        var page = Render<LogsPage>();

        await page.InvokeAsync(() => page.Find("[data-testid=log-recorded]").ChangeAsync(new() { Value = "Debug" }));

        Assert.Equal(LogLevel.Debug, Services.GetRequiredService<SettingsService>().Current.LogLevel);
        Assert.Equal("DEBUG", (string?)_settings.Saved()["LogLevel"]);
    }

    private void Log(string text, LogLevel level = LogLevel.Information, string? traceId = null, string? spanId = null) =>
        _store.Add(Line(text) with { Level = level, TraceId = traceId, SpanId = spanId });

    private static LogLine Line(string text) => new() { Time = DateTimeOffset.UnixEpoch, Level = LogLevel.Information, Category = "OllamaStudio.Some.Type", Message = text };

    private static string[] Messages(IRenderedComponent<LogsPage> page) => [.. page.FindAll("[data-testid=log-row] .message").Select(static message => message.TextContent)];
}
