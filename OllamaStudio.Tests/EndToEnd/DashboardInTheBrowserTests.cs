using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Insights;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>A week of figures in a browser.</summary>
[Collection(PagesCollection.Name)]
public sealed class DashboardInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Arrow_keys_go_from_point_to_point_tell_its_values_and_open_the_traces_behind_it()
    {
        await using var studio = await StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/dashboard");
        var plot = page.Page.Locator("[data-chart='latency']").GetByRole(AriaRole.Slider, new() { Name = "Latency" });
        var tip = plot.Locator(".tip");
        await ReadyAsync(page);

        await plot.FocusAsync();
        await Expect(tip).ToBeVisibleAsync();
        var last = await plot.GetAttributeAsync("aria-valuetext");
        Assert.Matches(Pattern(@"^\w{3} \d+ \w{3} \d\d:\d\d–\d\d:\d\d: p99 .+, p95 .+, p50 .+$"), last);
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(plot).Not.ToHaveAttributeAsync("aria-valuetext", last!);
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(plot).ToHaveAttributeAsync("aria-valuetext", last!);
        await page.Page.Keyboard.PressAsync("Home");
        await Expect(plot).ToHaveAttributeAsync("aria-valuenow", "1");
        await Expect(tip).ToContainTextAsync((await plot.GetAttributeAsync("aria-valuetext"))!.Split(": ")[0]);
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(tip).ToBeHiddenAsync();

        await page.Page.Keyboard.PressAsync("End");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page).ToHaveURLAsync(Pattern(@"/traces\?q=source%3Achat%20source%3Agateway&from=\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A00Z&to=\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A00Z$"));
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task The_pointer_shows_values_without_a_word_to_the_server_and_a_click_opens_traces()
    {
        await using var studio = await StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/dashboard?model=qwen3%3A8b");
        var plot = page.Page.Locator("[data-chart='requests'] .plot");
        await ReadyAsync(page);
        await plot.ScrollIntoViewIfNeededAsync();
        var box = (await plot.BoundingBoxAsync())!;

        // Its connection goes: what follows the pointer does not need it.
        await studio.SleepAsync();
        await page.Page.Mouse.MoveAsync(box.X + (box.Width * 0.2f), box.Y + 40);
        await Expect(plot.Locator(".tip")).ToContainTextAsync("ok");
        await Expect(plot.Locator(".cursor")).ToBeVisibleAsync();
        var first = await plot.Locator(".tip strong").TextContentAsync();
        await page.Page.Mouse.MoveAsync(box.X + (box.Width * 0.8f), box.Y + 40);
        await Expect(plot.Locator(".tip strong")).Not.ToHaveTextAsync(first!);
        await page.Page.Mouse.MoveAsync(2, 2);
        await Expect(plot.Locator(".tip")).ToBeHiddenAsync();
        await studio.WakeAsync();

        await page.Page.Mouse.ClickAsync(box.X + (box.Width * 0.5f), box.Y + 40);
        await Expect(page.Page).ToHaveURLAsync(Pattern(@"/traces\?q=source%3Achat%20source%3Agateway%20model%3Aqwen3%3A8b&from=[^&]+&to=[^&]+$"));
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Range_model_and_tables_are_chosen_and_the_address_brings_them_back()
    {
        await using var studio = await StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Dashboard" }).ClickAsync();
        await ReadyAsync(page);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "30 days" }).ClickAsync();
        await page.ChooseAsync(page.Page.Locator("#dashboard-model"), "gemma3:4b");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/dashboard?range=30d&model=gemma3%3A4b");
        await Expect(page.Page.Locator("[data-chart='speed'] .end")).ToHaveCountAsync(1);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "p99" }).ClickAsync();
        await Expect(page.Page.Locator("[data-chart='latency'] .end")).ToHaveCountAsync(2);

        await page.Page.ReloadAsync();
        await ReadyAsync(page);
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "30 days" })).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Page.Locator("[data-chart='latency'] .end")).ToHaveCountAsync(2);
        await page.Page.GetByTestId("dashboard-tables").ClickAsync();
        await Expect(page.Page.Locator("[data-chart='latency']").GetByRole(AriaRole.Columnheader)).ToHaveTextAsync(["When", "p95", "p50"]);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_turn_shows_by_itself_where_the_dashboard_is_open()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 400 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.AbsoluteUri));
        await using var chat = await StudioPage.OpenAsync(browser.Browser, studio);
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/dashboard?range=5m");
        await page.Page.GetByTestId("dashboard-empty").WaitForAsync();

        await chat.SendAsync("What is the capital of France?", "demo-small:latest");
        await chat.WaitForReplyAsync("complete");

        await Expect(page.Page.Locator(".tile", new() { HasText = "Requests" }).Locator("dd").First).ToHaveTextAsync("1");
        await Expect(page.Page.Locator(".tile", new() { HasText = "Latency p95" }).Locator("dd").First).ToHaveTextAsync(Pattern(@"^[\d.]+ m?s$"));
        await Expect(page.Page.Locator("[data-chart='speed'] .end")).ToContainTextAsync("demo-small");
        await page.Page.Locator("[data-chart='latency'] .plot").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("trace-row").Filter(new() { HasText = "What is the capital of France?" })).ToBeVisibleAsync();
        page.AssertNoComplaints();
    }

    [Theory]
    [InlineData(360, 800)]
    [InlineData(360, 225)]
    public async Task In_a_small_window_charts_stand_below_one_another_and_nothing_is_cut(int width, int height)
    {
        await using var studio = await StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/dashboard", width: width);
        await page.Page.SetViewportSizeAsync(width, height);
        await ReadyAsync(page);

        var boxes = await Task.WhenAll((await page.Page.GetByTestId("dashboard-chart").AllAsync()).Select(static chart => chart.BoundingBoxAsync()));
        Assert.All(boxes, box => Assert.InRange(box!.X + box.Width, 300, width));
        Assert.Equal(6, boxes.Select(static box => box!.Y).Distinct().Count());
        var last = page.Page.Locator("[data-chart='context'] .plot");
        await last.ScrollIntoViewIfNeededAsync();
        await Expect(last).ToBeInViewportAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "30 days" }).ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/dashboard?range=30d");
        Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    private static async Task<StudioProcess> StartAsync()
    {
        var studio = await StudioProcess.StartAsync();
        await studio.KillAsync();
        await MadeUpWeek.StoreAsync(studio.DataFolder, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Utc);
        await studio.StartAgainAsync();
        return studio;
    }

    // Drawn, and the page's script at work.
    private static async Task ReadyAsync(StudioPage page)
    {
        await Expect(page.Page.GetByTestId("dashboard-chart")).ToHaveCountAsync(6);
        await page.Page.Locator(".dashboard[data-attached]").WaitForAsync();
    }

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
}
