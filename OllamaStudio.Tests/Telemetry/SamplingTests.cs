using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Trace;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>The panel beside a real tracer provider: it shows everything, and changes nothing of what is exported.</summary>
[Collection("telemetry")]
public sealed class SamplingTests : IDisposable
{
    private readonly SpanFeed _feed = new(new ManualTime());
    private readonly SpanListener _listener;
    private readonly KeepingExporter _exporter = new();

    public SamplingTests() => _listener = new SpanListener(_feed);

    public void Dispose()
    {
        _listener.Dispose();
        _feed.Dispose();
        _exporter.Dispose();
    }

    [Fact]
    public async Task At_ratio_zero_the_panel_shows_all_and_nothing_is_exported()
    {
        using (Provider(ratio: 0))
        {
            await RunTurnsAsync(20);
        }

        Assert.Equal(20, _feed.Traces.Count);
        Assert.All(_feed.Traces, trace => Assert.Equal(5, trace.Spans.Length));
        Assert.All(_feed.Traces.SelectMany(trace => trace.Spans), span => Assert.False(span.Sampled));
        Assert.Empty(_exporter.Spans);
    }

    [Fact]
    public async Task At_ratio_one_all_is_shown_as_sampled_and_exported()
    {
        using (Provider(ratio: 1))
        {
            await RunTurnsAsync(3);
        }

        Assert.All(_feed.Traces.SelectMany(trace => trace.Spans), span => Assert.True(span.Sampled));
        Assert.Equal(15, _exporter.Spans.Count);
    }

    [Fact]
    public async Task At_one_half_whole_traces_are_exported_and_the_panel_says_which()
    {
        using (Provider(ratio: 0.5))
        {
            await RunTurnsAsync(100);
        }

        var sampled = _feed.Traces.Where(trace => trace.Root.Sampled is true).ToList();
        Assert.Equal(100, _feed.Traces.Count);
        Assert.InRange(sampled.Count, 20, 80);
        Assert.All(_feed.Traces, trace => Assert.Single(trace.Spans.Select(span => span.Sampled).Distinct()));
        Assert.Equal(
            sampled.Select(trace => trace.TraceId).Order(),
            _exporter.Spans.GroupBy(span => span.TraceId.ToHexString()).Where(trace => trace.Count() == 5).Select(trace => trace.Key).Order());
    }

    private TracerProvider Provider(double ratio) => Sdk.CreateTracerProviderBuilder()
        .AddSource(StudioDiagnostics.Name)
        .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)))
        .AddProcessor(new SimpleActivityExportProcessor(_exporter))
        .Build();

    private static async Task RunTurnsAsync(int count)
    {
        var settings = new FakeSettings();
        var capture = new ContentCapture(settings);
        var runner = new TurnRunner(settings, capture, TimeProvider.System, NullLogger<TurnRunner>.Instance);
        for (var i = 0; i < count; i++)
        {
            var client = new InstrumentedChatClient(new ScriptedChatClient(Say("Hello"), Done()), settings, capture, TimeProvider.System);
            var sink = new Sink();
            await runner.RunAsync(
                new TurnRequest { SessionId = "s", Model = "m", Messages = [new ChatMessage(ChatRole.User, "Hi")], Client = client }, sink, CancellationToken.None);
            Assert.NotNull(sink.TraceId);
        }
    }

    private sealed class KeepingExporter : BaseExporter<Activity>
    {
        public List<Activity> Spans { get; } = [];

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                Spans.Add(span);
            }

            return ExportResult.Success;
        }
    }

    private sealed class Sink : ITurnSink
    {
        public string? TraceId { get; private set; }

        public void Started(string? traceId, bool sampled, CaptureLevel capture) => TraceId = traceId;

        public void Received(ChatResponseUpdate update)
        {
        }

        public (string Thinking, string Text) LatestAnswer() => ("", "");

        public ValueTask LogAsync(TurnResult result, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
