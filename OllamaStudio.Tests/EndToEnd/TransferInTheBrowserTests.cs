using Microsoft.Playwright;
using OllamaStudio.Core.Spans.Transfer;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>A conversation and its traces out of one studio and into another, by the buttons.</summary>
[Collection(PagesCollection.Name)]
public sealed class TransferInTheBrowserTests(BrowserFixture browser)
{
    // An import is several trips and a commit.
    private static readonly LocatorAssertionsToContainTextOptions Patient = new() { Timeout = 30_000 };

    [Fact]
    public async Task What_is_exported_here_is_imported_there()
    {
        var folder = Directory.CreateTempSubdirectory("ollama-studio-test-").FullName;
        try
        {
            await using var from = await StudioProcess.StartAsync();
            await using var page = await StudioPage.OpenAsync(browser.Browser, from);
            await page.SendAsync("What does short mean?", "demo-small:latest");
            await page.WaitForReplyAsync("complete");
            await page.Page.GetByTestId("conversation-export").ClickAsync();
            await Axe.AssertCleanAsync(page, "the menu of a conversation");
            var markdown = await DownloadAsync(page, "md", folder);
            Assert.Equal("What does short mean.md", Path.GetFileName(markdown));
            Assert.Contains("\n## You\n", await File.ReadAllTextAsync(markdown), StringComparison.Ordinal);
            await Expect(page.Page.Locator("[data-download]")).ToHaveCountAsync(0); // the menu closes
            await page.Page.GetByTestId("conversation-export").ClickAsync();
            var json = await DownloadAsync(page, "json", folder);

            await page.GoAsync("/traces");
            await page.Page.GetByTestId("trace-query").FillAsync("model:demo-small");
            await page.Page.GetByTestId("traces-export").ClickAsync();
            var lines = await DownloadAsync(page, "jsonl", folder);
            await page.Page.GetByTestId("traces-export").ClickAsync();
            Assert.Equal(2, (await File.ReadAllLinesAsync(await DownloadAsync(page, "csv", folder))).Length);
            await Expect(page.Page.GetByTestId("download")).ToContainTextAsync("Exported: ", Patient);
            var spans = 0;
            await using (var file = File.OpenRead(lines))
            {
                await foreach (var line in OtlpReader.ReadAsync(file, CancellationToken.None))
                {
                    spans += line.Spans.Length;
                }
            }

            Assert.True(spans > 3);
            await using var to = await StudioProcess.StartAsync();
            await using var other = await StudioPage.OpenAsync(browser.Browser, to, "/settings");
            var report = other.Page.GetByTestId("import-report");

            // Blazor listens to the input once it has told the page so.
            await other.Page.WaitForFunctionAsync("() => document.querySelector('[data-testid=import]')?._blazorInputFileNextFileId !== undefined");
            await other.Page.GetByTestId("import").SetInputFilesAsync(json);
            await Expect(report).ToContainTextAsync("Imported: 1 new conversation.", Patient);
            await ChooseAsync(other, json);
            await Expect(report).ToContainTextAsync("1 conversation that was here already", Patient);
            await ChooseAsync(other, lines);
            await Expect(report).ToContainTextAsync($"Imported: {spans} spans.", Patient);

            var broken = Path.Combine(folder, "broken.json");
            await File.WriteAllTextAsync(broken, "[\n{\"chat\":}]");
            await ChooseAsync(other, broken);
            await Expect(other.Page.GetByTestId("import-problem")).ToContainTextAsync("Line 2, column 9", Patient);
            await Axe.AssertCleanAsync(other, "the settings with a refused import");

            await other.GoAsync("/traces");
            await Expect(other.Page.GetByTestId("trace-row").Filter(new() { HasText = "What does short mean?" })).ToHaveCountAsync(1);
            await other.GoAsync("/");
            await other.Page.GetByTestId("conversation-item").First.ClickAsync();
            await Expect(other.Page.GetByTestId("message")).ToHaveCountAsync(2);
            page.AssertNoComplaints();
            other.AssertNoComplaints();
            Assert.Empty(Directory.GetFiles(Path.Combine(to.DataFolder, "imports"))); // nothing stays
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // As a person does: the same file chosen twice is no change to a browser by itself.
    private static async Task ChooseAsync(StudioPage page, string file)
    {
        var chooser = await page.Page.RunAndWaitForFileChooserAsync(() => page.Page.GetByText("Import a file").ClickAsync());
        await chooser.SetFilesAsync(file);
    }

    private static async Task<string> DownloadAsync(StudioPage page, string end, string folder)
    {
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.Locator($"[data-download='{end}']").ClickAsync());
        var path = Path.Combine(folder, download.SuggestedFilename);
        await download.SaveAsAsync(path);
        return path;
    }
}
