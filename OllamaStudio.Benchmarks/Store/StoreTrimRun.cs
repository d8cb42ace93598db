using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Retention;
using OllamaStudio.Core.Storage.Spans;

namespace OllamaStudio.Benchmarks.Store;

/// <summary>
/// What a person notices while a day's traces are deleted for their age: how long a prompt waits for its commit, which a turn does, and the first page of the list
/// for its rows, before and meanwhile. In a folder of its own. Ends by itself.
/// </summary>
internal static class StoreTrimRun
{
    /// <summary>The first argument that starts it; then how many traces are deleted, and how many stay.</summary>
    public const string Verb = "trim";

    private const int SpansAtOnce = 5_000;

    // A person's turns come seconds apart; these come as fast as would be noticed.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Fills, trims and measures.</summary>
    /// <param name="old">Traces of a day that is beyond the bound; 150,000 are some 950,000 spans.</param>
    /// <param name="kept">Traces that stay.</param>
    public static async Task RunAsync(int old = 150_000, int kept = 15_000)
    {
        var folder = Directory.CreateTempSubdirectory("ollama-studio-trim-");
        try
        {
            var now = TimeProvider.System.GetUtcNow();
            var settings = new Bounds();
            await using var store = new StoreUnderTest(folder.FullName);
            var turns = await RecordedTurns.RecordAsync();
            var spans = await FillAsync(store, new GeneratedTraces(turns, now - TimeSpan.FromDays(40), TimeSpan.FromDays(1)).Take(old));
            await FillAsync(store, new GeneratedTraces(turns, now, TimeSpan.FromDays(20), seed: 12).Take(kept));
            await store.Writer.CheckpointAsync();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{old:N0} traces with {spans:N0} spans are too old, {kept:N0} traces stay; {store.Bytes / 1e6:N0} MB"));
            var prompts = new GeneratedConversations(now).Take(100_000, GeneratedConversations.LongOne + 200_000).Skip(1).GetEnumerator();

            Say("before", await MeasureAsync(store, prompts, Task.Delay(TimeSpan.FromSeconds(10))));
            using var retention = new RetentionService(store.Writer, [new SpanTrim(store.Spans)], settings, TimeProvider.System, NullLogger<RetentionService>.Instance);
            var (watch, busy) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            var trimming = Task.Run(() => retention.TrimAsync(CancellationToken.None));
            Say("meanwhile", await MeasureAsync(store, prompts, trimming));
            await trimming;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"deleted, space given back and log emptied in {watch.Elapsed.TotalSeconds:N1} s, CPU {(Environment.CpuUsage.TotalTime - busy) / watch.Elapsed * 100:N0} % of a core with all of this; {store.Traces.Count(new TraceQuery()):N0} traces and {store.Bytes / 1e6:N0} MB are left"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<long> FillAsync(StoreUnderTest store, IEnumerable<TraceRecord> traces)
    {
        var spans = 0L;
        foreach (var some in traces.SelectMany(static trace => trace.Spans).Chunk(SpansAtOnce))
        {
            await store.WriteAsync(some);
            spans += some.Length;
        }

        return spans;
    }

    // Both at once: a page reads while a prompt is committed.
    private static async Task<(List<double> Commits, List<double> Pages)> MeasureAsync(StoreUnderTest store, IEnumerator<Core.Chat.ConversationChanges> prompts, Task until)
    {
        var pages = Task.Run(async () =>
        {
            var times = new List<double>();
            while (!until.IsCompleted)
            {
                var begun = Stopwatch.GetTimestamp();
                store.Traces.Read(new TraceQuery());
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                await Task.Delay(Pause);
            }

            return times;
        });
        var commits = new List<double>();
        while (!until.IsCompleted && prompts.MoveNext())
        {
            var begun = Stopwatch.GetTimestamp();
            await store.Conversations.SaveAsync(prompts.Current);
            commits.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            await Task.Delay(Pause);
        }

        return (commits, await pages);
    }

    private static void Say(string when, (List<double> Commits, List<double> Pages) measured)
    {
        Console.WriteLine($"{when,-10} {"p50 ms",8} {"p99 ms",8} {"most",8} {"times",8}");
        foreach (var (name, times) in new[] { ("commit", measured.Commits), ("page", measured.Pages) })
        {
            var sorted = times.Order().ToArray();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-10} {sorted[sorted.Length / 2],8:0.0} {sorted[(int)(sorted.Length * 0.99)],8:0.0} {sorted[^1],8:0.0} {sorted.Length,8:N0}"));
        }
    }

    /// <summary>The bounds of a first start.</summary>
    private sealed class Bounds : ISettings
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public StudioSettings Current { get; } = new();
    }
}
