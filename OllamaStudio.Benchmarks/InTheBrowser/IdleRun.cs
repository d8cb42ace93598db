using System.Globalization;

namespace OllamaStudio.Benchmarks.InTheBrowser;

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

    /// <summary>Runs it and prints a table.</summary>
    public static async Task RunAsync(string program)
    {
        await using var opened = await StudioInABrowser.StartAsync(program, tokensPerSecond: 0);
        await FillAsync(opened);

        Console.WriteLine("| one page open, nobody does anything | CPU, % of a core | frames | bytes | memory, MB |");
        Console.WriteLine("|---|--:|--:|--:|--:|");
        await WatchAsync("Ollama answers", opened);
        await opened.Ollama.DisposeAsync();
        await WatchAsync("Ollama is gone, and the page waits for it", opened);
    }

    // The many first: the page stays on the long one.
    private static async Task FillAsync(StudioInABrowser opened)
    {
        var turns = 0;
        for (var i = 1; i <= Conversations; i++)
        {
            await opened.NewChatAsync();
            var count = i == Conversations ? TurnsInTheLast
                : turns + (Conversations - i) + TurnsInTheLast < Spans / SpansOfATurn ? 2
                : 1;
            for (var turn = 1; turn <= count; turn++, turns++)
            {
                await opened.SendAsync($"short, conversation {i}, turn {turn}");
                await opened.Page.Locator("[data-testid='message'][data-role='assistant'][data-state='complete']").Nth(turn - 1).WaitForAsync();
            }
        }
    }

    private static async Task WatchAsync(string what, StudioInABrowser opened)
    {
        await Task.Delay(Settling);
        opened.Traffic.Reset();
        var before = opened.Studio.ProcessorTime;
        await Task.Delay(Watched);
        var share = (opened.Studio.ProcessorTime - before) / Watched;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {what} | {share * 100:0.00} | {opened.Traffic.Frames} | {opened.Traffic.Bytes} | {opened.Studio.ResidentBytes / 1e6:0} |"));
    }
}
