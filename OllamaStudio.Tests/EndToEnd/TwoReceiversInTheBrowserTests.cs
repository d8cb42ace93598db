using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>
/// Two receivers, one of them down under load, and the studio killed in between. A few seconds; <c>STUDIO_OUTAGE_SECONDS=60 dotnet test
/// --filter FullyQualifiedName~TwoReceivers --logger "console;verbosity=detailed"</c> makes it a whole minute and prints the figures.
/// </summary>
[Collection(BrowserCollection.Name)]
public sealed class TwoReceiversInTheBrowserTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int Pages = 3;
    private const string Model = "demo-small:latest";

    // The interval of export; StudioProcess sets it.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private static TimeSpan Outage => TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("STUDIO_OUTAGE_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 2);

    [Fact]
    public async Task Every_span_of_a_trace_whose_root_ended_an_interval_before_the_kill_arrives_at_both()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var up = await OtlpReceiver.StartAsync();
        await using var down = await OtlpReceiver.StartAsync();
        await using var studio = await StudioProcess.StartAsync(
            ("OLLAMA_HOST", ollama.Address.ToString()), ("PHOENIX_ENDPOINT", up.TracesUrl),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{down.Port}"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        // Both take spans before one of them goes.
        await using (var page = await StudioPage.OpenAsync(browser.Browser, studio))
        {
            await page.SendAsync("first", Model);
            await page.WaitForReplyAsync("complete");
        }

        await up.WaitForAsync(static span => span.Name == "chat_interaction");
        await down.WaitForAsync(static span => span.Name == "chat_interaction");
        await down.StopAsync();
        var outage = Stopwatch.StartNew();

        HashSet<(string Trace, string Span)> beforeKill = [];
        var turns = await TalkAsync(studio, Outage / 2, async pages =>
        {
            beforeKill = await AllEndedAsync(studio);
            await OneTurnEachAsync(pages, atLeast: s_interval);
            await Task.WhenAll(pages.Select(static page => page.SendAsync("in whose midst it dies")));
            await studio.KillAsync();
        });
        await studio.StartAgainAsync();
        HashSet<(string Trace, string Span)> afterKill = [];
        turns += await TalkAsync(studio, Outage / 2, async _ => afterKill = await AllEndedAsync(studio));
        outage.Stop();
        var kept = beforeKill.Union(afterKill).Except(Ids(down)).Count();
        var keptOverTheKill = beforeKill.Except(Ids(down)).Count();
        await down.RestartAsync();
        await using (var page = await StudioPage.OpenAsync(browser.Browser, studio))
        {
            await page.SendAsync("last", Model); // what is taken anew lets go what waits
            await page.WaitForReplyAsync("complete");
        }

        var wanted = beforeKill.Union(afterKill).ToHashSet();
        Assert.True(beforeKill.Count > 6 * Pages, $"Only {beforeKill.Count} spans before the kill.");
        Assert.True(keptOverTheKill >= 6 * Pages, $"Only {keptOverTheKill} spans were kept over the kill.");
        foreach (var receiver in new[] { up, down })
        {
            var missing = wanted.Except(Ids(receiver)).ToList();
            foreach (var (trace, span) in missing)
            {
                await receiver.WaitForAsync(one => one.SpanId == span && one.TraceId == trace);
            }

            Assert.Empty(wanted.Except(Ids(receiver)));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"down for {outage.Elapsed.TotalSeconds:0.0} s, {turns} turns; spans wanted: {beforeKill.Count} from before the kill, {afterKill.Except(beforeKill).Count()} from after it; {kept} of them were missing at the one that was down when it came back; arrived at the other: {up.Spans.Count} ({up.Spans.Count - Ids(up).Count} of them again), at it: {down.Spans.Count} ({down.Spans.Count - Ids(down).Count} of them again)"));
    }

    /// <summary>Has some pages chat for a time, and then does something while they are open.</summary>
    /// <returns>How many turns they made.</returns>
    private async Task<int> TalkAsync(StudioProcess studio, TimeSpan time, Func<IReadOnlyList<StudioPage>, Task> then)
    {
        var pages = await Task.WhenAll(Enumerable.Range(0, Pages).Select(_ => StudioPage.OpenAsync(browser.Browser, studio)));
        try
        {
            await Task.WhenAll(pages.Select(static page => page.PickModelAsync(Model)));
            var turns = await OneTurnEachAsync(pages, time);
            await then(pages);
            return turns;
        }
        finally
        {
            foreach (var page in pages)
            {
                await page.DisposeAsync();
            }
        }
    }

    /// <summary>Each page makes a turn, and further ones until a time is over.</summary>
    private static async Task<int> OneTurnEachAsync(IEnumerable<StudioPage> pages, TimeSpan atLeast)
    {
        var since = Stopwatch.StartNew();
        var turns = await Task.WhenAll(pages.Select(async page =>
        {
            var made = 0;
            var replies = await page.Replies.CountAsync();
            do
            {
                await page.SendAsync($"turn {++made}");
                await Expect(page.Replies).ToHaveCountAsync(++replies, new() { Timeout = 60_000 });
                await page.WaitForReplyAsync("complete");
            }
            while (since.Elapsed < atLeast);
            return made;
        }));
        return turns.Sum();
    }

    // A reply is shown as complete before its turn has ended. Of those in whose midst it died there is no root.
    private static async Task<HashSet<(string Trace, string Span)>> AllEndedAsync(StudioProcess studio)
    {
        using var limit = new CancellationTokenSource(OtlpReceiver.Guard);
        while (true)
        {
            if (await EndedAsync(studio) is (var ended, true))
            {
                return ended;
            }

            await Task.Delay(50, limit.Token);
        }
    }

    /// <summary>The spans of all traces whose root has ended, as the studio has them now, and whether no root is there that has not.</summary>
    private static async Task<(HashSet<(string Trace, string Span)> Spans, bool IsAll)> EndedAsync(StudioProcess studio)
    {
        List<(string Trace, string Span, bool IsRoot, bool IsEnded)> spans = [];
        using var client = studio.CreateClient();
        for (string? after = ""; after is not null;)
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/api/v1/spans?limit=1000{(after.Length == 0 ? "" : "&after=" + after)}");
            spans.AddRange(page.GetProperty("items").EnumerateArray().Select(static span => (
                span.GetProperty("traceId").GetString()!, span.GetProperty("spanId").GetString()!, !span.TryGetProperty("parentSpanId", out _), span.TryGetProperty("durationMs", out _))));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        var ended = spans.Where(static span => span is { IsRoot: true, IsEnded: true }).Select(static span => span.Trace).ToHashSet(StringComparer.Ordinal);
        return ([.. spans.Where(span => ended.Contains(span.Trace)).Select(static span => (span.Trace, span.Span))], spans.All(static span => span.IsEnded || !span.IsRoot));
    }

    private static HashSet<(string Trace, string Span)> Ids(OtlpReceiver receiver) => [.. receiver.Spans.Select(static span => (span.TraceId, span.SpanId))];
}
