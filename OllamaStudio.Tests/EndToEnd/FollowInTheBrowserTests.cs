using Microsoft.Playwright;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Transcript and live spans follow what is newest until a person scrolls away, on a machine that has hardly time for it, too.</summary>
[Collection(PagesCollection.Name)]
public class FollowInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_starved_browser_still_follows_after_sixty_turns()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await Expect(page.Picker).ToBeEnabledAsync();
        await page.PickModelAsync("demo-small:latest");
        var session = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await session.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = 8 });

        await FindInTheBrowserTests.TurnsAsync(page, 60, turn => $"short {turn}");

        await Expect(page.SpanRows.Last).ToBeInViewportAsync(new() { Timeout = 30_000 });
        await Expect(page.Page.GetByTestId("span-trace").Filter(new() { HasText = "short 60" })).ToBeInViewportAsync();
        await Expect(page.LastReply).ToBeInViewportAsync();
        await Expect(Jump(page, ".transcript")).ToBeHiddenAsync();
        await Expect(Jump(page, ".tree-frame")).ToBeHiddenAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task The_transcript_is_left_by_wheel_and_key_and_not_by_what_grows_and_the_end_brings_it_back()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 60, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Write 5000 words", "demo-small:latest");
        var jump = Jump(page, ".transcript");
        var scroller = page.Page.Locator(".scroller");
        await page.Page.WaitForFunctionAsync("() => document.querySelector('.scroller')?.scrollTop > 200");

        // A scroll event that comes late: more has been written since, and nobody has moved anything.
        await page.Page.EvaluateAsync("""
            () => {
              const box = document.querySelector('.scroller');
              const spacer = document.createElement('style');
              spacer.textContent = '.column { padding-bottom: 600px !important }';
              document.head.append(spacer);
              box.dispatchEvent(new Event('scroll'));
            }
            """);
        await Expect(jump).ToBeHiddenAsync();
        await ExpectAtEndAsync(page);

        await scroller.HoverAsync();
        await page.Page.Mouse.WheelAsync(0, -300);
        await Expect(jump).ToBeVisibleAsync();
        var top = await page.Page.EvaluateAsync<double>("document.querySelector('.scroller').scrollTop");
        await page.Page.WaitForFunctionAsync("""
            () => {
              const box = document.querySelector('.scroller');
              window.before ??= box.scrollHeight;
              return box.scrollHeight > window.before + 40;
            }
            """);
        Assert.True(await page.Page.EvaluateAsync<double>("document.querySelector('.scroller').scrollTop") <= top);

        await scroller.FocusAsync();
        await page.Page.Keyboard.PressAsync("End");
        await Expect(jump).ToBeHiddenAsync();
        await ExpectAtEndAsync(page);
        await page.Page.Keyboard.PressAsync("PageUp");
        await Expect(jump).ToBeVisibleAsync();
        await RestAsync(page);
        await jump.ClickAsync();
        await Expect(jump).ToBeHiddenAsync();
        await ExpectAtEndAsync(page);
        await Expect(page.LastReply).ToHaveAttributeAsync("data-state", "streaming");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task The_live_spans_are_left_by_the_wheel_and_found_again_by_the_end_key()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await FindInTheBrowserTests.TurnsAsync(page, 20, turn => $"short {turn}");
        var jump = Jump(page, ".tree-frame");
        await Expect(jump).ToBeHiddenAsync();

        await page.SpanRows.Last.HoverAsync();
        await page.Page.Mouse.WheelAsync(0, -200);
        await Expect(jump).ToBeVisibleAsync();
        await page.SendAsync("short 21");
        await Expect(page.Replies).ToHaveCountAsync(21);
        await Expect(page.Send).ToBeVisibleAsync();
        await Expect(page.Page.GetByTestId("span-trace").Filter(new() { HasText = "short 21" })).Not.ToBeInViewportAsync();

        await page.Page.Locator("#live-tree").FocusAsync();
        await page.Page.Keyboard.PressAsync("End");
        await Expect(jump).ToBeHiddenAsync();
        await page.SendAsync("short 22");
        await Expect(page.Page.GetByTestId("span-trace").Filter(new() { HasText = "short 22" })).ToBeInViewportAsync();
        page.AssertNoComplaints();
    }

    [Theory]
    [InlineData(".scroller", ".column")]
    [InlineData(".tree", ".canvas")]
    public async Task What_shrinks_and_grows_again_before_the_browser_tells_of_it_ends_nothing(string box, string content)
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await FindInTheBrowserTests.TurnsAsync(page, 20, turn => $"short {turn}");

        // As when a trace folds and the next one opens: the browser moves the box up at once, and says so a frame later.
        await page.Page.EvaluateAsync("""
            async ([selector, inner]) => {
              const box = document.querySelector(selector);
              const content = box.querySelector(inner);
              const height = content.offsetHeight;
              content.style.cssText += `;height:${height - 90}px;overflow:hidden`;
              window.clamped = box.scrollTop;
              content.style.cssText += `;height:${height + 60}px`;
              await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            }
            """, new[] { box, content });

        await Expect(Jump(page, box == ".tree" ? ".tree-frame" : ".transcript")).ToBeHiddenAsync();
        await page.Page.WaitForFunctionAsync("""
            (selector) => {
              const box = document.querySelector(selector);
              return box.scrollHeight - box.scrollTop - box.clientHeight < 20;
            }
            """, box);
    }

    // The browser moves a page up little by little, and goes on with it whatever is pressed meanwhile.
    private static async Task RestAsync(StudioPage page) => await page.Page.EvaluateAsync(
        """
        async () => {
          const box = document.querySelector('.scroller');
          for (let [still, top] = [0, -1]; still < 10; top = box.scrollTop) {
            await new Promise(requestAnimationFrame);
            still = box.scrollTop === top ? still + 1 : 0;
          }
        }
        """);

    private static ILocator Jump(StudioPage page, string within) => page.Page.Locator(within).GetByRole(AriaRole.Button, new() { Name = "Jump to latest" });

    private static Task<IJSHandle> ExpectAtEndAsync(StudioPage page) => page.Page.WaitForFunctionAsync("""
        () => {
          const box = document.querySelector('.scroller');
          return box.scrollHeight - box.scrollTop - box.clientHeight < 60;
        }
        """);
}
