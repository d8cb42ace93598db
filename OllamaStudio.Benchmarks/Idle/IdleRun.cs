using System.Globalization;
using Microsoft.Playwright;
using OllamaStudio.Simulator;

namespace OllamaStudio.Benchmarks.Idle;

/// <summary>
/// What the studio costs while nobody does anything: the built program with a page open in a real browser, filled through the
/// composer with what the simulator answers. Ends by itself after some nine minutes.
/// </summary>
internal static class IdleRun
{
    /// <summary>The argument that asks for it; a second one may name another OllamaStudio.dll, to compare.</summary>
    public const string Verb = "idle";

    private const int Conversations = 200;
    private const int TurnsInTheLast = 30;
    private const int Spans = 2_000;
    private const int SpansOfATurn = 6;

    // The look of the next minute still finds what the last turn changed.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(2);
    private static readonly string[] Browsers =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe", @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    /// <summary>Runs it and prints a table.</summary>
    public static async Task RunAsync(string program)
    {
        var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioUnderTest.StartAsync(program, ollama.Address);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Array.Find(Browsers, File.Exists), Args = ["--no-sandbox", "--disable-gpu"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
        var traffic = new Traffic(page);
        await page.GotoAsync(studio.Address);
        await FillAsync(page);

        Console.WriteLine("| one page open, nobody does anything | CPU, % of a core | frames | bytes | memory, MB |");
        Console.WriteLine("|---|--:|--:|--:|--:|");
        await WatchAsync("Ollama answers", studio, traffic);
        await ollama.DisposeAsync();
        await WatchAsync("Ollama is gone, and the page waits for it", studio, traffic);
    }

    // The many first: the page stays on the long one.
    private static async Task FillAsync(IPage page)
    {
        var turns = 0;
        for (var i = 1; i <= Conversations; i++)
        {
            await page.Keyboard.PressAsync("Control+Shift+O");
            await page.GetByTestId("message").First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
            var count = i == Conversations ? TurnsInTheLast
                : turns + (Conversations - i) + TurnsInTheLast < Spans / SpansOfATurn ? 2
                : 1;
            for (var turn = 1; turn <= count; turn++, turns++)
            {
                await page.GetByTestId("composer").FillAsync($"short, conversation {i}, turn {turn}");
                await page.GetByTestId("send").ClickAsync();
                await page.Locator("[data-testid='message'][data-role='assistant'][data-state='complete']").Nth(turn - 1).WaitForAsync();
            }
        }
    }

    private static async Task WatchAsync(string what, StudioUnderTest studio, Traffic traffic)
    {
        await Task.Delay(Settling);
        traffic.Reset();
        var before = studio.ProcessorTime;
        await Task.Delay(Watched);
        var share = (studio.ProcessorTime - before) / Watched;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {what} | {share * 100:0.00} | {traffic.Frames} | {traffic.Bytes} | {studio.ResidentBytes / 1e6:0} |"));
    }
}
