using System.Globalization;
using Microsoft.Playwright;

namespace OllamaStudio.Benchmarks.InTheBrowser;

/// <summary>
/// How smoothly a reply is written: frames in which its text changed, frames of the page, and what both cost, for prose, code and
/// lists at the speed of a fast model and of the fastest. Ends by itself after some two minutes.
/// </summary>
internal static class PaintRun
{
    /// <summary>The argument that asks for it; a second one may name another OllamaStudio.dll, to compare.</summary>
    public const string Verb = "paints";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(12);

    private static readonly string[] Kinds = ["prose", "code", "list"];

    /// <summary>Runs it and prints a table.</summary>
    public static async Task RunAsync(string program)
    {
        Console.WriteLine("| tokens/s | reply | paints/s | frames/s | CPU, % of a core | KB/s on the socket | changes in other messages | memory, MB |");
        Console.WriteLine("|--:|---|--:|--:|--:|--:|--:|--:|");
        foreach (var rate in (int[])[100, 1_000])
        {
            await using var opened = await StudioInABrowser.StartAsync(program, rate);

            // A process that has just started compiles its code a second time, while it runs.
            await opened.SendAsync($"{rate * 30} tokens of prose");
            await Task.Delay(WarmUp);
            await StopAsync(opened);
            foreach (var kind in Kinds)
            {
                await opened.NewChatAsync();
                await opened.SendAsync("short, to stand above");
                await opened.Page.Locator("[data-testid='message'][data-state='complete']").WaitForAsync();
                await WatchAsync(opened, rate, kind);
            }
        }
    }

    private static async Task WatchAsync(StudioInABrowser opened, int rate, string kind)
    {
        await opened.SendAsync($"{rate * 30} tokens of {kind}");
        await opened.Page.Locator("[data-testid='message'][data-state='streaming'] .markdown").WaitForAsync();
        await Task.Delay(Beginning);
        var seen = await PaintWatch.SeeAsync(opened, Watched);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {rate} | {kind} | {seen.Paints:0} | {seen.Frames:0} | {seen.Processor * 100:0} | {seen.Bytes / 1e3:0} | {seen.Others} | {opened.Studio.ResidentBytes / 1e6:0} |"));
        await StopAsync(opened);
    }

    private static async Task StopAsync(StudioInABrowser opened)
    {
        await opened.Page.GetByTestId("stop").ClickAsync();
        await opened.Page.GetByTestId("stop").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
    }
}
