using System.Text.RegularExpressions;
using OllamaStudio.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public partial class PromptsInTheBrowserTests(BrowserFixture browser)
{
    private static readonly (string, string)[] s_prompts =
    [
        ("OllamaStudio__Chat__Prompts__0__Name", "summary"), ("OllamaStudio__Chat__Prompts__0__Text", "Summarise: {{text}}"),
        ("OllamaStudio__Chat__Prompts__1__Name", "code review"), ("OllamaStudio__Chat__Prompts__1__Text", "{{model}}, review this {{language}} code of {{date}}: {{code}}"),
        ("OllamaStudio__Chat__Prompts__2__Name", "release notes"), ("OllamaStudio__Chat__Prompts__2__Text", "Write release notes."),
    ];

    [Fact]
    public async Task A_slash_opens_the_prompts_typing_narrows_them_Enter_brings_one_in_and_Tab_goes_through_what_it_leaves_open()
    {
        await using var studio = await StudioProcess.StartAsync(s_prompts);
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.PickModelAsync("demo-small:latest");
        var options = page.Page.GetByTestId("prompt-option");
        await page.Composer.FocusAsync();

        await page.Page.Keyboard.TypeAsync("/");
        await Expect(options).ToHaveCountAsync(3);
        await Expect(page.Composer).ToHaveAttributeAsync("aria-activedescendant", "composer-prompt-0");
        await Axe.AssertCleanAsync(page, "prompts");
        await page.Page.Keyboard.TypeAsync("re");
        await Expect(options.Locator("b")).ToHaveTextAsync(["release notes", "code review"]); // what begins so comes first
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(options.Last).ToHaveAttributeAsync("aria-selected", "true");
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(options.First).ToBeHiddenAsync();
        await Expect(page.Replies).ToHaveCountAsync(0);
        await page.Page.Keyboard.TypeAsync("C#");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.TypeAsync("x = 1");
        await Expect(page.Composer).ToHaveValueAsync(Filled());
        await page.Page.Keyboard.PressAsync("Tab"); // nothing is left open
        await Expect(page.Composer).Not.ToBeFocusedAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Escape_closes_the_prompts_and_not_the_reply_a_path_is_sent_as_it_is_and_fast_keys_choose_as_slow_ones()
    {
        var released = new TaskCompletionSource();
        await using var ollama = await HardOllama.StartAsync(async response =>
        {
            await response.WriteLinesAsync(HardOllama.Said("Hi."));
            await released.Task;
            await response.WriteLinesAsync(HardOllama.Done);
        });
        await using var studio = await StudioProcess.StartAsync([("OLLAMA_HOST", ollama.Address.ToString()), .. s_prompts]);
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var list = page.Page.GetByTestId("prompt-list");
        await page.SendAsync("Hello");
        await Expect(page.LastReply).ToContainTextAsync("Hi.");

        await page.Composer.FocusAsync();
        await page.Page.Keyboard.TypeAsync("/");
        await Expect(list).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(list).ToBeHiddenAsync();
        await Expect(page.LastReply).ToHaveAttributeAsync("data-state", "streaming");
        released.SetResult();
        await page.WaitForReplyAsync("complete");

        await page.Composer.FillAsync("");
        await page.Page.Keyboard.TypeAsync("/usr/bin");
        await Expect(list).ToBeHiddenAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("[data-testid='message'][data-role='user']").Last).ToContainTextAsync("/usr/bin");

        await page.Composer.EvaluateAsync("""
            (box) => {
              const input = (text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); };
              input('/');
              input('/rel');
              box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
            }
            """);
        await Expect(page.Composer).ToHaveValueAsync("Write release notes.");
        page.AssertNoComplaints();
    }

    [GeneratedRegex(@"^demo-small, review this C# code of 2\d{3}-\d\d-\d\d: x = 1$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Filled();
}
