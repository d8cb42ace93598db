using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OllamaStudio.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public class ParametersInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Parameters_are_set_by_the_keyboard_hold_when_a_field_is_left_survive_a_reload_and_are_sent()
    {
        await using var ollama = await HardOllama.StartAsync(static response => response.WriteLinesAsync(HardOllama.Said("Hi."), HardOllama.Done));
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var button = page.Page.GetByTestId("chat-parameters");

        await button.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(Parameter(page.Page, "system")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("Be brief.");
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(Parameter(page.Page, "num-ctx")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.TypeAsync("0.2");
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(button.GetByTestId("parameters-set")).ToHaveTextAsync("2 set");
        await page.Page.Keyboard.TypeAsync("42");
        await page.Page.Keyboard.PressAsync("Escape"); // leaves the field, too
        await Expect(Parameter(page.Page, "seed")).ToHaveCountAsync(0);
        await Expect(button).ToBeFocusedAsync();
        await Expect(button.GetByTestId("parameters-set")).ToHaveTextAsync("3 set");

        await page.Page.ReloadAsync();
        await Expect(button.GetByTestId("parameters-set")).ToHaveTextAsync("3 set");
        await page.SendAsync("Hello");
        await page.WaitForReplyAsync("complete");
        await page.Page.ReloadAsync();
        await Expect(button.GetByTestId("parameters-set")).ToHaveTextAsync("3 set");
        await page.SendAsync("And again");
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");

        Assert.Equal(2, ollama.Requests.Count(static request => request.Path == "/api/chat" && request.Body.Contains("\"seed\":42", StringComparison.Ordinal)));
        var sent = JsonNode.Parse(ollama.Requests.Last(static request => request.Path == "/api/chat").Body)!;
        Assert.Equal("""{"seed":42,"temperature":0.2}""", sent["options"]!.ToJsonString());
        Assert.Equal("Be brief.", sent["messages"]![0]!["content"]!.GetValue<string>());
        await page.Page.GetByTestId("new-chat").ClickAsync();
        await Expect(page.Replies).ToHaveCountAsync(0);
        await Expect(button.GetByTestId("parameters-set")).ToHaveCountAsync(0); // what was set for the first chat went along with it
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task What_is_set_in_one_tab_is_so_in_the_other_and_axe_finds_nothing_in_the_pane()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("What does short mean?", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        var other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync(page.Page.Url);
        await other.GetByTestId("chat-parameters").ClickAsync();
        await page.Page.GetByTestId("chat-parameters").ClickAsync();

        await Parameter(page.Page, "temperature").FillAsync("0.9");
        await Parameter(page.Page, "temperature").BlurAsync();

        await Expect(Parameter(other, "temperature")).ToHaveValueAsync("0.9");
        await Parameter(page.Page, "top-p").FillAsync("nine");
        await Parameter(page.Page, "top-p").BlurAsync();
        await Expect(page.Page.GetByTestId("parameter-error")).ToBeVisibleAsync();
        await Expect(Parameter(page.Page, "top-p")).ToHaveValueAsync("nine");
        await Axe.AssertCleanAsync(page, "parameters");
        page.AssertNoComplaints();
    }

    private static ILocator Parameter(IPage page, string name) => page.GetByTestId($"parameter-{name}");
}
