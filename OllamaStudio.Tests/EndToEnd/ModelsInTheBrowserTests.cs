using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The page of models in a real browser: two tabs, the keyboard alone, and what axe says of it.</summary>
[Collection(PagesCollection.Name)]
public sealed class ModelsInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_pull_goes_on_over_reloads_and_tabs_and_models_are_handled_by_the_keyboard()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync([("OLLAMA_HOST", ollama.Address.ToString())]);
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/models");
        await using var other = await StudioPage.OpenAsync(browser.Browser, studio, "/models");
        await Expect(page.Page.GetByTestId("model-row")).ToHaveCountAsync(5);

        await page.Page.GetByTestId("model-pull-name").FillAsync("demo-large");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(other.Page.GetByTestId("model-pull-progress")).ToBeVisibleAsync();
        await Expect(page.Page.GetByTestId("model-pull-name")).ToBeFocusedAsync();
        await page.GoAsync("/models");
        await page.Page.GetByTestId("model-pull-pause").PressAsync("Enter");
        await Expect(page.Page.GetByTestId("model-job")).ToHaveAttributeAsync("data-state", "paused");
        await Expect(other.Page.GetByTestId("model-job")).ToHaveAttributeAsync("data-state", "paused");

        await page.Page.GetByTestId("model-pull-name").FillAsync("demo-embed");
        await page.Page.GetByTestId("model-pull").PressAsync("Enter");
        var row = page.Page.Locator("[data-testid='model-row'][data-model='demo-embed:latest']");
        await Expect(row).ToBeVisibleAsync();
        await Expect(other.Page.GetByTestId("model-row")).ToHaveCountAsync(6);

        await row.GetByTestId("model-more").PressAsync("Enter");
        await Expect(page.Page.Locator("[data-action='details']")).ToBeFocusedAsync();
        await Axe.AssertCleanAsync(page, "the menu of a model", page.Page.GetByTestId("model-menu"));
        await page.Page.Locator("[data-action='delete']").PressAsync("Enter");
        await Expect(row.GetByTestId("model-undo")).ToBeFocusedAsync();
        await Expect(other.Page.Locator("[data-state='leaving']")).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(row.GetByTestId("model-more")).ToBeFocusedAsync();
        await Expect(other.Page.Locator("[data-state='leaving']")).ToHaveCountAsync(0);

        var small = page.Page.Locator("[data-testid='model-row'][data-model='demo-small:latest']");
        await small.GetByTestId("model-load").PressAsync("Enter");
        await Expect(small).ToHaveAttributeAsync("data-state", "loaded");
        await Expect(page.Page.Locator("[data-testid='residency-lane'][data-model='demo-small:latest']")).ToBeVisibleAsync();
        await small.GetByTestId("model-open").PressAsync("Enter");
        await Expect(page.Page.GetByTestId("model-details").Locator("details").First).ToBeVisibleAsync();
        await Axe.AssertCleanAsync(page, "a paused pull, a lane, the list and details");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("model-details")).ToHaveCountAsync(0);
        await Expect(small.GetByTestId("model-open")).ToBeFocusedAsync();

        await page.Page.GetByTestId("model-pull-cancel").PressAsync("Enter");
        await Expect(page.Page.Locator("[data-state='paused']")).ToHaveCountAsync(0);
        await Expect(page.Page.GetByTestId("model-pull-name")).ToBeFocusedAsync();

        await page.Page.GetByTestId("model-create").PressAsync("Enter");
        await Expect(page.Page.GetByTestId("new-model-name")).ToBeFocusedAsync();
        await Axe.AssertCleanAsync(page, "a model to be made", page.Page.GetByTestId("new-model"));
        await page.Page.GetByTestId("new-model-name").FillAsync("pirate");
        await page.Page.GetByTestId("new-model-system").FillAsync("Speak like a pirate.");
        await page.Page.GetByTestId("new-model-save").PressAsync("Enter");
        await Expect(other.Page.Locator("[data-model='pirate:latest']")).ToBeVisibleAsync();
        await Expect(page.Page.GetByTestId("model-create")).ToBeFocusedAsync();
        foreach (var width in (int[])[1024, 390])
        {
            await page.Page.SetViewportSizeAsync(width, 768);
            await page.Page.WaitForFunctionAsync("() => [document.documentElement, document.querySelector('.models > .body > .content')].every(e => e.scrollWidth <= e.clientWidth)");
        }

        page.AssertNoComplaints();
        other.AssertNoComplaints();
    }

    [Fact]
    public async Task A_turn_that_waited_for_its_model_stands_in_the_lane_and_is_a_press_away()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 400, LoadDelay = TimeSpan.FromSeconds(1) });
        await using var studio = await StudioProcess.StartAsync([("OLLAMA_HOST", ollama.Address.ToString())]);
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("hello", "demo-small:latest");
        await page.WaitForReplyAsync("complete");

        await page.GoAsync("/models");
        var lane = page.Page.Locator("[data-testid='residency-lane'][data-model='demo-small:latest']");
        await Expect(lane.Locator("a.load")).ToHaveCountAsync(1);
        await Expect(page.Page.GetByTestId("residency-cost")).ToContainTextAsync("1 load cost your turns");
        await Expect(page.Page.Locator("[data-testid='model-row'][data-model='demo-small:latest'] .calls")).ToHaveTextAsync("1");
        await page.Page.GetByTestId("residency-table").ClickAsync();
        await Expect(page.Page.Locator(".rows")).ToContainTextAsync("for it to load");
        await Axe.AssertCleanAsync(page, "lanes as a table", page.Page.GetByTestId("residency"));
        await page.Page.GetByTestId("residency-table").ClickAsync();
        await lane.Locator("a.load").PressAsync("Enter");
        await Expect(page.Page.GetByTestId("waterfall-row").First).ToBeVisibleAsync();
        page.AssertNoComplaints();
    }
}
