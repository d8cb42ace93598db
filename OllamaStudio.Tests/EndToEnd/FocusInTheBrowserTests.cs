using Microsoft.Playwright;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Whatever a person does by the keyboard, afterwards it is where they go on, and never on the page as a whole.</summary>
[Collection(BrowserCollection.Name)]
public class FocusInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_question_gets_the_keyboard_whatever_the_server_calls_it()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        var focused = await page.Page.EvaluateAsync<string>("""
            () => {
              const question = document.createElement('div');
              question.dataset.testid = 'tool-approval';
              const name = question.appendChild(document.createElement('p'));
              name.id = `ask-it's "] ,b`;
              question.appendChild(document.createElement('button')).id = 'allow';
              document.body.append(question);
              studio.transcript.toQuestion('another');
              studio.transcript.toQuestion(`it's "] ,b`);
              return document.activeElement.id;
            }
            """);

        Assert.Equal("allow", focused);
    }

    [Theory]
    [InlineData("textarea")]
    [InlineData("select")]
    [InlineData("details")]
    public async Task Tab_leaves_a_layer_behind_its_last_field_whatever_that_is(string last)
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        var left = await page.Page.EvaluateAsync<bool[]>("""
            (last) => {
              let left = false;
              const opener = document.body.appendChild(document.createElement('button'));
              opener.addEventListener('click', () => { left = true; });
              const layer = document.body.appendChild(document.createElement('div'));
              layer.dataset.layer = '';
              layer.innerHTML = `<button></button><${last}>${last === 'details' ? '<summary></summary>' : ''}</${last}>`;
              return [layer.querySelector('button'), layer.querySelector('summary') ?? layer.lastElementChild].map((field) => {
                field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', bubbles: true }));
                return left;
              });
            }
            """, last);

        Assert.Equal([false, true], left);
    }

    [Fact]
    public async Task After_each_action_in_the_chat_the_focus_is_where_a_person_goes_on()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 150, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var composer = page.Composer;
        await page.SendAsync("Write 2000 words", "demo-small:latest");
        await Expect(page.LastReply.Locator(".markdown")).ToBeVisibleAsync();

        await PressAsync(page, page.Stop, composer);
        await page.WaitForReplyAsync("stopped");
        await PressAsync(page, page.Page.GetByTestId("message-regenerate"), composer);
        await PressAsync(page, page.Stop, composer);

        // Versions: the switcher keeps it, an edit gives it back to its button, and a sent one to the composer.
        var previous = page.Page.GetByRole(AriaRole.Button, new() { Name = "Previous version" });
        await Expect(previous).ToHaveAttributeAsync("title", "Previous version");
        await PressAsync(page, previous, previous);
        await Expect(page.Page.GetByTestId("branch-switcher")).ToContainTextAsync("1/2");
        await ExpectAsync(page, previous);
        var edit = page.Page.GetByTestId("message-edit");
        await PressAsync(page, edit, page.Page.GetByTestId("message-edit-text"));
        await page.Page.Keyboard.PressAsync("Escape");
        await ExpectAsync(page, edit);
        await page.Page.Keyboard.PressAsync("Enter");
        await ExpectAsync(page, page.Page.GetByTestId("message-edit-text"));
        await page.Page.GetByTestId("message-edit-text").FillAsync("short");
        await page.Page.Keyboard.PressAsync("Enter");
        await ExpectAsync(page, composer);
        await page.WaitForReplyAsync("complete");

        // The list: a name changed or left, a search cleared.
        var item = page.Page.GetByTestId("conversation-item");
        await item.FocusAsync();
        await page.Page.Keyboard.PressAsync("F2");
        await ExpectAsync(page, page.Page.GetByLabel("Name of the conversation"));
        await page.Page.GetByLabel("Name of the conversation").FillAsync("Renamed");
        await page.Page.Keyboard.PressAsync("Enter");
        await ExpectAsync(page, item);
        await Expect(item).ToContainTextAsync("Renamed");
        await page.Page.Keyboard.PressAsync("F2");
        await ExpectAsync(page, page.Page.GetByLabel("Name of the conversation"));
        await page.Page.Keyboard.PressAsync("Escape");
        await ExpectAsync(page, item);
        var search = page.Page.GetByTestId("conversation-search");
        await search.FillAsync("zzyzx"); // a word of no reply, whatever the demo says
        await PressAsync(page, page.Page.GetByTestId("conversation-search-clear"), search);

        // Panes and panel.
        await page.SpanRow("ollama.chat_streaming").Last.ClickAsync();
        await Expect(page.Page.GetByTestId("span-details")).ToBeVisibleAsync();
        await page.Page.GetByTestId("span-details").GetByRole(AriaRole.Tab, new() { Name = "Attributes" }).FocusAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("span-details")).ToHaveCountAsync(0);
        await ExpectAsync(page, page.Page.Locator("#live-tree"));
        await page.Page.GetByTestId("span-filter").FillAsync("nothing like that");
        await PressAsync(page, page.Page.GetByTestId("span-no-match").GetByRole(AriaRole.Button), page.Page.GetByTestId("span-filter"));
        await PressAsync(page, page.Page.GetByTestId("span-pause"), page.Page.GetByTestId("span-pause"));
        await PressAsync(page, page.Page.GetByTestId("span-paused").GetByRole(AriaRole.Button), page.Page.GetByTestId("span-pause"));
        await PressAsync(page, page.Page.GetByTestId("span-clear"), page.Page.GetByTestId("span-clear"));
        await PressAsync(page, page.Page.GetByTestId("span-close"), page.Page.Locator("[data-toggle-pane='spans']"));

        // A new chat, from one and where it is one already.
        await page.Page.Keyboard.PressAsync("Control+Shift+O");
        await Expect(page.Replies).ToHaveCountAsync(0);
        await ExpectAsync(page, composer);
        await page.Page.GetByTestId("conversation-search").FocusAsync();
        await page.Page.Keyboard.PressAsync("Control+Shift+O");
        await ExpectAsync(page, composer);

        await item.FocusAsync();
        await page.Page.Keyboard.PressAsync("Delete");
        await Expect(item).ToHaveCountAsync(0);
        await ExpectAsync(page, page.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }));
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_failed_reply_is_retried_and_the_focus_is_in_the_composer()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("error-mid-stream", "demo-faults:latest");
        await page.WaitForReplyAsync("failed");

        await PressAsync(page, page.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" }), page.Composer);
        await Expect(page.LastReply.GetByTestId("branch-switcher")).ToHaveTextAsync("2/2");
        await page.WaitForReplyAsync("failed");
        await ExpectAsync(page, page.Composer);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Back_from_a_trace_the_focus_is_on_its_row_and_closed_details_give_it_to_theirs()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await FindInTheBrowserTests.TurnsAsync(page, 3, turn => $"short {turn}");
        await page.GoAsync("/traces");
        var link = page.Page.Locator("[data-testid='trace-row'] a", new() { HasText = "short 2" });

        await PressAsync(page, link, page.Page.Locator("h1"));
        await page.Page.GetByTestId("trace-view-table").ClickAsync();
        var row = page.Page.Locator("[data-testid='table-row'][data-name='ollama_request'] button");
        await row.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("span-details")).ToContainTextAsync("ollama_request");
        await page.Page.Keyboard.PressAsync("Escape");
        await ExpectAsync(page, row);

        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/traces");
        await ExpectAsync(page, link);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Where_nobody_says_who_gets_it_the_nearest_place_around_does()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");

        await page.Page.GetByTestId("message-regenerate").FocusAsync();
        await page.Page.EvaluateAsync("document.activeElement.remove()");

        await ExpectAsync(page, page.Page.Locator(".scroller"));
    }

    private static async Task PressAsync(StudioPage page, ILocator pressed, ILocator expected)
    {
        await pressed.FocusAsync();
        await pressed.PressAsync("Enter");
        await ExpectAsync(page, expected);
    }

    private static async Task ExpectAsync(StudioPage page, ILocator expected)
    {
        await Expect(expected).ToBeFocusedAsync();
        Assert.False(await page.Page.EvaluateAsync<bool>("document.activeElement === document.body"));
    }
}
