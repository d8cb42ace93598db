using System.Globalization;
using Microsoft.Playwright;

namespace OllamaStudio.Benchmarks.InTheBrowser;

/// <summary>
/// What storing costs a turn: the same reply in a temporary chat, which is never stored and neither are its spans, and in an ordinary
/// one, in turn and in one process, with the page open. Ends by itself after some fifteen minutes.
/// </summary>
internal static class StoredTurnRun
{
    /// <summary>The argument that asks for it; a second one may name another OllamaStudio.dll.</summary>
    public const string Verb = "stored";

    private const int Pairs = 24;

    // A studio that is open all day has compiled all of it for good; code that was called less than some 30 times has not.
    private const int WarmUps = 16;

    // As fast as a good machine writes; 1,000 tokens are a long reply.
    private const int TokensPerSecond = 100;
    private const string Prompt = "1000 tokens of prose";
    private const string WarmUpPrompt = "100 tokens of prose";

    // After the reply its spans are gathered for up to a second, then written, and sums with them.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    /// <summary>Runs it and prints processor time by turn, then the medians and their ratio.</summary>
    public static async Task RunAsync(string program)
    {
        await using var opened = await StudioInABrowser.StartAsync(program, TokensPerSecond);
        for (var turn = 0; turn < WarmUps * 2; turn++)
        {
            await TurnAsync(opened, WarmUpPrompt, isTemporary: turn % 2 == 0);
        }

        var (temporary, stored, ratios) = (new List<double>(), new List<double>(), new List<double>());
        for (var pair = 0; pair < Pairs; pair++)
        {
            var isFirst = pair % 2 == 0; // neither kind is always the later one
            var one = await TurnAsync(opened, Prompt, isTemporary: isFirst);
            var other = await TurnAsync(opened, Prompt, isTemporary: !isFirst);
            var (without, with) = isFirst ? (one, other) : (other, one);
            temporary.Add(without);
            stored.Add(with);
            ratios.Add(with / without);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"temporary {without:0} ms, stored {with:0} ms of processor time, {with / without:0.00}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"medians: temporary {Median(temporary):0} ms, stored {Median(stored):0} ms, of the ratios {Median(ratios):0.00}; of all together {stored.Sum() / temporary.Sum():0.000}"));
    }

    private static async Task<double> TurnAsync(StudioInABrowser opened, string prompt, bool isTemporary)
    {
        await opened.Page.GetByTestId("new-chat").ClickAsync();
        await opened.Page.GetByTestId("message").First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        var kind = opened.Page.GetByTestId("temporary-chat");
        if (isTemporary)
        {
            await kind.ClickAsync();
            await opened.Page.GetByTestId("temporary-notice").WaitForAsync();
        }

        var before = opened.Studio.ProcessorTime;
        await opened.SendAsync(prompt);
        await opened.Page.Locator("[data-testid='message'][data-state='complete']").WaitForAsync();
        await Task.Delay(Settling);
        return (opened.Studio.ProcessorTime - before).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
