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

    // A frame counts once, however often its text changed before it; what changes in other messages is work for nothing.
    private const string Observe =
        """
        () => {
          const seen = window.seen = { frames: 0, paints: 0, others: 0 };
          let changed = false;
          new MutationObserver((records) => {
            for (const { target } of records) {
              const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
              const message = element?.closest('[data-testid="message"]');
              if (message?.dataset.state === 'streaming') changed ||= !!element.closest('.markdown');
              else if (message) seen.others++;
            }
          }).observe(document.querySelector('.transcript'), { subtree: true, childList: true, characterData: true });
          const frame = () => {
            seen.frames++;
            if (changed) seen.paints++;
            changed = false;
            requestAnimationFrame(frame);
          };
          requestAnimationFrame(frame);
        }
        """;

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
        await opened.Page.EvaluateAsync(Observe);
        opened.Traffic.Reset();
        var before = opened.Studio.ProcessorTime;
        await Task.Delay(Watched);
        var share = (opened.Studio.ProcessorTime - before) / Watched;
        var bytes = opened.Traffic.Bytes / Watched.TotalSeconds;
        var seen = await opened.Page.EvaluateAsync<Seen>("() => window.seen");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {rate} | {kind} | {seen.Paints / Watched.TotalSeconds:0} | {seen.Frames / Watched.TotalSeconds:0} | {share * 100:0} | {bytes / 1e3:0} | {seen.Others} | {opened.Studio.ResidentBytes / 1e6:0} |"));
        await StopAsync(opened);
    }

    private static async Task StopAsync(StudioInABrowser opened)
    {
        await opened.Page.GetByTestId("stop").ClickAsync();
        await opened.Page.GetByTestId("stop").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
    }

    private sealed record Seen
    {
        public int Frames { get; init; }

        public int Paints { get; init; }

        public int Others { get; init; }
    }
}
