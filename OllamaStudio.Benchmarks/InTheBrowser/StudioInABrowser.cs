using Microsoft.Playwright;
using OllamaStudio.Simulator;

namespace OllamaStudio.Benchmarks.InTheBrowser;

/// <summary>A built studio, a simulator that it asks, and a page of it open in an installed Chromium, all of which end together.</summary>
internal sealed class StudioInABrowser : IAsyncDisposable
{
    private static readonly string[] Browsers =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe", @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    private readonly Stack<IAsyncDisposable> _opened;

    private StudioInABrowser(Stack<IAsyncDisposable> opened) => _opened = opened;

    /// <summary>The server that the studio asks.</summary>
    public required SimulatorServer Ollama { get; init; }

    /// <summary>The studio's process.</summary>
    public required StudioUnderTest Studio { get; init; }

    /// <summary>The page, 1440 by 900.</summary>
    public required IPage Page { get; init; }

    /// <summary>What its web sockets carry.</summary>
    public required Traffic Traffic { get; init; }

    /// <summary>Starts all of it and opens the chat.</summary>
    /// <param name="program">The OllamaStudio.dll to run.</param>
    /// <param name="tokensPerSecond">How fast the simulator writes; 0 for as fast as it can.</param>
    /// <param name="data">A data folder that stays; null for an empty one.</param>
    public static async Task<StudioInABrowser> StartAsync(string program, double tokensPerSecond, string? data = null)
    {
        var opened = new Stack<IAsyncDisposable>();
        try
        {
            var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = tokensPerSecond, LoadDelay = TimeSpan.Zero });
            opened.Push(ollama);
            var studio = await StudioUnderTest.StartAsync(program, ollama.Address, data);
            opened.Push(studio);
            var driver = new Driver(await Playwright.CreateAsync());
            opened.Push(driver);
            var browser = await driver.Playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Array.Find(Browsers, File.Exists), Args = ["--no-sandbox", "--disable-gpu"],
            });
            opened.Push(browser);
            var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
            var all = new StudioInABrowser(opened) { Ollama = ollama, Studio = studio, Page = page, Traffic = new Traffic(page) };
            await page.GotoAsync(studio.Address);
            return all;
        }
        catch
        {
            await DisposeAsync(opened);
            throw;
        }
    }

    /// <summary>Opens one of its pages anew, as an address that is typed, and waits until it is drawn.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(new Uri(new Uri(Studio.Address), path).AbsoluteUri);
        await Page.Locator(".studio").WaitForAsync();
    }

    /// <summary>Begins a new chat.</summary>
    public async Task NewChatAsync()
    {
        await Page.Keyboard.PressAsync("Control+Shift+O");
        await Page.GetByTestId("message").First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
    }

    /// <summary>Sends a prompt.</summary>
    public async Task SendAsync(string prompt)
    {
        await Page.GetByTestId("composer").FillAsync(prompt);
        await Page.GetByTestId("send").ClickAsync();
    }

    public ValueTask DisposeAsync() => DisposeAsync(_opened);

    private static async ValueTask DisposeAsync(Stack<IAsyncDisposable> opened)
    {
        while (opened.TryPop(out var last))
        {
            await last.DisposeAsync();
        }
    }

    /// <summary>The process that drives the browser, ended like all else.</summary>
    private sealed record Driver(IPlaywright Playwright) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Playwright.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
