using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using OllamaStudio.Simulator.Replies;
using OllamaStudio.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What a reply looks like, and what a person can do with its code and its tables.</summary>
[Collection(BrowserCollection.Name)]
public class MarkdownInTheBrowserTests(BrowserFixture browser)
{
    private const string Head = "| Number | The name of it, which is long | What else there is to say of it, in a few words | And more of it | And still more of it | The last |\n|--:|---|---|---|---|---|\n";

    [Fact]
    public async Task A_reply_with_one_of_everything_is_accessible()
    {
        await using var ollama = await AnswerAsync(MarkdownText.Sample);
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("مرحبا, everything please");
        await page.WaitForReplyAsync("complete");
        await Expect(page.LastReply.Locator("code .k").First).ToBeVisibleAsync();

        foreach (var wrap in await page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Wrap" }).AllAsync())
        {
            await wrap.ClickAsync();
        }

        await Axe.AssertCleanAsync(page, "one of everything", page.LastReply.Locator(".markdown"));

        Assert.Equal("H2 H3 H4 H4 H4 H4 H5", await page.LastReply.Locator("h1, h2, h3, h4, h5, h6").EvaluateAllAsync<string>("all => all.map(one => one.tagName).join(' ')"));
        await Expect(page.LastReply.GetByRole(AriaRole.Img, new() { Name = "Done" })).ToHaveCountAsync(2);
        Assert.Equal("rtl", await DirectionAsync(page.LastReply.Locator("ul", new() { HasText = "الخطوة" })));
        Assert.Equal("rtl", await DirectionAsync(page.LastReply.Locator("blockquote")));
        Assert.Equal("rtl", await DirectionAsync(page.LastReply.Locator("table", new() { HasText = "المدة" })));
        Assert.Equal("ltr", await DirectionAsync(page.LastReply.Locator("ul", new() { HasText = "Pull a model" }).First));
        Assert.Equal("ltr", await DirectionAsync(page.LastReply.Locator("pre").First));
        Assert.Equal("rtl", await DirectionAsync(page.Page.Locator("[data-testid='message'][data-role='user'] .text")));

        // A paragraph begins where its script begins.
        Assert.True(await page.LastReply.Locator("p", new() { HasText = "مرحبًا" }).EvaluateAsync<bool>(
            """
            one => {
              const text = document.createRange();
              text.selectNodeContents(one);
              return one.getBoundingClientRect().right - text.getBoundingClientRect().right < 2 && text.getBoundingClientRect().left - one.getBoundingClientRect().left > 40;
            }
            """));
    }

    [Fact]
    public async Task Code_is_copied_and_wrapped_by_keyboard_and_without_a_connection()
    {
        const string Code = "SELECT '<b>' AS x;  -- a very long line that goes on and on and on and on and on and on and on and on and on and on and on\nSELECT 2;";
        await using var ollama = await AnswerAsync($"Look:\n\n```sql\n{Code}\n```\n");
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.SendAsync("Code, please");
        await page.WaitForReplyAsync("complete");
        await Expect(page.LastReply.Locator("code .k").First).ToBeVisibleAsync();

        await studio.KillAsync();
        await Expect(page.Page.GetByTestId("status-circuit")).ToHaveAttributeAsync("data-state", "lost", new() { Timeout = 60_000 });

        var pre = page.LastReply.Locator("pre");
        var wrap = page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Wrap" });
        await Expect(wrap).ToHaveAttributeAsync("aria-pressed", "false");
        Assert.True(await pre.EvaluateAsync<bool>("pre => pre.scrollWidth > pre.clientWidth"));
        await wrap.FocusAsync();
        await page.Page.Keyboard.PressAsync("Space");
        await Expect(wrap).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.False(await pre.EvaluateAsync<bool>("pre => pre.scrollWidth > pre.clientWidth"));

        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Copy code" })).ToBeFocusedAsync();
        await HearAsync(page);
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.WaitForFunctionAsync("() => heard.has('Copied code') && heard.has('Code copied')");
        Assert.Equal(Code, await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await Expect(page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Copy code" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Code_that_may_not_be_copied_is_selected()
    {
        await using var ollama = await AnswerAsync("```\nlet it be\n```");
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Page.AddInitScriptAsync("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))");
        await page.GoAsync("/");
        await page.SendAsync("Code, please");
        await page.WaitForReplyAsync("complete");

        await HearAsync(page);
        await page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Copy code" }).ClickAsync();

        await page.Page.WaitForFunctionAsync("() => heard.has('Selected code')");
        Assert.Equal("let it be", await page.Page.EvaluateAsync<string>("getSelection().toString().trim()"));
    }

    [Fact]
    public async Task What_a_person_did_to_code_and_tables_stays_while_they_grow()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ollama = await HardOllama.StartAsync(async response =>
        {
            await SayAsync(response, Head);
            await SayAsync(response, Rows(0, 40) + "\n```go\n" + string.Concat(Enumerable.Range(0, 60).Select(line => $"fmt.Println({line}) // {new string('x', 200)}\n")));
            await goOn.Task;
            await SayAsync(response, "fmt.Println(\"the end\")\n```\n\nDone.\n\n| a |\n|---|\n" + Rows(0, 5));
            await end.Task;
            await response.WriteLinesAsync(HardOllama.Done);
        });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Go on");
        await Expect(page.LastReply.Locator("code")).ToContainTextAsync("fmt.Println(59)");
        var wrap = page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Wrap" });
        await wrap.ClickAsync();
        await wrap.FocusAsync();
        await page.LastReply.Locator(".table-block").First.EvaluateAsync("table => { table.scrollLeft = 60; table.scrollTop = 90; }");

        goOn.SetResult();
        await Expect(page.LastReply).ToContainTextAsync("Done.");

        await Expect(wrap).ToBeFocusedAsync();
        await Expect(wrap).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.LastReply.Locator(".code-block")).ToHaveAttributeAsync("data-wrapped", "");
        Assert.Equal("60 90", await page.LastReply.Locator(".table-block").First.EvaluateAsync<string>("table => `${table.scrollLeft} ${table.scrollTop}`"));
        end.SetResult();
        await page.WaitForReplyAsync("complete");
        await Expect(wrap).ToBeFocusedAsync();
        page.AssertNoComplaints();
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(360)]
    public async Task A_table_of_three_hundred_rows_scrolls_by_keyboard_under_its_head(int width)
    {
        await using var ollama = await AnswerAsync(Head + Rows(0, 300));
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, width: width);
        await page.SendAsync("All of it");
        await page.WaitForReplyAsync("complete");

        var table = page.LastReply.Locator(".table-block");
        await Expect(table.Locator("tbody tr")).ToHaveCountAsync(300);
        Assert.True(await table.EvaluateAsync<bool>("table => table.scrollWidth > table.clientWidth && table.scrollHeight > table.clientHeight"));
        Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        Assert.True(await table.Locator("tbody tr").First.EvaluateAsync<bool>("row => row.offsetHeight < 40")); // no word broken, no line either

        await Expect(page.Composer).ToBeFocusedAsync(); // it takes the keyboard once the conversation is drawn
        await table.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("End");
        await page.Page.WaitForFunctionAsync("() => { const t = document.querySelector('.table-block'); return t.scrollLeft > 0 && t.scrollTop + t.clientHeight > t.scrollHeight - 4; }");
        Assert.True(await table.EvaluateAsync<bool>("table => Math.abs(table.querySelector('th').getBoundingClientRect().top - table.getBoundingClientRect().top) < 4"));
        await Expect(table.GetByText("the row 299")).ToBeInViewportAsync();
    }

    // What a button and the page's voice say for a moment is noted: a second look may come too late.
    private static async Task HearAsync(StudioPage page) => await page.Page.EvaluateAsync("""
        () => {
          window.heard = new Set();
          new MutationObserver(() => { for (const one of document.querySelectorAll("[role='status'], [data-copy-code]")) heard.add(one.textContent.trim()); })
            .observe(document.body, { subtree: true, childList: true, characterData: true });
        }
        """);

    private static Task<string> DirectionAsync(ILocator locator) => locator.EvaluateAsync<string>("one => getComputedStyle(one).direction");

    private static string Rows(int first, int count) => string.Concat(Enumerable.Range(first, count).Select(row => $"| {row} | the row {row} | some of it | whole-{row} | and | last-{row} |\n"));

    private static Task SayAsync(HttpResponse response, string text) => response.WriteLinesAsync(HardOllama.Said(JsonEncodedText.Encode(text).ToString()));

    private static Task<ScriptedServer> AnswerAsync(string text) => HardOllama.StartAsync(async response =>
    {
        await SayAsync(response, text);
        await response.WriteLinesAsync(HardOllama.Done);
    });
}
