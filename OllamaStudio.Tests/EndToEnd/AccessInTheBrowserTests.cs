using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using OllamaStudio.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The access token as a person in a browser meets it: once, and then never again.</summary>
[Collection(PagesCollection.Name)]
public sealed class AccessInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task The_printed_address_opens_the_studio_and_the_browser_remembers_it()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/traces?q=first%20answer");

        Assert.Equal($"{studio.Address}/traces?q=first%20answer", page.Page.Url);
        var cookie = Assert.Single(await page.Page.Context.CookiesAsync(), cookie => cookie.Name == $"studio-{new Uri(studio.Address).Port}");
        Assert.Equal((true, SameSiteAttribute.Strict, "/"), (cookie.HttpOnly, cookie.SameSite, cookie.Path));
        Assert.NotEqual(studio.Token, cookie.Value);

        // Everything that the page then does goes by the cookie: files, hub, chat.
        await page.GoAsync("/");
        await page.SendAsync("Hello", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Two_studios_side_by_side_in_one_browser_keep_apart()
    {
        await using var first = await StudioProcess.StartAsync();
        await using var second = await StudioProcess.StartAsync();
        Assert.NotEqual(first.Token, second.Token);
        await using var page = await StudioPage.OpenAsync(browser.Browser, first);
        var other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync(second.Address + second.WithToken("/"));
        await other.Locator(".studio").WaitForAsync();

        await page.GoAsync("/settings");
        await other.GotoAsync(second.Address + "/settings");
        await other.Locator(".studio").WaitForAsync();
        var cookies = (await page.Page.Context.CookiesAsync()).Where(cookie => cookie.HttpOnly).Select(cookie => cookie.Name).ToList();
        Assert.Equal(2, cookies.Count(name => name.StartsWith("studio-forms-", StringComparison.Ordinal)));
        Assert.Equal(4, cookies.Count(name => name.StartsWith("studio-", StringComparison.Ordinal)));
        await page.GoAsync("/");
        Assert.DoesNotContain("fail:", first.Output + second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_page_whose_token_is_no_more_says_soon_what_to_do()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var old = studio.Token;
        await studio.KillAsync();
        File.Delete(Path.Combine(studio.DataFolder, "access-token"));
        await studio.StartAgainAsync();

        Assert.NotEqual(old, studio.Token);
        await Expect(page.Page.GetByTestId("access-page")).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task A_link_on_another_site_leads_in()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var phoenix = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync($"<a href=\"{studio.Address}/traces?q=first%20answer\">To the studio</a>");
        });
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        // The studio is at 127.0.0.1: for a browser, localhost is another site.
        await page.Page.GotoAsync($"http://localhost:{phoenix.Address.Port}/");
        var visited = Documents(page.Page);
        await page.Page.GetByText("To the studio").ClickAsync();
        await page.Page.Locator(".studio").WaitForAsync();

        Assert.Equal($"{studio.Address}/traces?q=first%20answer", page.Page.Url);
        Assert.Equal([(401, "/traces?q=first%20answer"), (302, "/traces?q=first%20answer&token="), (200, "/traces?q=first%20answer")], visited);

        // The refusal left nothing to go back to.
        await page.Page.GoBackAsync();
        await Expect(page.Page.GetByText("To the studio")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_browser_without_the_token_is_told_where_it_is_after_one_more_try()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var context = await browser.Browser.NewContextAsync(new() { BaseURL = studio.Address });
        var page = await context.NewPageAsync();
        var visited = Documents(page);

        await page.GotoAsync("/traces?q=x&token=not-the-studios-token");
        await Expect(page.Locator("meta[http-equiv]")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("access-page")).ToContainTextAsync($"Open {studio.Address}/?token=…");
        Assert.Equal($"{studio.Address}/traces?q=x&token=", page.Url);
        Assert.Equal([(401, "/traces?q=x&token=not-the-studios-token"), (401, "/traces?q=x&token=")], visited);

        await page.GotoAsync(studio.WithToken("/traces?q=x"));
        await page.Locator(".studio").WaitForAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, null, "rgb(255, 255, 255)")]
    [InlineData(ColorScheme.Dark, null, "rgb(27, 32, 35)")]
    [InlineData(ColorScheme.Light, "dark", "rgb(27, 32, 35)")]
    public async Task The_refusal_looks_like_the_studio_and_axe_finds_nothing(ColorScheme scheme, string? theme, string background)
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var context = await browser.Browser.NewContextAsync(new() { BaseURL = studio.Address, ColorScheme = scheme });
        if (theme is not null)
        {
            await context.AddCookiesAsync([new() { Name = "studio-theme", Value = theme, Url = studio.Address, SameSite = SameSiteAttribute.Strict }]);
        }

        var page = await context.NewPageAsync();
        var complaints = new ConcurrentQueue<string>();
        page.Console += (_, message) => complaints.Enqueue(message.Text);
        await page.GotoAsync("/?token=");

        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", background);
        Assert.Empty((await page.RunAxe()).Violations);
        Assert.All(complaints, complaint => Assert.Contains("401", complaint, StringComparison.Ordinal));
    }

    // What the browser asked for as pages, with what it was answered.
    private static ConcurrentQueue<(int Status, string Path)> Documents(IPage page)
    {
        var visited = new ConcurrentQueue<(int, string)>();
        page.Response += (_, response) =>
        {
            if (response.Request.IsNavigationRequest)
            {
                visited.Enqueue((response.Status, new Uri(response.Url).PathAndQuery));
            }
        };
        return visited;
    }
}
