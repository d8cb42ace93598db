using Microsoft.Playwright;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Finding what is mostly not in the page: in a conversation of many turns, and in a trace whose spans are folded.</summary>
[Collection(PagesCollection.Name)]
public class FindInTheBrowserTests(BrowserFixture browser)
{
    private const string Marked = "[...CSS.highlights.get('find-current') ?? []].map(range => range.startContainer.data.slice(range.startOffset, range.endOffset)).join()";

    // The middle of its box, in pixels from the middle of the scroller.
    private const string OffTheMiddle = """
        () => {
          const [mark] = CSS.highlights.get('find-current') ?? [];
          if (!mark) return null;
          const range = document.createRange();
          range.setStart(mark.startContainer, mark.startOffset);
          range.setEnd(mark.endContainer, mark.endOffset);
          const [at, box] = [range.getBoundingClientRect(), document.querySelector('.scroller').getBoundingClientRect()];
          return Math.abs(at.top + at.height / 2 - box.top - box.height / 2);
        }
        """;

    [Fact]
    public async Task What_is_windowed_out_of_the_page_is_found_drawn_marked_and_brought_into_the_middle()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await TurnsAsync(page, 45, turn => turn is 3 or 20 ? $"short, with a kingfisher {turn}" : $"short {turn}");
        await Expect(page.Page.GetByText("kingfisher 3")).ToHaveCountAsync(1); // in the title alone
        await page.Composer.FocusAsync();

        await page.Page.Keyboard.PressAsync("Control+f");
        await page.Page.Keyboard.TypeAsync("KINGFISHER");
        await ExpectMarkedAsync(page, "kingfisher"); // the last letter's, not one before
        await ExpectCountAsync(page, "1 of ");
        var all = await CountAsync(page);
        Assert.True(all >= 2, $"{all} found");
        await Expect(Message(page, "kingfisher 3")).ToBeInViewportAsync();
        Assert.InRange(await page.Page.EvaluateAsync<double>(OffTheMiddle), 0, 40);
        await Expect(page.Page.GetByText("later messages")).ToHaveCountAsync(1);
        Assert.True(await page.Page.GetByTestId("message").CountAsync() <= 61);

        // On by Enter, F3 and Down, to the end and round, and back the same way.
        await page.Page.Keyboard.PressAsync("Enter");
        await ExpectCountAsync(page, "2 of ");
        for (var step = 2; step < all; step++)
        {
            await page.Page.Keyboard.PressAsync("F3");
            await ExpectCountAsync(page, $"{step + 1} of ");
        }

        await Expect(Message(page, "kingfisher 20")).ToBeInViewportAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await ExpectCountAsync(page, $"1 of {all}, from the top");
        await page.Page.Keyboard.PressAsync("Shift+Enter");
        await ExpectCountAsync(page, $"{all} of {all}, from the end");
        await page.Page.Keyboard.PressAsync("Shift+F3");
        await ExpectCountAsync(page, $"{all - 1} of {all}");

        await page.Page.GetByTestId("find-query").FillAsync("no such bird");
        await ExpectCountAsync(page, "No matches");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("find-bar")).ToBeHiddenAsync();
        await Expect(page.Composer).ToBeFocusedAsync();
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("CSS.highlights.get('find').size"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Jump to latest" }).ClickAsync();
        await Expect(page.LastReply).ToBeInViewportAsync();
        await Expect(page.Page.GetByText("later messages")).ToHaveCountAsync(0);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task It_finds_in_folded_thinking_and_tools_across_marks_and_while_a_reply_comes_and_escape_lets_that_go_on()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 25, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("What is 5 + 3?", "demo-tools:latest");
        await page.WaitForReplyAsync("complete");
        await page.PickModelAsync("demo-thinking:latest");
        await page.SendAsync("Write a long answer");
        await Expect(page.Replies).ToHaveCountAsync(2);
        await Expect(page.LastReply.Locator(".markdown")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        // The reply to a calculation has "**8**, says the tool `calculate`".
        await FindAsync(page, "= 8, says the tool calculate");
        await ExpectCountAsync(page, "1 of 1");
        await page.Page.GetByTestId("find-query").FillAsync("\"expression\"");
        await ExpectCountAsync(page, "1 of ");
        await Expect(page.Page.GetByTestId("tool-call").Locator("pre").First).ToBeVisibleAsync();
        await page.Page.GetByTestId("find-query").FillAsync("I am a demo, so this is not thought");
        await ExpectCountAsync(page, "1 of 1");
        await Expect(page.LastReply.GetByTestId("thinking").Locator(".text")).ToBeInViewportAsync();

        // As the reply grows, so does the count.
        await page.Page.GetByTestId("find-query").FillAsync("e");
        await ExpectCountAsync(page, " of ");
        var before = await CountAsync(page);
        await page.Page.WaitForFunctionAsync("before => Number(document.querySelector(\"[data-testid='find-count']\").textContent.replace(/.* of ([\\d,]+).*/, '$1').replace(',', '')) > before", before);
        await Expect(page.LastReply).ToHaveAttributeAsync("data-state", "streaming");

        // Elsewhere, too, Escape closes it first.
        await page.Page.Locator(".scroller").FocusAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("find-bar")).ToBeHiddenAsync();
        await page.WaitForMoreAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await page.WaitForReplyAsync("stopped");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Pressed_again_it_selects_the_text_and_then_it_is_the_browsers_and_so_it_is_on_other_pages()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Page.EvaluateAsync("document.addEventListener('keydown', event => { if (event.key === 'f') window.taken = event.defaultPrevented; })");
        Task<bool> PressAsync() => page.Page.EvaluateAsync<bool>("window.taken");
        await page.Page.Keyboard.PressAsync("Control+f");
        Assert.False(await PressAsync());

        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await FindAsync(page, "short");
        Assert.True(await PressAsync());
        await page.Page.Keyboard.PressAsync("Control+f");
        Assert.True(await PressAsync());
        Assert.Equal("short", await page.Page.EvaluateAsync<string>("getSelection().toString()"));
        await page.Page.Keyboard.PressAsync("Control+f");
        Assert.False(await PressAsync());

        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.Keyboard.PressAsync("Control+k");
        await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("find in conv");
        await Expect(page.Page.GetByTestId("palette-entry")).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("find-query")).ToBeFocusedAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task In_a_trace_folded_rows_and_every_tab_of_their_details_are_found()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("What is 5 + 3?", "demo-tools:latest");
        await page.WaitForReplyAsync("complete");
        await page.GoAsync("/traces");
        await page.Page.Locator("[data-testid='trace-row'] a", new() { HasText = "What is 5 + 3?" }).ClickAsync();
        var rows = page.Page.GetByTestId("waterfall-row");
        await rows.First.Locator(".twist").ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);

        await FindAsync(page, "iteration 2");
        await ExpectMarkedAsync(page, "Iteration 2");
        await Expect(page.Page.Locator("[data-testid='waterfall-row'][aria-selected='true']")).ToContainTextAsync("Iteration 2");

        var details = page.Page.GetByTestId("span-details");
        foreach (var (query, tab, shown) in new[] { ("llm.eval_duration", "Attributes", "llm.eval_duration"), ("says the tool", "Messages", "says the tool") })
        {
            await page.Page.GetByTestId("find-query").FillAsync(query);
            await ExpectMarkedAsync(page, shown);
            await Expect(details.GetByRole(AriaRole.Tab, new() { Name = tab })).ToHaveAttributeAsync("aria-selected", "true");
        }

        // From the rows too: first it, then the details, then back to the list.
        await page.Page.Locator("[role='treegrid']").FocusAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("find-bar")).ToBeHiddenAsync();
        await Expect(details).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(details).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/traces");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Axe_finds_nothing_with_the_bar_open_in_chat_and_trace_nor_among_hits()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("What does short mean?", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.Page.GetByTestId("conversation-search").FillAsync("demo");
        await Expect(page.Page.GetByTestId("conversation-snippet").Locator("mark").First).ToBeVisibleAsync();
        await FindAsync(page, "short");
        await ExpectMarkedAsync(page, "short");
        await Axe.AssertCleanAsync(page, "chat");
        await page.Page.GetByTestId("conversation-search").FillAsync("nothing of that kind");
        await Expect(page.Page.GetByTestId("conversation-search-clear")).ToBeVisibleAsync();
        await Axe.AssertCleanAsync(page, "no hits");

        await page.GoAsync("/traces");
        await page.Page.GetByTestId("trace-row").First.ClickAsync();
        await Expect(page.Page.GetByTestId("span-details")).ToBeVisibleAsync();
        await FindAsync(page, "llm.");
        await ExpectMarkedAsync(page, "llm.");
        await Axe.AssertCleanAsync(page, "trace");
        page.AssertNoComplaints();
    }

    internal static async Task FindAsync(StudioPage page, string text)
    {
        await page.Page.Keyboard.PressAsync("Control+f");
        await Expect(page.Page.GetByTestId("find-query")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync(text);
    }

    internal static Task ExpectCountAsync(StudioPage page, string words) => Expect(page.Page.GetByTestId("find-count")).ToContainTextAsync(words);

    internal static async Task<int> CountAsync(StudioPage page) =>
        int.Parse((await page.Page.GetByTestId("find-count").InnerTextAsync()).Split(" of ")[1].Split(',', '+')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static Task<IJSHandle> ExpectMarkedAsync(StudioPage page, string text) => page.Page.WaitForFunctionAsync($"text => {Marked} === text", text);

    [Fact]
    public async Task A_trace_leads_to_its_message_though_that_is_windowed_out_of_the_page()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await TurnsAsync(page, 45, turn => turn is 3 ? "short, with a kingfisher" : $"short {turn}");

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Traces" }).ClickAsync();
        await page.Page.GetByTestId("trace-query").FillAsync("kingfisher");
        await Expect(page.Page.GetByTestId("trace-row")).ToHaveCountAsync(1);
        await page.Page.GetByTestId("trace-row").ClickAsync();
        await page.Page.GetByTestId("trace-message").ClickAsync();

        await Expect(Message(page, "kingfisher")).ToBeInViewportAsync();
        await Expect(page.LastReply).Not.ToBeInViewportAsync();
        await Expect(page.Page.GetByTestId("find-bar")).ToBeHiddenAsync();
        page.AssertNoComplaints();
    }

    // The text alone: with the time after it “short 1” at 08:00 reads “short 108:00”.
    private static ILocator Message(StudioPage page, string text) => page.Page.Locator("[data-testid='message'][data-role='user'] .text", new() { HasText = text }).First;

    internal static async Task TurnsAsync(StudioPage page, int count, Func<int, string> prompt)
    {
        for (var turn = 1; turn <= count; turn++)
        {
            await page.SendAsync(prompt(turn), turn == 1 ? "demo-small:latest" : null);
            await Expect(Message(page, prompt(turn))).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await Expect(page.Send).ToBeVisibleAsync(new() { Timeout = 60_000 });
        }
    }
}
