using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Settings and fault lab, as axe judges them: as they open, unfolded, with faults, with a list or a popover open.</summary>
[Collection(PagesCollection.Name)]
public class FormsForScreenReadersTests(BrowserFixture browser)
{
    [Fact]
    public async Task Axe_finds_nothing_in_any_state_of_the_forms()
    {
        await using var studio = await StudioProcess.StartAsync(("OTEL_SERVICE_NAME", "fixed"), ("PHOENIX_ENDPOINT", ""));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings");
        await Expect(page.Page.GetByTestId("setting-save")).ToBeVisibleAsync();
        await Axe.AssertCleanAsync(page, "settings");

        await page.Page.EvaluateAsync("() => document.querySelectorAll('details.fold').forEach((fold) => { fold.open = true; })");
        await page.Page.GetByTestId("mcp-add").ClickAsync();
        await Expect(page.Page.GetByTestId("mcp-name")).ToBeFocusedAsync();
        await page.Page.Locator("[data-testid='field-telemetry-spanattributes-add']").ClickAsync();
        await page.Page.GetByTestId("setting-endpoint").FillAsync("nowhere");
        await page.Page.GetByTestId("setting-sampling-ratio").FillAsync("7");
        await page.Page.GetByTestId("setting-sampling-ratio").PressAsync("Tab");
        await Expect(page.Page.GetByTestId("setting-sampling-ratio")).ToHaveAttributeAsync("aria-invalid", "true", new() { Timeout = 30_000 }); // the first page that this process draws
        await page.Page.GetByTestId("setting-save").ClickAsync();
        await Expect(page.Page.GetByTestId("setting-sampling-ratio")).ToBeFocusedAsync(new() { Timeout = 30_000 }); // the first page that this process draws
        await Axe.AssertCleanAsync(page, "unfolded, with faults");

        await page.Page.GetByTestId("mcp-transport").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Option)).ToHaveCountAsync(2);
        await Axe.AssertCleanAsync(page, "with an open list");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.GetByTestId("status-sampling").ClickAsync();
        await Axe.AssertCleanAsync(page, "with an open popover");
        await page.Page.GetByTestId("setting-discard").ClickAsync();

        await page.GoAsync("/settings/faults");
        await page.Page.GetByTestId("fault-amount").FillAsync("0");
        await Expect(page.Page.GetByTestId("fault-amount")).ToHaveAttributeAsync("aria-invalid", "true");
        await Axe.AssertCleanAsync(page, "fault lab with a fault");
        await page.Page.GetByTestId("fault-select").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await Axe.AssertCleanAsync(page, "fault lab with an open list");
        page.AssertNoComplaints();
    }
}
