using System.Globalization;
using Microsoft.Playwright;
using OllamaStudio.Benchmarks.Store;

namespace OllamaStudio.Benchmarks.InTheBrowser;

/// <summary>
/// A conversation of 1,000 messages with some 50 branches and 25 images beside one of 10: to open it, to type in it, and to have a reply written in it.
/// Ends by itself after some two minutes.
/// </summary>
internal static class LongChatRun
{
    /// <summary>The argument that asks for it; a second one may name another OllamaStudio.dll.</summary>
    public const string Verb = "long";

    private const int Opens = 12;
    private const int Keys = 60;
    private const int TokensPerSecond = 100;

    private static readonly TimeSpan s_beginning = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(12);

    /// <summary>Runs it and prints a table.</summary>
    public static async Task RunAsync(string program)
    {
        var data = Directory.CreateTempSubdirectory("ollama-studio-long-");
        try
        {
            await using (var store = new StoreUnderTest(data.FullName))
            {
                foreach (var changes in new GeneratedConversations(TimeProvider.System.GetUtcNow()) { HasImages = true }.Take(2, GeneratedConversations.LongOne + 10))
                {
                    await store.Conversations.SaveAsync(changes);
                }
            }

            await using var opened = await StudioInABrowser.StartAsync(program, TokensPerSecond, data.FullName);
            await WarmUpAsync(opened);
            Console.WriteLine("| messages | open, first and median, ms | a key to the next frame, p50 and p95, ms | paints/s | frames/s | CPU, % of a core | KB/s on the socket | changes in other messages |");
            Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|");
            foreach (var (index, size) in new[] { (1, 10), (0, GeneratedConversations.LongOne) })
            {
                await SayAsync(opened, GeneratedConversations.IdOf(index), size);
            }
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task WarmUpAsync(StudioInABrowser opened)
    {
        await opened.SendAsync("1500 tokens of prose");
        await opened.Page.Locator("[data-testid='message'][data-state='complete']").WaitForAsync();
    }

    private static async Task SayAsync(StudioInABrowser opened, string id, int size)
    {
        List<double> opens = [], keys = [];
        for (var i = 0; i < Opens; i++)
        {
            await opened.GoAsync("/");
            await opened.Page.GetByTestId("composer").WaitForAsync();
            opens.Add(await OpenAsync(opened.Page, id));
        }

        keys.AddRange(await TypeAsync(opened.Page));
        await opened.SendAsync($"{TokensPerSecond * 30} tokens of prose");
        await opened.Page.Locator("[data-testid='message'][data-state='streaming'] .markdown").WaitForAsync();
        await Task.Delay(s_beginning);
        var seen = await PaintWatch.SeeAsync(opened, s_watched);
        await opened.Page.GetByTestId("stop").ClickAsync();
        await opened.Page.GetByTestId("stop").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {size:N0} | {opens[0]:0} · {At(opens, 0.5):0} | {At(keys, 0.5):0.0} · {At(keys, 0.95):0.0} | {seen.Paints:0} | {seen.Frames:0} | {seen.Processor * 100:0} | {seen.Bytes / 1e3:0} | {seen.Others} |"));
    }

    // From the act to the frame that shows the last message, by the page's own clock.
    private static async Task<double> OpenAsync(IPage page, string id) => await page.EvaluateAsync<double>(
        $$"""
        () => new Promise((resolve) => {
          const began = performance.now();
          window.Blazor.navigateTo('/chat/{{id}}');
          const look = () => document.querySelectorAll('[data-testid=message]').length > 5 ? resolve(performance.now() - began) : requestAnimationFrame(look);
          requestAnimationFrame(look);
        })
        """);

    private static async Task<double[]> TypeAsync(IPage page) => await page.EvaluateAsync<double[]>(
        $$"""
        async () => {
          const box = document.querySelector('[data-testid=composer]'), times = [];
          box.focus();
          for (let i = 0; i < {{Keys}}; i++) {
            const began = performance.now();
            document.execCommand('insertText', false, 'a');
            await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
            times.push(performance.now() - began);
          }
          box.select();
          document.execCommand('delete');
          return times;
        }
        """);

    private static double At(List<double> values, double share) => values.Order().ElementAt((int)(values.Count * share));
}
