using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Benchmarks.Loopback;
using OllamaStudio.Benchmarks.Replies;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Push;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace OllamaStudio.Benchmarks.Turns;

/// <summary>
/// What the studio adds to a turn of <see cref="Chunks"/> chunks over loopback: the same request by the bare client and by a whole turn with
/// spans, live feed, metrics, export, spool on disk and read-back, in turn. Server and receiver are processes of their own. Ends by itself after some three minutes.
/// </summary>
internal static class TurnsRun
{
    /// <summary>The argument that asks for it.</summary>
    public const string Verb = "turns";

    private const int Chunks = 257;
    private const int Rounds = 5;
    private const int Turns = 600;
    private const string Prompt = "Why is the sky blue?";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs it and prints each round, then the medians in one line.</summary>
    public static async Task RunAsync()
    {
        var data = new DataFolder(Directory.CreateTempSubdirectory("ollama-studio-bench-").FullName);
        try
        {
            using var server = new ServerProcess(Framing.FlushedLines, Chunks);
            using var receiver = new ServerProcess(ReceiverServer.Verb);
            using var ollama = new OllamaClient(OllamaEndpoint.Parse(server.Address.ToString()));
            using var client = new OllamaChatClient(ollama, RecordedReply.Model);
            var studio = new Studio(client, RecordedReply.Model, new StudioSettings
            {
                Telemetry = new TelemetrySettings { Destination = new DestinationSettings { Endpoint = new Uri(receiver.Address, "v1/traces").ToString() } },
            });
            await MeasureAsync(studio, client, data);
        }
        finally
        {
            Directory.Delete(data.Path, recursive: true);
        }
    }

    private static async Task MeasureAsync(Studio studio, OllamaChatClient client, DataFolder data)
    {
        using var feed = new SpanFeed(TimeProvider.System);
        using var listener = new SpanListener(feed);
        using var router = new SpanRouter();
        using var tail = new TailSampler(router, TimeProvider.System, headDecidesFirst: false);
        using var tracing = Sdk.CreateTracerProviderBuilder()
            .WithoutEnvironment()
            .AddSource(StudioDiagnostics.Name)
            .SetSampler(new HeadSampler(static () => 1, tail))
            .AddProcessor(router)
            .Build();
        var answered = new AnsweredServers(data);
        using var metrics = new MetricPush(answered, TimeProvider.System, NullLogger<SignalSender>.Instance);
        using var metering = Metering.Begin();
        using var logs = new LogPush(recorder: null, answered, TimeProvider.System, NullLogger<SignalSender>.Instance);
        await using var export = new ExportService(studio, answered, router, tail, metrics, logs, TimeProvider.System, NullLogger<ExportService>.Instance, exported: null, data);
        await export.StartAsync(CancellationToken.None);

        for (var warmUp = 0; warmUp < 2; warmUp++)
        {
            await RunAsync(() => BareAsync(client), Turns, () => Task.CompletedTask); // compiled a second time while they run
            await RunAsync(() => TurnAsync(studio), Turns, () => SettleAsync(export));
        }

        List<Cost> bare = [], whole = [];
        for (var round = 0; round < Rounds; round++)
        {
            var (alone, watched) = await TimeAsync(() => BareAsync(client), () => TurnAsync(studio));
            await SettleAsync(export);
            bare.Add(await RunAsync(() => BareAsync(client), Turns, () => Task.CompletedTask) with { Milliseconds = alone });
            whole.Add(await RunAsync(() => TurnAsync(studio), Turns, () => SettleAsync(export)) with { Milliseconds = watched });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bare {bare[^1]}, studio {whole[^1]}"));
        }

        var books = export.Books.Destinations.Single();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"spans: {books.Kept} kept, {books.Sent} sent, {books.Stored} read back by {books.LookUps} look-ups, {books.Resent} sent again, {books.Dropped} dropped"));
        var added = whole.Zip(bare).Select(static pair => pair.First.Minus(pair.Second)).ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"turns: bare {Median(bare, static one => one.Milliseconds):0.00} ms, studio {Median(whole, static one => one.Milliseconds):0.00} ms, added {Median(added, static one => one.Milliseconds):0.00} ms, {Median(added, static one => one.Processor):0.00} ms CPU, {Median(added, static one => one.Kilobytes):0} KB"));
    }

    private static async Task<int> BareAsync(OllamaChatClient client)
    {
        var length = 0;
        await foreach (var update in client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, Prompt)]))
        {
            length += update.Text.Length;
        }

        return length;
    }

    private static async Task<int> TurnAsync(Studio studio) =>
        await studio.RunAsync() is TurnOutcome.Completed ? 0 : throw new InvalidOperationException("A turn failed.");

    // One of each in turn, so that both have the same luck: the medians of their times.
    private static async Task<(double Bare, double Whole)> TimeAsync(Func<Task<int>> bare, Func<Task<int>> whole)
    {
        var (first, second) = (new double[Turns], new double[Turns]);
        for (var i = 0; i < Turns; i++)
        {
            first[i] = await TimeAsync(bare);
            second[i] = await TimeAsync(whole);
        }

        return (Median([.. first]), Median([.. second]));
    }

    private static async Task<double> TimeAsync(Func<Task<int>> turn)
    {
        var start = Stopwatch.GetTimestamp();
        await turn();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // Sending, reading back and the collector's work belong to the turns that made them necessary: all of one kind in a row, and that waited for.
    private static async Task<Cost> RunAsync(Func<Task<int>> turn, int count, Func<Task> settle)
    {
        GC.Collect();
        var (processor, bytes) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
        for (var i = 0; i < count; i++)
        {
            await turn();
        }

        await settle();
        return new Cost(
            0,
            (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds / count,
            (GC.GetTotalAllocatedBytes(precise: true) - bytes) / 1000.0 / count);
    }

    private static async Task SettleAsync(ExportService export)
    {
        var begun = Stopwatch.GetTimestamp();
        while (export.Books.Destinations.Single() is not { Waiting: 0, Unproved: 0 })
        {
            if (Stopwatch.GetElapsedTime(begun) > s_patience)
            {
                throw new TimeoutException($"Not all spans were sent and read back: {export.Books.Destinations.Single()}");
            }

            await Task.Delay(s_look);
        }
    }

    private static double Median(List<Cost> costs, Func<Cost, double> figure) => Median([.. costs.Select(figure)]);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>What a turn costs: its time in the median, processor time and memory on average.</summary>
    private sealed record Cost(double Milliseconds, double Processor, double Kilobytes)
    {
        public Cost Minus(Cost other) => new(Milliseconds - other.Milliseconds, Processor - other.Processor, Kilobytes - other.Kilobytes);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds:0.00} ms, {Processor:0.00} ms CPU, {Kilobytes:0} KB");
    }
}
