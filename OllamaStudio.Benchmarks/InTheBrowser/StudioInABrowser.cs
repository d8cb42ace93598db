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

    private readonly Stack<IAsyncDisposable> _opened = new();

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
    public static async Task<StudioInABrowser> StartAsync(string program, double tokensPerSecond)
    {
        var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = tokensPerSecond, LoadDelay = TimeSpan.Zero });
        var studio = await StudioUnderTest.StartAsync(program, ollama.Address);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Array.Find(Browsers, File.Exists), Args = ["--no-sandbox", "--disable-gpu"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
        var opened = new StudioInABrowser { Ollama = ollama, Studio = studio, Page = page, Traffic = new Traffic(page) };
        opened._opened.Push(ollama);
        opened._opened.Push(studio);
        opened._opened.Push(browser);
        await page.GotoAsync(studio.Address);
        return opened;
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

    public async ValueTask DisposeAsync()
    {
        while (_opened.TryPop(out var opened))
        {
            await opened.DisposeAsync();
        }
    }
}
