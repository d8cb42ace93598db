namespace OllamaStudio.Tests.EndToEnd.Gallery;

/// <content>Settings, models and the pages of telemetry.</content>
public sealed partial class GalleryTests
{
    private async Task LookAtSettingsAsync(StudioPage page)
    {
        await page.GoAsync("/settings#export");
        await page.Page.GetByTestId("test-export").ClickAsync();
        await page.Page.GetByTestId("test-export-result").WaitForAsync();
        await _camera.LookAsync(page.Page, "destinations", () => page.Page.GetByTestId("destination-row").ScrollIntoViewIfNeededAsync());
        await page.Page.GetByTestId("setting-service-name").FillAsync("");
        await page.Page.GetByTestId("setting-sampling-ratio").FillAsync("7");
        await page.Page.GetByTestId("setting-save").ClickAsync();
        await page.Page.GetByTestId("setting-error").First.WaitForAsync();
        await _camera.LookAsync(page.Page, "faulty");
        await page.Page.GetByTestId("setting-discard").ClickAsync();
        await page.Page.GetByTestId("setting-find").FillAsync("batch");
        await _camera.LookAsync(page.Page, "setting-found");
        await page.Page.GetByTestId("setting-find").FillAsync("");
        await page.GoAsync("/settings#data");
        await page.Page.GetByTestId("backup-now").ClickAsync();
        await page.Page.GetByTestId("backup").WaitForAsync();
        await _camera.LookAsync(page.Page, "your-data", () => page.Page.GetByTestId("backup").ScrollIntoViewIfNeededAsync());
        await page.GoAsync("/settings/faults");
        await _camera.LookAsync(page.Page, "faults");

        await page.GoAsync("/models");
        await page.Page.GetByTestId("residency-lane").First.WaitForAsync();
        await page.Page.GetByTestId("model-open").First.ClickAsync();
        await page.Page.GetByTestId("model-details").Locator("details").First.WaitForAsync();
        await _camera.LookAsync(page.Page, "models");

        await page.GoAsync("/telemetry");
        await page.Page.GetByTestId("books-line").First.WaitForAsync();
        await _camera.LookAsync(page.Page, "pipeline");
        await page.GoAsync("/telemetry/alerts");
        await page.Page.GetByTestId("alert-rule").First.WaitForAsync(); // what fired on a slow machine is seen, too
        await _camera.LookAsync(page.Page, "alerts");
        await page.GoAsync("/telemetry/coverage");
        await page.Page.GetByTestId("coverage-span").First.Locator("summary").ClickAsync();
        await _camera.LookAsync(page.Page, "coverage");

        await page.GoAsync("/telemetry/logs");
        await page.Page.GetByTestId("log-row").Last.ClickAsync();
        await page.Page.GetByTestId("log-details").WaitForAsync();
        await _camera.LookAsync(page.Page, "logs");
        await page.Page.GetByTestId("log-filter").FillAsync("no such line");
        await page.Page.GetByTestId("log-empty").WaitForAsync();
        await _camera.LookAsync(page.Page, "logs-none");
    }
}
