using System.Diagnostics;
using System.Globalization;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Benchmarks.Turns;

/// <summary>
/// What the live feed takes: two threads end 26,000 spans a second each, while a page is told of every change and reads. What is timed is how long
/// whoever ends a span is kept. Ends by itself after some fifteen seconds.
/// </summary>
internal static class FeedRun
{
    /// <summary>The argument that asks for it.</summary>
    public const string Verb = "feed";

    private const int PerSecond = 26_000; // 50,000 of both are asked for, and some are always late
    private const int WarmUpSeconds = 4;
    private const int Seconds = 10;
    private const int SpansOfTrace = 6;
    private const int Attributes = 24;

    private static readonly string s_preview = new('x', 400);

    /// <summary>Runs it and prints one line.</summary>
    public static void Run()
    {
        using var feed = new SpanFeed(TimeProvider.System);
        using var listener = new SpanListener(feed);
        var reads = 0;
        using var page = feed.Subscribe(() => reads += feed.Traces.Count > 0 ? 1 : 0);
        Produce(WarmUpSeconds);

        var (watch, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        long[] kept = [.. Produce(Seconds).Order()];
        var elapsed = watch.Elapsed;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"feed: {kept.Length / elapsed.TotalSeconds:N0} span ends a second from two threads, each kept p50 {Micros(kept, 0.5):0.0} µs, p99 {Micros(kept, 0.99):0.0} µs, p99.9 {Micros(kept, 0.999):0.0} µs, longest {Micros(kept, 1):N0} µs; {reads} reads meanwhile, {(Environment.CpuUsage.TotalTime - processor) / elapsed * 100:0} % of a core"));
    }

    private static long[] Produce(int seconds)
    {
        var kept = new long[2][];
        Thread[] threads = [.. kept.Select((_, index) => new Thread(() => kept[index] = Emit(seconds)))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        return [.. kept[0], .. kept[1]];
    }

    // As many as are due, whenever the scheduler lets it: what it missed comes at once, which is harder than a steady pace.
    private static long[] Emit(int seconds)
    {
        var kept = new long[PerSecond * seconds];
        var (watch, count) = (Stopwatch.StartNew(), 0);
        while (count < kept.Length)
        {
            var due = Math.Min(kept.Length, (int)(watch.Elapsed.TotalSeconds * PerSecond));
            while (count < due)
            {
                using var root = Start("chat_interaction");
                for (var inner = 1; inner < SpansOfTrace && count < due; inner++)
                {
                    kept[count++] = End(Start("ollama.chat_streaming"));
                }

                if (count < due)
                {
                    kept[count++] = End(root);
                }
            }

#pragma warning disable RS0030 // A producer's thread does nothing until more is due.
            Thread.Sleep(1);
#pragma warning restore RS0030
        }

        return kept;
    }

    private static Activity Start(string name)
    {
        var span = StudioDiagnostics.Source.StartActivity(name)!;
        span.SetTag(TelemetryNames.Llm.ResponsePreview, s_preview);
        for (var i = 1; i < Attributes; i++)
        {
            span.SetTag(s_names[i], i);
        }

        return span;
    }

    private static readonly string[] s_names = [.. Enumerable.Range(0, Attributes).Select(static i => string.Create(CultureInfo.InvariantCulture, $"benchmark.{i}"))];

    private static long End(Activity span)
    {
        var start = Stopwatch.GetTimestamp();
        span.Stop();
        return Stopwatch.GetTimestamp() - start;
    }

    private static double Micros(long[] ordered, double share) => ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * share))] * 1e6 / Stopwatch.Frequency;
}
