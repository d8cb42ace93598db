using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Benchmarks.Loopback;
using OllamaStudio.Benchmarks.Replies;
using OllamaStudio.Benchmarks.Store;
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
/// Many at once: 200 chats stream for a minute, each writes some 50 pieces a second over loopback into a conversation that is stored, with spans,
/// live feed, metrics, export, spool and read-back. Tells what was dropped or lost, and what memory is left taken. Ends by itself after some two minutes.
/// </summary>
internal static class CrowdRun
{
    /// <summary>The argument that asks for it.</summary>
    public const string Verb = "crowd";

    private const int Chats = 200;
    private const int Chunks = 257;
    private const int Pause = 20; // ms
    private const int WarmUpTurns = 3_000; // the feed is full then, and stays so

    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs it and prints one line.</summary>
    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ollama-studio-crowd-");
        try
        {
            await RunAsync(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string folder)
    {
        using var fast = new ServerProcess(Framing.FlushedLines, Chunks);
        using var paced = new ServerProcess(ReplyServer.Verb, $"{Framing.FlushedLines}", $"{Chunks}", $"{Pause}");
        using var receiver = new ServerProcess(ReceiverServer.Verb);
        await using var store = new StoreUnderTest(folder);
        using var listener = new SpanListener(store.Feed, store.Spans);
        var settings = new Turning(new StudioSettings { Telemetry = new() { Destination = new() { Endpoint = new Uri(receiver.Address, "v1/traces").ToString() } } });
        using var router = new SpanRouter();
        using var tail = new TailSampler(router, TimeProvider.System, headDecidesFirst: false);
        using var tracing = Sdk.CreateTracerProviderBuilder().WithoutEnvironment().AddSource(StudioDiagnostics.Name).SetSampler(new HeadSampler(static () => 1, tail)).AddProcessor(router).Build();
        var data = new DataFolder(folder);
        var answered = new AnsweredServers(data);
        using var metrics = new MetricPush(answered, TimeProvider.System, NullLogger<SignalSender>.Instance);
        using var metering = Metering.Begin();
        using var logs = new LogPush(recorder: null, answered, TimeProvider.System, NullLogger<SignalSender>.Instance);
        await using var export = new ExportService(settings, answered, router, tail, metrics, logs, TimeProvider.System, NullLogger<ExportService>.Instance, exported: null, data);
        await export.StartAsync(CancellationToken.None);
        var saver = new ConversationSaver(store.Conversations, TimeProvider.System, NullLogger.Instance, static _ => { });

        using var warm = new Turns(settings, saver, fast.Address);
        for (var turn = 0; turn < WarmUpTurns; turn++)
        {
            await warm.RunAsync();
        }

        var before = await SettleAsync(export, store, saver);
        using var turns = new Turns(settings, saver, paced.Address);
        var (watch, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var counts = await Task.WhenAll(Enumerable.Range(0, Chats).Select(_ => ChatAsync(turns, watch)));
        var busy = (Environment.CpuUsage.TotalTime - processor) / watch.Elapsed * 100;
        var peak = GC.GetTotalMemory(forceFullCollection: false) / 1e6;
        var after = await SettleAsync(export, store, saver);

        var books = export.Books.Destinations.Single();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"crowd: {Chats} chats, {counts.Sum():N0} turns in {watch.Elapsed.TotalSeconds:0} s, {busy:0} % of a core; spans: {books.Kept:N0} kept, {books.Stored:N0} read back, {books.Dropped} dropped, {books.Refused} refused, {store.Spans.LostSpanCount} not stored; memory {before:0.0} MB before, {peak:0.0} at the end, {after:0.0} after, {after / before:0.00} times"));
    }

    private static async Task<int> ChatAsync(Turns turns, Stopwatch watch)
    {
        var count = 0;
        for (; watch.Elapsed < s_length; count++)
        {
            await turns.RunAsync();
        }

        return count;
    }

    private static async Task<double> SettleAsync(ExportService export, StoreUnderTest store, ConversationSaver saver)
    {
        var begun = Stopwatch.GetTimestamp();
        await saver.FlushAllAsync();
        await store.Spans.FlushAsync();
        while (export.Books.Destinations.Single() is not { Waiting: 0, Unproved: 0 })
        {
            if (Stopwatch.GetElapsedTime(begun) > s_patience)
            {
                throw new TimeoutException($"Not all spans were sent and read back: {export.Books.Destinations.Single()}");
            }

            await Task.Delay(s_look);
        }

        return GC.GetTotalMemory(forceFullCollection: true) / 1e6;
    }

    /// <summary>Runs turns, each in a conversation of its own that nobody keeps.</summary>
    private sealed class Turns : IDisposable
    {
        private readonly TurnRunner _runner;
        private readonly OllamaClient _ollama;
        private readonly InstrumentedChatClient _client;
        private readonly ConversationSaver _saver;

        public Turns(ISettings settings, ConversationSaver saver, Uri server)
        {
            var capture = new ContentCapture(settings);
            _saver = saver;
            _runner = new TurnRunner(settings, capture, TimeProvider.System, NullLogger<TurnRunner>.Instance);
            _ollama = new OllamaClient(OllamaEndpoint.Parse(server.ToString()));
            _client = new InstrumentedChatClient(new OllamaChatClient(_ollama, RecordedReply.Model), settings, capture, TimeProvider.System);
        }

        public void Dispose()
        {
            _client.Dispose();
            _ollama.Dispose();
        }

        public async Task RunAsync()
        {
            var (id, now) = (Guid.CreateVersion7().ToString("N"), TimeProvider.System.GetUtcNow());
            using var conversation = new Conversation(id, TimeProvider.System);
            conversation.SaveWith(_saver);
            conversation.TryBegin(
                new MessageRecord { Id = id + "p", Role = MessageRole.User, Text = "Why is the sky blue?", CreatedAt = now },
                new MessageRecord { Id = id + "r", Role = MessageRole.Assistant, State = MessageState.Streaming, CreatedAt = now, Model = RecordedReply.Model });
            var result = await _runner.RunAsync(
                new TurnRequest { SessionId = id, Model = RecordedReply.Model, Messages = [new ChatMessage(ChatRole.User, "Why is the sky blue?")], Client = _client },
                new Writing(conversation), CancellationToken.None);
            if (result.Outcome is not TurnOutcome.Completed)
            {
                throw new InvalidOperationException($"A turn failed: {result.Error}");
            }

            conversation.UpdateReply(static reply => reply with { State = MessageState.Complete });
            await _saver.FlushAsync(conversation);
        }
    }

    /// <summary>Writes what comes into a conversation.</summary>
    private sealed class Writing(Conversation conversation) : ITurnSink
    {
        public void Started(string? traceId, bool sampled, CaptureLevel capture)
        {
        }

        public void Received(ChatResponseUpdate update) => conversation.Append(update.Text, null);

        public (string Thinking, string Text) LatestAnswer() => ("", "");

        public ValueTask LogAsync(TurnResult result, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    /// <summary>Settings that stay.</summary>
    private sealed class Turning(StudioSettings settings) : ISettings
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public StudioSettings Current => settings;
    }
}
