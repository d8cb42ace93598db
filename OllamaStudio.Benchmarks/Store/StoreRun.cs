using System.Diagnostics;
using System.Globalization;
using Dapper;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Spans;

namespace OllamaStudio.Benchmarks.Store;

/// <summary>
/// Fills a data folder with a great many traces and conversations, made of real turns, and measures what a person waits for. A folder that
/// was filled before is measured as it is. Ends by itself.
/// </summary>
internal static class StoreRun
{
    /// <summary>The first argument that starts it; then the folder, how many traces, conversations and messages.</summary>
    public const string Verb = "store";

    private const int SpansAtOnce = 5_000;
    private const int Repeats = 30;

    // What most have, what some have, what one conversation has, what none has: by name, by value, by a part of it, by a number, by words.
    private static readonly string[] Attributes =
    [
        "attr.llm.finish_reason:stop", "attr.error.type:server_error", "attr.session.id=00000000000000000000000000000123", "attr.nobody.has.this", "attr.llm.finish_reason=nothing", "attr.llm.finish_reason:nothing-has-this",
        "attr.session.id:nothing-has-this", "attr.llm.tokens_output>1000000000", "attr.llm.prompt:nothing-has-this", "attr.llm.prompt:zzz",
    ];

    /// <summary>Fills and measures.</summary>
    public static async Task RunAsync(string folder, int traces = 150_000, int conversations = 10_000, int messages = 1_000_000)
    {
        await FillAsync(folder, traces, conversations, messages);
        await using (var store = new StoreUnderTest(folder))
        {
            await MeasureAsync(store);
        }

        // On top of what there is, but of a copy: the folder is measured again, and stays of its size.
        var copy = Directory.CreateDirectory(Path.Combine(folder, "copy"));
        try
        {
            File.Copy(Path.Combine(folder, StudioDatabase.FileName), Path.Combine(copy.FullName, StudioDatabase.FileName), overwrite: true);
            await using var store = new StoreUnderTest(copy.FullName);
            await PaceAsync(store, TimeProvider.System.GetUtcNow());
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    /// <summary>Fills a folder, unless it is.</summary>
    internal static async Task FillAsync(string folder, int traces, int conversations, int messages)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var store = new StoreUnderTest(folder);
        if (store.Traces.Count(new TraceQuery()) == 0)
        {
            await FillTracesAsync(store, traces, now);
        }

        await SumUpAsync(store);
        if (store.Conversations.LoadAll().Count == 0)
        {
            await FillConversationsAsync(store, conversations, messages, now);
        }
    }

    private static async Task FillTracesAsync(StoreUnderTest store, int count, DateTimeOffset now)
    {
        var turns = await RecordedTurns.RecordAsync();
        foreach (var turn in turns)
        {
            var call = turn.Spans.MaxBy(static span => span.Attributes.Length)!;
            Console.WriteLine($"recorded: {turn.Root[OllamaStudio.Core.Telemetry.TelemetryNames.Llm.Model]}, {turn.Spans.Length} spans, {turn.Spans.Sum(static span => span.Attributes.Length)} attributes ({call.Attributes.Length} on {call.Name})");
        }

        var (spans, watch, busy) = (0L, Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        var batch = new List<SpanRecord>();
        foreach (var trace in new GeneratedTraces(turns, now, TimeSpan.FromDays(29)).Take(count))
        {
            batch.AddRange(trace.Spans);
            if (batch.Count >= SpansAtOnce)
            {
                spans += batch.Count;
                await store.WriteAsync(batch);
                batch.Clear();
            }
        }

        spans += batch.Count;
        await store.WriteAsync(batch);
        Console.WriteLine($"filled: {count:N0} traces, {spans:N0} spans in {watch.Elapsed.TotalSeconds:N0} s, {spans / watch.Elapsed.TotalSeconds:N0} spans/s, {store.Bytes / (double)spans:N0} bytes a span, CPU {(Process.GetCurrentProcess().TotalProcessorTime - busy) / watch.Elapsed * 100:N0} %");
    }

    // The studio does it in the background, with pauses.
    private static async Task SumUpAsync(StoreUnderTest store)
    {
        await store.Writer.CheckpointAsync(); // without its log, the file's growth is that of the summaries alone
        var (before, known, watch) = (store.Bytes, CountBlocks(store), Stopwatch.StartNew());
        await store.Blocks.SumUpAsync(TimeSpan.Zero, CancellationToken.None);
        var elapsed = watch.Elapsed;
        await store.Writer.CheckpointAsync();
        if (CountBlocks(store) - known is > 0 and var made)
        {
            Console.WriteLine($"attributes summed up: {made:N0} blocks in {elapsed.TotalSeconds:N0} s, {elapsed.TotalMilliseconds / made:N0} ms each; the file is {(store.Bytes - before) / (double)before * 100:N2} % larger");
        }

        static long CountBlocks(StoreUnderTest store) => store.Read(static connection => connection.ExecuteScalar<long>("SELECT count(*) FROM attribute_block"));
    }

    private static async Task FillConversationsAsync(StoreUnderTest store, int count, int messages, DateTimeOffset now)
    {
        var (before, watch) = (store.Bytes, Stopwatch.StartNew());
        var waiting = new Queue<Task>();
        foreach (var conversation in new GeneratedConversations(now).Take(count, messages))
        {
            waiting.Enqueue(store.Conversations.SaveAsync(conversation));
            if (waiting.Count > 200)
            {
                await waiting.Dequeue();
            }
        }

        await Task.WhenAll(waiting);
        Console.WriteLine($"filled: {count:N0} conversations, {messages:N0} messages in {watch.Elapsed.TotalSeconds:N0} s, {(store.Bytes - before) / (double)messages:N0} bytes a message");
    }

    /// <summary>Measures all that is asked, and prints it.</summary>
    /// <returns>Medians in milliseconds by what is asked, in that order.</returns>
    internal static async Task<IReadOnlyList<(string Name, double Median)>> MeasureAsync(StoreUnderTest store)
    {
        var medians = new List<(string, double)>();
        Console.WriteLine($"{store.Traces.Count(new TraceQuery()):N0} traces, {store.Conversations.LoadAll().Count:N0} conversations, {store.Bytes / 1e6:N0} MB");
        Console.WriteLine($"{"",-64} {"first ms",8} {"p50 ms",8} {"p95 ms",8} {"max ms",8} {"rows",8}");
        foreach (var (name, query) in Queries())
        {
            Say(name, Repeat(() => store.Traces.Read(query).Count));
        }

        foreach (var text in Attributes)
        {
            Say("first page, " + text, await RepeatAsync(() => FirstPageAsync(store, new TraceQuery { Text = text })));
        }

        Say("count of all that match model:qwen3", Repeat(() => (int)store.Traces.Count(new TraceQuery { Text = "model:qwen3" })));
        Say("facets, all time", Repeat(() => (int)store.Traces.CountFacets(TimeRange.All).All));
        Say("sessions, 30 days", Repeat(() => store.Traces.ReadSessions(new TraceQuery { Range = TimeRange.Past(TimeSpan.FromDays(30)) }, most: 500).Count));
        Say("page 1,000 of the list", Repeat(() => store.Traces.Read(new TraceQuery(), skip: 100_000).Count));
        foreach (var range in Enum.GetValues<DashboardRange>())
        {
            Say($"dashboard, {range}", Repeat(() => store.Dashboard.Read(range, model: null).Windows.Length));
        }

        var newest = store.Traces.Read(new TraceQuery(), count: 1)[0].Trace.TraceId;
        Say("one trace", Repeat(() => store.Traces.Find(newest)!.Spans.Length));
        Say("all conversations' titles, as at the start", Repeat(() => store.Conversations.LoadAll().Count));
        foreach (var text in new[] { GeneratedConversations.CommonWord, GeneratedConversations.RareWord, "harb", "the of", "\"model token latency\"", "ysanthem", "qq", "no-such-thing-anywhere" })
        {
            var query = ConversationQuery.Parse(text);
            Say("search: " + text, Repeat(() =>
                store.Conversations.Search(query, 100, static _ => true, CancellationToken.None) is { Hits.Count: > 0 } hits ? hits.Hits.Count
                : query.WithinWords() is { } within ? store.Conversations.Search(within, 100, static _ => true, CancellationToken.None).Hits.Count
                : 0));
        }

        Say("a conversation of 1,000 messages", Repeat(() => store.Conversations.Load(GeneratedConversations.IdOf(0))!.Messages.Length));
        return medians;

        void Say(string name, (double[] Times, int Rows) measured)
        {
            var times = measured.Times.Skip(1).Order().ToArray();
            medians.Add((name, times[times.Length / 2]));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-64} {measured.Times[0],8:0.0} {times[times.Length / 2],8:0.0} {times[(int)(times.Length * 0.95)],8:0.0} {measured.Times.Max(),8:0.0} {measured.Rows,8:N0}"));
        }
    }

    // As it comes in the studio: one by one, from several threads' worth of turns, while a person reads the list.
    private static async Task PaceAsync(StoreUnderTest store, DateTimeOffset now)
    {
        const int PerSecond = 5_000;
        const int Seconds = 60;
        var turns = await RecordedTurns.RecordAsync();
        var spans = new GeneratedTraces(turns, now + TimeSpan.FromDays(1), TimeSpan.FromHours(1), seed: 12).Take(PerSecond * Seconds / 6).SelectMany(static trace => trace.Spans).Take(PerSecond * Seconds).ToArray();
        using var ended = new CancellationTokenSource();
        var summing = SumUpMeanwhileAsync(store, ended.Token);
        var (watch, busy, reads) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime, new List<double>());
        for (var i = 0; i < spans.Length; i++)
        {
            store.Spans.Add(spans[i]);
            if (i % (PerSecond / 50) == 0)
            {
                var ahead = TimeSpan.FromSeconds((double)i / PerSecond) - watch.Elapsed;
                await Task.Delay(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
            }

            if (i % PerSecond == 0)
            {
                var read = Stopwatch.StartNew();
                store.Traces.Read(new TraceQuery());
                reads.Add(read.Elapsed.TotalMilliseconds);
            }
        }

        var added = watch.Elapsed;
        await store.Spans.FlushAsync();
        Console.WriteLine($"{PerSecond:N0} spans a second for {added.TotalSeconds:N0} s: {store.Spans.LostSpanCount:N0} lost, the last stored {(watch.Elapsed - added).TotalMilliseconds:N0} ms after it ended, CPU {(Process.GetCurrentProcess().TotalProcessorTime - busy) / watch.Elapsed * 100:N0} % of a core; the first page meanwhile p95 {reads.Order().ElementAt((int)(reads.Count * 0.95)):N1} ms");
        await ended.CancelAsync();
        await summing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Sooner than the studio, which looks every minute, so that it falls into the time that is measured.
    private static async Task SumUpMeanwhileAsync(StoreUnderTest store, CancellationToken cancellationToken)
    {
        while (true)
        {
            await store.Blocks.SumUpAsync(AttributeBlocks.Pause, cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
        }
    }

    private static IEnumerable<(string Name, TraceQuery Query)> Queries()
    {
        yield return ("first page, no filter", new TraceQuery());
        foreach (var text in new[] { "model:qwen3", "status:error", "service:gateway", "tool:calculate", "duration>2s", "session:00000000000000000000000000000123", "errors>0", "tool:any" })
        {
            yield return ($"first page, {text}", new TraceQuery { Text = text });
        }

        yield return ("first page, last 24 hours", new TraceQuery { Range = TimeRange.Past(TimeSpan.FromHours(24)) });
        foreach (var text in new[] { "saffron", "saffron model:qwen3 status:ok", "\"saffron meadow\" model:phi4 status:ok", "model:phi4 status:error tokens.in>100000" })
        {
            yield return ($"first page, {text}", new TraceQuery { Text = text });
        }

        foreach (var sort in new[] { TraceSortKey.Duration, TraceSortKey.In, TraceSortKey.Model, TraceSortKey.Rate })
        {
            yield return ($"first page, sorted by {sort}", new TraceQuery { Sort = sort });
        }
    }

    private static async Task<int> FirstPageAsync(StoreUnderTest store, TraceQuery query)
    {
        var count = 0;
        await foreach (var _ in store.Traces.SearchAsync(query))
        {
            if (++count == 100)
            {
                break;
            }
        }

        return count;
    }

    // The first time stands for itself: it reads what is kept from then on.
    private static (double[] Times, int Rows) Repeat(Func<int> work)
    {
        var rows = 0;
        var times = new double[Repeats + 1];
        for (var i = 0; i < times.Length; i++)
        {
            var watch = Stopwatch.StartNew();
            rows = work();
            times[i] = watch.Elapsed.TotalMilliseconds;
        }

        return (times, rows);
    }

    private static async Task<(double[] Times, int Rows)> RepeatAsync(Func<Task<int>> work)
    {
        var (times, rows) = (new double[Repeats + 1], 0);
        for (var i = 0; i < times.Length; i++)
        {
            var watch = Stopwatch.StartNew();
            rows = await work();
            times[i] = watch.Elapsed.TotalMilliseconds;
        }

        return (times, rows);
    }
}
