using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using OllamaStudio.Benchmarks.Store;

namespace OllamaStudio.Benchmarks.InTheBrowser;

/// <summary>
/// A studio with a folder that <c>store</c> filled: how soon it is there and in how much memory, and what a person waits for in the
/// browser, from the press until the last row that it changes is drawn. Ends by itself after a minute or two.
/// </summary>
internal static class LargeStoreRun
{
    /// <summary>The first argument that asks for it; then the folder, and perhaps another OllamaStudio.dll.</summary>
    public const string Verb = "large";

    private const int Starts = 5;
    private const int Repeats = 10;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>Runs it and prints what it measured.</summary>
    public static async Task RunAsync(string folder, string program)
    {
        for (var start = 1; start <= Starts; start++)
        {
            await StartAsync(folder, program);
        }

        await using var opened = await StudioInABrowser.StartAsync(program, tokensPerSecond: 0, folder);
        var page = opened.Page;
        await page.GetByTestId("conversation-item").First.WaitForAsync();
        Console.WriteLine($"{"",-44} {"first ms",8} {"p50 ms",8} {"max ms",8}");

        await SayAsync("a conversation of 1,000 messages", async () =>
        {
            await opened.GoAsync("/");
            return await TimeAsync(page, $"window.Blazor.navigateTo('/chat/{GeneratedConversations.IdOf(0)}')", "document.querySelectorAll('[data-testid=message]').length > 3");
        });
        await SayAsync("the list of traces", async () =>
        {
            await opened.GoAsync("/");
            await page.GetByTestId("composer").WaitForAsync();
            return await TimeAsync(page, "window.Blazor.navigateTo('/traces')", "document.querySelectorAll('[data-testid=trace-row]').length > 10");
        });
        foreach (var text in new[] { "status:error", "model:qwen3", "saffron", "saffron model:qwen3 status:ok" })
        {
            await SayAsync("narrowed by " + text, async () =>
            {
                await opened.GoAsync("/traces");
                await page.GetByTestId("trace-row").First.WaitForAsync();
                return await TimeAsync(page, $"window.Blazor.navigateTo('/traces?q={Uri.EscapeDataString(text)}')", "document.querySelector('.facets, [data-testid=trace-row]') && !document.querySelector('[aria-busy=true]')", rowsChange: true);
            });
        }

        await opened.GoAsync("/traces");
        await page.GetByTestId("trace-row").First.WaitForAsync();
        var random = new Random(5);
        await SayAsync("scrolled to anywhere", () =>
        {
            var part = random.NextDouble().ToString("0.0000", CultureInfo.InvariantCulture);
            return TimeAsync(page, $"const t = document.getElementById('traces'); t.scrollTop = t.scrollHeight * {part}", InView);
        });
        await SayAsync("scrolled to the end", async () =>
        {
            await TimeAsync(page, "document.getElementById('traces').scrollTop = 0", InView);
            return await TimeAsync(page, "const t = document.getElementById('traces'); t.scrollTop = t.scrollHeight", InView);
        });
        await SayAsync("a trace opened", async () =>
        {
            await opened.GoAsync("/traces?q=model:qwen3"); // the newest of all is a check of the connection
            await page.GetByTestId("trace-row").First.WaitForAsync();
            return await TimeAsync(page, "document.querySelector('[data-testid=trace-row]').click()", "document.querySelectorAll('[data-testid=waterfall-row]').length > 2");
        });
        await SayAsync("the dashboard, 30 days", async () =>
        {
            await opened.GoAsync("/");
            await page.GetByTestId("composer").WaitForAsync();
            return await TimeAsync(page, "window.Blazor.navigateTo('/dashboard?range=30d')", "document.querySelectorAll('[data-testid=dashboard-chart]').length === 6");
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory at the end: {opened.Studio.ResidentBytes / 1e6:0} MB"));
    }

    // A row stands in the middle of what is seen of the table.
    private const string InView =
        """
        (() => {
          const seen = document.getElementById('traces').getBoundingClientRect();
          return !!document.elementFromPoint(seen.left + 100, (seen.top + seen.bottom) / 2)?.closest('[data-testid=trace-row]');
        })()
        """;

    private static async Task StartAsync(string folder, string program)
    {
        var watch = Stopwatch.StartNew();
        await using var studio = await StudioUnderTest.StartAsync(program, new Uri("http://127.0.0.1:9"), folder);
        var ready = watch.Elapsed;
        using var client = new HttpClient();
        using var page = await client.GetAsync(new Uri(studio.Address));
        page.EnsureSuccessStatusCode();
        var served = watch.Elapsed;
        await Task.Delay(Quiet);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"start: listens after {ready.TotalMilliseconds:0} ms, first page served after {served.TotalMilliseconds:0} ms, {studio.ResidentBytes / 1e6:0} MB {Quiet.TotalSeconds:0} s later"));
    }

    // From the act to the frame that shows its result, by the page's own clock.
    private static async Task<double> TimeAsync(IPage page, string act, string isDone, bool rowsChange = false) => await page.EvaluateAsync<double>(
        $$"""
        () => new Promise((resolve) => {
          const first = () => document.querySelector('[data-testid=trace-row]')?.dataset.traceId, was = first();
          const began = performance.now();
          {{act}};
          const look = () => {
            if (({{isDone}}) && (!{{(rowsChange ? "true" : "false")}} || first() !== was)) resolve(performance.now() - began);
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        })
        """);

    private static async Task SayAsync(string name, Func<Task<double>> act)
    {
        var times = new List<double>();
        for (var i = 0; i < Repeats; i++)
        {
            times.Add(await act());
        }

        var first = times[0];
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44} {first,8:0} {times[times.Count / 2],8:0} {times[^1],8:0}"));
    }
}
