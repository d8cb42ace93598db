using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public class ModelPickerInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_model_is_found_and_picked_by_the_keyboard_alone()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var search = page.Page.GetByTestId("model-search");
        var options = page.Page.GetByTestId("model-option");
        await Expect(page.Picker).ToBeEnabledAsync();

        await page.Picker.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(search).ToBeFocusedAsync();
        await Axe.AssertCleanAsync(page, "open picker");

        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(options).ToHaveCountAsync(0);
        await Expect(page.Picker).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(search).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("demo");
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await Expect(options.Last).ToHaveAttributeAsync("aria-selected", "true");
        await search.FillAsync("thinking");
        await Expect(options).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Picker).ToHaveAttributeAsync("data-model", "demo-thinking:latest");
        await Expect(page.Composer).ToBeFocusedAsync();

        // Tab leaves the list for what follows the button.
        await page.Picker.ClickAsync();
        await Expect(search).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await Expect(options).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.Picker).ToBeFocusedAsync();

        await page.Picker.ClickAsync();
        await Expect(search).ToBeFocusedAsync();
        await page.Page.Mouse.ClickAsync(600, 700);
        await Expect(options).ToHaveCountAsync(0);
        await Expect(page.Picker).ToBeFocusedAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Escape_closes_the_list_and_the_reply_goes_on()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 5 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Tell me a long story", "demo-small:latest");
        await Expect(page.Stop).ToBeVisibleAsync();

        await page.Picker.ClickAsync();
        await Expect(page.Page.GetByTestId("model-search")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("model-option")).ToHaveCountAsync(0);
        await Expect(page.LastReply).ToHaveAttributeAsync("data-state", "streaming");

        await page.Page.Keyboard.PressAsync("Escape");
        await page.WaitForReplyAsync("stopped");
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(360)]
    public async Task Forty_models_of_long_names_fit_and_one_that_was_pulled_a_moment_ago_is_there(int width)
    {
        var count = 40;
        await using var ollama = await ScriptedServer.StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value switch
        {
            "/api/version" => """{"version":"0.33.0"}""",
            "/api/tags" => $$"""{"models":[{{string.Join(',', Enumerable.Range(0, count).Select(Model))}}]}""",
            _ => """{"models":[]}""",
        }));
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, width: width);
        await Expect(page.Picker).ToBeEnabledAsync();

        count = 41;
        await page.Picker.ClickAsync();
        await Expect(page.Page.GetByTestId("model-option")).ToHaveCountAsync(41);
        await Expect(page.Page.GetByTestId("model-search")).ToHaveAttributeAsync("placeholder", "Search 41 models");
        await Expect(page.Page.GetByTestId("model-search")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.Page.GetByTestId("model-option").Last).ToBeInViewportAsync(new() { Ratio = 1 });
        var list = (await page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Models" }).BoundingBoxAsync())!;
        Assert.InRange(list.X, 0, width - list.Width);
        Assert.InRange(list.Y + list.Height, 100, 900);
        Assert.Equal(width, await page.Page.EvaluateAsync<int>("document.scrollingElement.scrollWidth"));
    }

    private static string Model(int number) => $$"""{"name":"{{new string('m', 196)}}:{{number:00}}","digest":"d{{number}}","details":{"parameter_size":"8.2B","context_length":40960},"size":5200000000}""";
}
