using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public class PaletteInTheBrowserTests(BrowserFixture browser)
{
    private const string Typed = "the quick brown fox jumps over";

    [Fact]
    public async Task Commands_models_and_conversations_are_found_and_done_by_the_keyboard_alone()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await Expect(page.Picker).ToBeEnabledAsync();
        await page.SendAsync("What does short mean?", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        var chat = page.Page.Url;

        await DoAsync(page, "go traces");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/traces");
        await DoAsync(page, "mcp servers");
        await Expect(page.Page.Locator("#tools")).ToBeInViewportAsync();
        await DoAsync(page, "use thinking");
        await Expect(page.Picker).ToHaveAttributeAsync("data-model", "demo-thinking:latest");
        await DoAsync(page, "theme dark");
        await Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await DoAsync(page, "mean short");
        await Expect(page.Page).ToHaveURLAsync(chat);
        await Expect(page.Picker).ToHaveAttributeAsync("data-model", "demo-small:latest");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task The_arrows_choose_escape_closes_and_nothing_is_wrong_for_a_screen_reader()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await OpenAsync(page);
        var entries = page.Page.GetByTestId("palette-entry");

        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(entries.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await Expect(entries.Last).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(entries.Last).ToBeInViewportAsync();
        await Axe.AssertCleanAsync(page, "palette");

        await page.Page.Keyboard.TypeAsync("no such thing");
        await Expect(page.Page.GetByTestId("palette").GetByRole(AriaRole.Status)).ToContainTextAsync("no command, model, setting or message");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("palette")).ToHaveCountAsync(0);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task However_fast_a_person_types_no_search_loses_a_letter()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await Expect(page.Picker).ToBeEnabledAsync();
        await page.SendAsync("Hello", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.Page.EvaluateAsync(Witness);

        for (var round = 0; round < 3; round++)
        {
            foreach (var id in new[] { "conversation-search", "span-filter" })
            {
                await TypeAsync(page.Page.GetByTestId(id));
            }

            await OpenAsync(page);
            await TypeAsync(page.Page.GetByTestId("palette-query"));
            await page.Page.Keyboard.PressAsync("Escape");
            await Expect(page.Page.GetByTestId("palette")).ToHaveCountAsync(0);
        }

        page.AssertNoComplaints();
    }

    private static async Task OpenAsync(StudioPage page)
    {
        await Expect(page.Page.GetByTestId("status-circuit")).ToHaveAttributeAsync("data-state", "up");
        await page.Page.Keyboard.PressAsync("Control+k");
        await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();
    }

    private static async Task DoAsync(StudioPage page, string query)
    {
        await OpenAsync(page);
        await page.Page.Keyboard.TypeAsync(query);
        await Expect(page.Page.GetByTestId("palette-entry")).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("palette")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_shortcut_pressed_before_the_page_is_attached_is_done_once_it_is()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        // As between the first drawing and the first answer of the server, which no test can hit by pressing fast.
        var done = await page.Page.EvaluateAsync<string>("""
            () => new Promise((resolve) => {
              studio.detach();
              document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }));
              studio.attach({ invokeMethodAsync: (method, name) => resolve(name) });
              setTimeout(() => resolve('nothing'), 1000);
            })
            """);

        Assert.Equal("palette", done);
    }

    // Who took letters away is seen in no picture afterwards: what moved the focus, and what a script wrote into a field, is told with the failure.
    private const string Witness = """
        () => {
          const seen = window.seen = [];
          const name = (element) => element?.dataset?.testid ?? element?.className ?? element?.tagName;
          for (const type of ['focusin', 'focusout', 'input']) document.addEventListener(type, (e) => seen.push(`${type} ${name(e.target)} ${e.target.value ?? ''}`), true);
          const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
          Object.defineProperty(HTMLInputElement.prototype, 'value', { ...value, set(text) { seen.push(`set ${name(this)} ${text} over ${this.value}`); value.set.call(this, text); } });
        }
        """;

    // The server answers every letter; what has been typed since must outlive the answers.
    private static async Task TypeAsync(ILocator field)
    {
        await field.ClearAsync();
        await field.PressSequentiallyAsync(Typed);
        await field.PressAsync("End");
        await field.PressSequentiallyAsync("!");
        await Expect(field).ToHaveValueAsync(new Regex(".*!$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        if (await field.InputValueAsync() is var value && value != Typed + "!")
        {
            Assert.Fail($"The field has “{value}”. {await field.Page.EvaluateAsync<string>("() => seen.slice(-120).join('\\n')")}");
        }
    }
}
