using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Export;

/// <summary>Spans of many megabytes: each arrives, no request is larger than it need be, and what waits has a bound in bytes.</summary>
[Collection("telemetry")]
public sealed class LargeSpansTests
{
    private const int Megabyte = 1_000_000;

    [Fact]
    public async Task Every_span_of_turns_with_large_replies_at_Full_arrives()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Capture = CaptureLevel.Full });
        rig.Receiver.KeepsNoContent = true;
        var runner = new TurnRunner(rig.Settings, new ContentCapture(rig.Settings), TimeProvider.System, NullLogger<TurnRunner>.Instance);
        List<string> cut = [];
        foreach (var megabytes in new[] { 2, 2, 30 })
        {
            var client = new InstrumentedChatClient(
                new ScriptedChatClient([.. Enumerable.Repeat(Say(new string('a', Megabyte)), megabytes), Done()]), rig.Settings, new ContentCapture(rig.Settings), TimeProvider.System);
            var sink = new Sink();
            await runner.RunAsync(new TurnRequest { SessionId = "s", Model = "m", Messages = [new ChatMessage(ChatRole.User, "Hi")], Client = client }, sink, CancellationToken.None);
            cut.AddRange(megabytes == 30 ? [sink.TraceId!] : []);
        }

        await rig.WaitForStatusAsync(status => status is { Waiting: 0, Exported: > 0 });
        Assert.Equal((ExportState.Healthy, 0L, 0L), (rig.Status.State, rig.Status.Failed, rig.Status.Dropped));
        Assert.All(rig.Receiver.Spans.GroupBy(span => span.TraceId), trace => Assert.Equal(
            ["chat_interaction", "generate_response", "log_interaction", "ollama.chat_streaming", "process_streaming_response"],
            trace.Select(span => span.Name).Order(StringComparer.Ordinal)));
        Assert.Equal(15, rig.Receiver.Spans.Count);

        // 30 MB of reply are written several times over: more than the exporter can send of one span.
        var marked = Assert.Single(rig.Receiver.Spans, span => span.Attributes.ContainsKey("studio.content_cut"));
        Assert.Equal((cut[0], "ollama.chat_streaming"), (marked.TraceId, marked.Name));
        Assert.Equal(30L * Megabyte, marked.Attributes["llm.response_length"]);
    }

    [Fact]
    public async Task A_request_ends_at_four_megabytes_and_a_larger_span_goes_alone()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { ScheduledDelayMilliseconds = 600_000 } });
        foreach (var megabytes in new[] { 1, 1, 1, 1, 1, 6, 1 })
        {
            Emit(megabytes);
        }

        rig.Settings.UpdateTelemetry(settings => settings with { Environment = "flushes" });
        await rig.StopAsync();
        Assert.Equal([4, 1, 6, 1], rig.Receiver.Bodies.Select(body => body.Length / Megabyte));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    public async Task A_receiver_that_refuses_large_requests_gets_smaller_ones_and_of_a_span_that_is_still_too_large_its_beginning(string compression)
    {
        using var variable = new EnvironmentVariable("OTEL_EXPORTER_OTLP_COMPRESSION", compression);
        await using var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { ScheduledDelayMilliseconds = 600_000 } });
        rig.Receiver.MaxBodyBytes = 200_000;
        for (var i = 0; i < 10; i++)
        {
            Emit(100_000);
        }

        var large = Emit(400_000);
        rig.Settings.UpdateTelemetry(settings => settings with { Environment = "flushes" });

        await rig.WaitForStatusAsync(status => status.Waiting == 0);
        Assert.Equal((ExportState.Healthy, 11L, 0L), (rig.Status.State, rig.Status.Exported, rig.Status.Failed));
        Assert.Equal(11, rig.Receiver.Spans.Select(span => span.SpanId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(11, rig.Receiver.Spans.Count);
        Assert.Equal(10, rig.Receiver.Spans.Count(span => span.Attributes["text"] is string { Length: 100_000 }));
        var cut = Assert.Single(rig.Receiver.Spans, span => span.TraceId == large);
        Assert.Equal((1001, "kept"), (((string)cut.Attributes["text"]!).Length, cut.Attributes["other"]));
        Assert.InRange((long)cut.Attributes["studio.content_cut"]!, 398_000, 400_000);
        Assert.Equal("ollama-client", cut.Resource["service.name"]);
        Assert.Null(rig.Status.LastError);
    }

    [Fact]
    public async Task Of_a_span_whose_events_alone_are_too_large_their_texts_are_cut_and_of_one_of_many_numbers_nothing()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { ScheduledDelayMilliseconds = 600_000 } });
        rig.Receiver.MaxBodyBytes = 200_000;
        Activity.Current = null;
        using (var span = StudioDiagnostics.Source.StartActivity("of events")!)
        {
            span.SetTag("other", "kept").AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection { ["exception.stacktrace"] = new string('x', 300_000), ["exception.type"] = "T" }));
        }

        Activity.Current = null;
        using (var span = StudioDiagnostics.Source.StartActivity("of numbers")!)
        {
            span.SetTag("numbers", Enumerable.Range(0, 60_000).Select(static number => (long)number << 40).ToArray());
        }

        rig.Settings.UpdateTelemetry(settings => settings with { Environment = "flushes" });

        var status = await rig.WaitForStatusAsync(status => status is { Waiting: 0, Exported: 1, Failed: 1 });
        Assert.EndsWith("even one span, its texts cut, is too large for it", status.LastError, StringComparison.Ordinal);
        var cut = Assert.Single(rig.Receiver.Spans);
        var happened = Assert.Single(cut.Events);
        Assert.Equal(("of events", "kept", "exception", "T", 1001), (cut.Name, cut.Attributes["other"], happened.Name, happened.Attributes["exception.type"], ((string)happened.Attributes["exception.stacktrace"]!).Length));
        Assert.InRange((long)cut.Attributes["studio.content_cut"]!, 298_000, 300_000);
    }

    [Fact]
    public async Task A_receiver_that_takes_not_even_that_is_told_of()
    {
        await using var rig = await ExportRig.StartAsync();
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(413);
        Emit(100_000);

        var status = await rig.WaitForStatusAsync(status => status.Failed == 1);
        Assert.Equal(
            (ExportState.Failing, 0L, $"127.0.0.1:{rig.Receiver.Port} refused the spans: 413 Request Entity Too Large — even one span, its texts cut, is too large for it"),
            (status.State, status.Waiting, status.LastError));
    }

    [Fact]
    public async Task Beyond_the_bound_in_bytes_the_oldest_kept_are_given_up()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { MaxQueueMegabytes = 10 } }, new PauseClock());
        await rig.Receiver.StopAsync();
        List<string> traceIds = [];
        for (var i = 1; i <= 12; i++)
        {
            traceIds.Add(Emit(2));
            await rig.WaitForStatusAsync(status => status.Waiting + status.Failed + status.Dropped == i && status.NextTry is not null);
        }

        var status = await rig.WaitForStatusAsync(status => status.Waiting <= 4);
        Assert.Equal((12L, 0L), (status.Waiting + status.Failed, status.Dropped));
        Assert.InRange(status.Waiting, 2, 4);
        Assert.Equal(TraceExportState.Failed, rig.Pipeline.StateOf(traceIds[0]));
        Assert.Equal(TraceExportState.Waiting, rig.Pipeline.StateOf(traceIds[^1]));

        await rig.Receiver.RestartAsync();
        rig.Pipeline.TryNow();
        await rig.WaitForStatusAsync(one => one.Waiting == 0 && one.Exported == status.Waiting);
    }

    [Fact]
    public async Task Where_nothing_can_be_given_up_what_finds_no_room_is_dropped()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with
        {
            Batch = settings.Batch with { MaxQueueMegabytes = 10, MaxExportBatchSize = 1, ExportTimeoutMilliseconds = 600_000 },
        });
        var release = new TaskCompletionSource();
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok with { After = release.Task };
        Emit(3);
        await rig.Receiver.WaitForRequestsAsync(1);
        Emit(3);
        Emit(3);
        var dropped = Emit(3);
        Assert.Equal((1L, 3L, TraceExportState.Failed), (rig.Status.Dropped, rig.Status.Waiting, rig.Pipeline.StateOf(dropped)));

        release.SetResult();
        await rig.WaitForStatusAsync(status => status is { Waiting: 0, Exported: 3 });
        Emit(9);
        await rig.WaitForStatusAsync(status => status.Exported == 4);
    }

    /// <summary>A root span with a text: of that many megabytes, or of that many characters where they are more than a hundred.</summary>
    private static string Emit(int size)
    {
        Activity.Current = null;
        using var span = StudioDiagnostics.Source.StartActivity("large")!;
        var text = new byte[(size > 100 ? size : size * Megabyte) / 2];
        new Random(size).NextBytes(text); // what can hardly be compressed
        span.SetTag("text", Convert.ToHexString(text)).SetTag("other", "kept");
        return span.TraceId.ToHexString();
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
