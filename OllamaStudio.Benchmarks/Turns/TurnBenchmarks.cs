using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using OllamaStudio.Benchmarks.Replies;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace OllamaStudio.Benchmarks.Turns;

/// <summary>What watching a streamed turn costs, from the user's message to its last span.</summary>
public class TurnBenchmarks
{
    private readonly List<IDisposable> _watchers = [];
    private Studio _studio = null!;

    [GlobalSetup(Target = nameof(Unwatched))]
    public async Task SetupAsync()
    {
        using var model = new OllamaChatClient(ReplyInMemory.CreateClient(), RecordedReply.Model);
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in model.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Why is the sky blue?")]))
        {
            updates.Add(update);
        }

        _studio = new Studio(updates, RecordedReply.Model);
    }

    [GlobalSetup(Target = nameof(LivePanel))]
    public async Task SetupLivePanelAsync()
    {
        await SetupAsync();
        Watch(new SpanFeed(TimeProvider.System), feed => new SpanListener(feed));
    }

    [GlobalSetup(Target = nameof(LivePanelAndExport))]
    public async Task SetupExportAsync()
    {
        await SetupLivePanelAsync();
        var router = new SpanRouter();
        var tail = new TailSampler(router, TimeProvider.System, headDecidesFirst: false);
        _watchers.Add(router);
        _watchers.Add(tail);
        _watchers.Add(Sdk.CreateTracerProviderBuilder()
            .WithoutEnvironment()
            .AddSource(StudioDiagnostics.Name)
            .SetSampler(new HeadSampler(static () => 1, tail))
            .AddProcessor(new BatchActivityExportProcessor(new LastBatchExporter()))
            .Build());
    }

    /// <summary>They are the process's: none may be left for the next benchmark.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _watchers.Reverse();
        _watchers.ForEach(watcher => watcher.Dispose());
        _watchers.Clear();
    }

    /// <summary>Nobody listens.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RecordedReply.Chunks)]
    public Task<TurnOutcome> Unwatched() => _studio.RunAsync();

    /// <summary>The live panel's listener and feed.</summary>
    [Benchmark(OperationsPerInvoke = RecordedReply.Chunks)]
    public Task<TurnOutcome> LivePanel() => _studio.RunAsync();

    /// <summary>And a provider that samples everything and exports in batches, into memory.</summary>
    [Benchmark(OperationsPerInvoke = RecordedReply.Chunks)]
    public Task<TurnOutcome> LivePanelAndExport() => _studio.RunAsync();

    private void Watch(SpanFeed feed, Func<SpanFeed, SpanListener> listen)
    {
        _watchers.Add(feed);
        _watchers.Add(listen(feed));
    }
}
