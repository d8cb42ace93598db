using System.Text.RegularExpressions;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The pages of telemetry while spans go through the studio, made in another tab.</summary>
[Collection(PagesCollection.Name)]
public sealed class PipelineInTheBrowserTests(BrowserFixture browser)
{
    private static readonly Regex s_all = new("^[78]$", RegexOptions.None, TimeSpan.FromSeconds(1));

    [Fact]
    public async Task Counts_move_in_another_tab_the_books_balance_and_a_real_turn_lacks_nothing_of_the_contract()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var phoenix = await OtlpReceiver.StartAsync();
        await using var studio = await StudioProcess.StartAsync([("OLLAMA_HOST", ollama.Address.ToString()), ("PHOENIX_ENDPOINT", phoenix.TracesUrl), ("OTEL_BSP_SCHEDULE_DELAY", "200")]);
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/telemetry");
        await using var chat = await StudioPage.OpenAsync(browser.Browser, studio);

        await chat.SendAsync("hello", "demo-small:latest");
        await chat.WaitForReplyAsync("complete");

        // A check of the connection or two, and the six spans of the turn.
        await Expect(page.Page.Locator("[data-stage=sent] b")).ToHaveTextAsync(s_all);
        await Expect(page.Page.Locator("[data-stage=ended] b")).ToHaveTextAsync(s_all);
        await Expect(page.Page.Locator("[data-stage=waiting] b")).ToHaveTextAsync("0");
        await Expect(page.Page.GetByTestId("pipeline-headline")).ToContainTextAsync("All that was to be sent has been accepted.");
        await Expect(page.Page.Locator("[data-balances=false]")).ToHaveCountAsync(0);
        await Expect(page.Page.GetByTestId("status-alerts")).ToHaveAttributeAsync("data-state", "ok");
        await Axe.AssertCleanAsync(page, "pipeline");
        foreach (var width in (int[])[1024, 390])
        {
            await page.Page.SetViewportSizeAsync(width, 768);
            await page.Page.WaitForFunctionAsync("() => [document.documentElement, document.querySelector('.sheet')].every(e => e.scrollWidth <= e.clientWidth)");
        }

        await page.Page.SetViewportSizeAsync(1440, 900);
        await page.GoAsync("/telemetry/coverage");
        await Expect(page.Page.GetByTestId("coverage-headline")).ToContainTextAsync("7 of 10 kinds of spans seen");
        await page.Page.GetByTestId("coverage-span").First.Locator("summary").ClickAsync();
        await Axe.AssertCleanAsync(page, "coverage");
        await page.GoAsync("/telemetry/alerts");
        await Expect(page.Page.GetByTestId("alerts-empty")).ToBeVisibleAsync();
        await Axe.AssertCleanAsync(page, "alerts");
        page.AssertNoComplaints();
    }
}
