using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Settings and fault lab, as axe judges them: as they open, unfolded, with faults, with a list or a popover open.</summary>
[Collection(BrowserCollection.Name)]
public class FormsForScreenReadersTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_in_any_state_of_the_forms(ColorScheme scheme)
    {
        await using var studio = await StudioProcess.StartAsync(("OTEL_SERVICE_NAME", "fixed"), ("PHOENIX_ENDPOINT", ""));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings", scheme);
        await Expect(page.Page.GetByTestId("setting-save")).ToBeVisibleAsync();
        await AssertCleanAsync(page, "settings");

        await page.Page.EvaluateAsync("() => document.querySelectorAll('details.fold').forEach((fold) => { fold.open = true; })");
        await page.Page.GetByTestId("mcp-add").ClickAsync();
        await Expect(page.Page.GetByTestId("mcp-name")).ToBeFocusedAsync();
        await page.Page.Locator("[data-testid='field-telemetry-spanattributes-add']").ClickAsync();
        await page.Page.GetByTestId("setting-endpoint").FillAsync("nowhere");
        await page.Page.GetByTestId("setting-sampling-ratio").FillAsync("7");
        await page.Page.GetByTestId("setting-save").ClickAsync();
        await Expect(page.Page.GetByTestId("setting-sampling-ratio")).ToBeFocusedAsync(new() { Timeout = 30_000 }); // the first page that this process draws
        await AssertCleanAsync(page, "unfolded, with faults");

        await page.Page.GetByTestId("mcp-transport").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Option)).ToHaveCountAsync(2);
        await AssertCleanAsync(page, "with an open list");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.GetByTestId("status-sampling").ClickAsync();
        await AssertCleanAsync(page, "with an open popover");
        await page.Page.GetByTestId("setting-discard").ClickAsync();

        await page.GoAsync("/settings/faults");
        await page.Page.GetByTestId("fault-amount").FillAsync("0");
        await Expect(page.Page.GetByTestId("fault-amount")).ToHaveAttributeAsync("aria-invalid", "true");
        await AssertCleanAsync(page, "fault lab with a fault");
        await page.Page.GetByTestId("fault-select").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await AssertCleanAsync(page, "fault lab with an open list");
        Assert.Empty(page.Complaints);
    }

    private static async Task AssertCleanAsync(StudioPage page, string where)
    {
        // While something fades, its colours are not yet what they will be.
        await page.Page.EvaluateAsync("() => Promise.all(document.getAnimations().filter(a => a.effect.getTiming().iterations !== Infinity).map(a => a.finished.catch(() => {})))");
        var findings = (await page.Page.RunAxe()).Violations.SelectMany(violation => violation.Nodes.Select(node => $"{where}: {violation.Id}: {violation.Help}: {node.Html}"));
        Assert.True(!findings.Any(), string.Join(Environment.NewLine, findings));
    }
}
