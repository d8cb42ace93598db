using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The list of traces with thousands of them, stored before the studio started.</summary>
[Collection(PagesCollection.Name)]
public sealed class TracesOverTimeInTheBrowserTests(BrowserFixture browser)
{
    private const int Stored = 5_000;

    [Fact]
    public async Task Thousands_are_scrolled_and_asked_by_the_keyboard_alone()
    {
        await using var studio = await StudioProcess.StartAsync();
        await studio.StopAsync();
        await StoreAsync(studio.DataFolder);
        await studio.StartAgainAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/traces");
        var query = page.Page.GetByTestId("trace-query");
        var chips = page.Page.GetByTestId("query-chip");

        // Far down at once, and there every row is in its place.
        var table = page.Page.Locator("#traces");
        await Expect(page.Page.GetByTestId("trace-row").First).ToBeVisibleAsync();
        foreach (var row in new[] { 40, 2_500, 4_900, 3 })
        {
            await table.EvaluateAsync("(table, row) => { table.scrollTop = row * 32; }", row);
            var drawn = page.Page.Locator($"[data-row='{row + 5}']");
            await Expect(drawn).ToBeVisibleAsync();
            var top = await drawn.EvaluateAsync<double>("row => row.getBoundingClientRect().top - row.closest('.table').getBoundingClientRect().top");
            Assert.InRange(top, 4 * 32, 8 * 32);
        }

        await table.FocusAsync();
        await page.Page.Keyboard.PressAsync("End");
        await page.Page.WaitForFunctionAsync("rows => Number(document.activeElement.closest('[data-row]')?.dataset.row) >= rows - 1", Stored);

        // Suggestions by the arrow keys: a field, then a value.
        await query.PressSequentiallyAsync("mod");
        await Expect(page.Page.GetByRole(AriaRole.Option)).ToHaveTextAsync(["model:the model asked"]);
        await query.PressAsync("ArrowDown");
        await Axe.AssertCleanAsync(page, "suggestions");
        await query.PressAsync("Enter");
        await Expect(query).ToHaveValueAsync("model:");
        await Expect(page.Page.GetByRole(AriaRole.Option).First).ToHaveTextAsync("model:even:1b");
        await query.PressAsync("ArrowDown");
        await query.PressAsync("Enter");
        await Expect(chips).ToHaveTextAsync(["model:even:1b"]);
        await query.PressSequentiallyAsync("\"question 44");
        await Expect(page.Page.GetByTestId("traces-held")).ToContainTextAsync("56 of 5,00");
        await query.PressAsync("Home");
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(chips).ToHaveCountAsync(0);

        await page.GoAsync("/traces?view=sessions");
        await Expect(page.Page.GetByTestId("session-row").First).ToBeVisibleAsync();
        await Axe.AssertCleanAsync(page, "sessions");
        await page.Page.GetByTestId("trace-range").PressAsync("Enter");
        await Axe.AssertCleanAsync(page, "ranges");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("trace-range")).ToBeFocusedAsync();
        page.AssertNoComplaints();
    }

    private static async Task StoreAsync(string path)
    {
        var folder = new DataFolder(path);
        using var database = new StudioDatabase(folder, TimeProvider.System, NullLogger<StudioDatabase>.Instance);
        await using var writer = new StoreWriter(database, folder, TimeProvider.System, NullLogger<StoreWriter>.Instance);
        var now = TimeProvider.System.GetUtcNow();
        StoredSpan[] spans =
        [
            .. Enumerable.Range(1, Stored).Select(trace => new StoredSpan(new SpanRecord
            {
                TraceId = trace.ToString("x32", System.Globalization.CultureInfo.InvariantCulture),
                SpanId = SpanGen.SpanId(trace),
                Name = "chat_interaction",
                StartTime = now.AddMinutes(-trace),
                Duration = TimeSpan.FromSeconds(1 + (trace % 20)),
                Status = SpanStatus.Ok,
                Sampled = true,
                Attributes = [new("agent.task", $"Question {trace}"), new("llm.model", trace % 2 == 0 ? "even:1b" : "odd:1b"), new("session.id", $"session-{trace / 5}")],
            })),
        ];
        await writer.WriteAsync(connection => SpanBatch.Write(connection, spans), bytes: 0);
        await writer.StopAsync(CancellationToken.None);
    }
}
