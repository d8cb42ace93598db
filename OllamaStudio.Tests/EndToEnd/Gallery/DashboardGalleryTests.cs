using OllamaStudio.Tests.Insights;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd.Gallery;

/// <summary>The dashboard of somebody who has worked with three models for a week, and of one who has not begun, as <see cref="Camera"/> looks at them.</summary>
[Collection(PagesCollection.Name)]
public sealed class DashboardGalleryTests(BrowserFixture browser) : IDisposable
{
    private readonly Camera _camera = new();
    private readonly FixedTimeZone _zone = new(TimeProvider.System);

    public void Dispose() => _zone.Dispose();

    [Fact]
    public async Task A_dashboard_empty_and_full()
    {
        await using var studio = await StudioProcess.StartAsync(_zone.Variable);
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.GoAsync("/dashboard");
        await page.Page.GetByTestId("dashboard-empty").WaitForAsync();
        await _camera.LookAsync(page.Page, "dashboard-empty");

        await studio.KillAsync();
        await MadeUpWeek.StoreAsync(studio.DataFolder, TimeProvider.System.GetUtcNow(), _zone.Zone);
        await studio.StartAgainAsync();
        await page.GoAsync("/dashboard");
        await Expect(page.Page.GetByTestId("dashboard-chart")).ToHaveCountAsync(6);
        await _camera.LookAsync(page.Page, "dashboard");
        await page.Page.GetByTestId("dashboard-chart").First.GetByRole(Microsoft.Playwright.AriaRole.Slider).FocusAsync();
        await _camera.LookAsync(page.Page, "dashboard-point");
        await page.Page.GetByTestId("dashboard-tables").ClickAsync();
        await Expect(page.Page.GetByTestId("dashboard-chart").First.GetByRole(Microsoft.Playwright.AriaRole.Table)).ToBeVisibleAsync();
        await _camera.LookAsync(page.Page, "dashboard-tables");
        await page.GoAsync("/dashboard?range=5m");
        await page.Page.GetByTestId("dashboard-empty").WaitForAsync();
        await _camera.LookAsync(page.Page, "dashboard-nothing");
        await page.GoAsync("/traces/" + MadeUpWeek.SlowTrace);
        await Expect(page.Page.GetByTestId("baseline")).ToContainTextAsync("nothing of the prompt was in the cache");
        await _camera.LookAsync(page.Page, "trace-baseline");
        Assert.Empty(_camera.Findings);
        Assert.Equal(6, _camera.States);
    }
}
