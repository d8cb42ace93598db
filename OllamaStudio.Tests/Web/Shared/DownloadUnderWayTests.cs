using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Web.Shared;

/// <summary>A long download on its pages: how far it is, how it is stopped, and that what broke off is no file.</summary>
public sealed class DownloadUnderWayTests : BunitContext, IAsyncLifetime
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);

    private readonly DownloadRuns _runs = new(TimeProvider.System);
    private int _aborted;

    public DownloadUnderWayTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton(_runs);
        Services.AddMudServices(static options => options.PopoverOptions.CheckForPopoverProvider = false);
    }

    [Fact]
    public async Task It_says_how_far_it_is_and_is_cancelled_once()
    {
        var page = Draw();
        Assert.Empty(page.FindAll("[data-testid=download]"));

        var run = Begin();
        run.Report((1_234, 10_000));
        Says(page, "running", "Exporting: 1,234 of 10,000 conversations");
        Assert.Equal("10000", page.Find("progress").GetAttribute("max"));
        await page.Find("[data-testid=download-cancel]").ClickAsync(new());
        Says(page, "cancelled", "Cancelled after 1,234 conversations. What the browser has of the file is not whole.");
        run.Cancel();
        run.Dispose();

        Says(page, "cancelled", "Cancelled after");
        Assert.Equal(1, _aborted);
    }

    [Fact]
    public async Task What_was_not_written_to_its_end_has_broken_off_and_says_so_until_it_is_dismissed_or_begun_anew()
    {
        var page = Draw();
        using (var run = Begin())
        {
            run.Step();
        }

        Says(page, "brokenoff", "The export broke off after 1 conversation:");
        Says(Draw(), "brokenoff", "The export broke off"); // whoever comes back to the page is told, too
        await page.Find("button[aria-label=Dismiss]").ClickAsync(new());
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=download]")), s_guard);

        using (var run = Begin())
        {
            run.Report((2, 2));
            run.Complete();
        }

        Says(page, "complete", "Exported: 2 conversations.");
        Assert.Equal(0, _aborted);
        Assert.Empty(Draw().FindAll("[data-testid=download]")); // what had ended before is no news
    }

    [Fact]
    public void Each_kind_stands_by_itself()
    {
        var page = Draw();
        using var other = _runs.Begin(DownloadKind.Traces, static () => { });
        other.Step();

        Assert.Null(_runs.Find(DownloadKind.Everything));
        Assert.Empty(page.FindAll("[data-testid=download]"));
    }

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _runs.Dispose();
    }

    private IRenderedComponent<DownloadUnderWay> Draw() => Render<DownloadUnderWay>(static parameters => parameters.Add(p => p.Kind, DownloadKind.Everything).Add(p => p.Thing, "conversation"));

    private DownloadRun Begin() => _runs.Begin(DownloadKind.Everything, () => _aborted++);

    private static void Says(IRenderedComponent<DownloadUnderWay> page, string state, string text) => page.WaitForAssertion(
        () =>
        {
            var line = page.Find("[data-testid=download]");
            Assert.Equal(state, line.GetAttribute("data-state"));
            Assert.StartsWith(text, line.TextContent.Trim(), StringComparison.Ordinal);
        },
        s_guard);
}
