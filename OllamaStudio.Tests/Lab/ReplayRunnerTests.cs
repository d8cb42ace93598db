using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Lab;

/// <summary>A call that is made again, through the real client against a real server.</summary>
[Collection("telemetry")]
public sealed class ReplayRunnerTests : IAsyncLifetime
{
    private readonly SpanFeed _feed = new(TimeProvider.System);
    private SpanListener _listener = null!;
    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;
    private SpanRecord _origin = null!;
    private RecordedCall _call = null!;
    private string? _traceId;

    private ReplayRunner Runner => new(_rig.Servers, _rig.Store, _rig, _rig.Settings, new ContentCapture(_rig.Settings), TimeProvider.System);

    public async Task InitializeAsync()
    {
        _listener = new SpanListener(_feed, StudioDiagnostics.Name);
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 200, LoadDelay = TimeSpan.Zero });
        _rig = await ChatRig.StartAsync(_ollama.Address);
        _rig.Chat.Send(_rig.Conversation, "short", "demo-small:latest");
        var trace = _feed.FindTrace((await _rig.EndAsync()).TraceId!)!;
        _origin = trace.Spans.Single(CallReader.IsModelCall);
        _call = new CallReader(_rig.Store, _rig.Settings).Read(trace, _origin);
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
        _listener.Dispose();
        _feed.Dispose();
    }

    [Fact]
    public async Task A_replay_is_a_trace_of_its_own_that_links_to_its_origin_and_is_forgotten_with_its_conversation()
    {
        var text = "";
        var result = await Runner.RunAsync(_call.Request, _origin, Started, update => text += update.Text, default);

        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.NotEmpty(text);
        var replay = _feed.FindTrace(_traceId!)!;
        Assert.NotEqual(_origin.TraceId, replay.TraceId);
        Assert.Equal("lab", replay.Root["studio.source"]);
        var link = Assert.Single(replay.Root.Links);
        Assert.Equal((_origin.TraceId, _origin.SpanId), (link.TraceId, link.SpanId));
        Assert.Equal(KeyValuePair.Create<string, object?>("link.type", "replay_of_generation"), Assert.Single(link.Attributes));
        Assert.All(replay.Spans, span => Assert.Equal(_rig.Conversation.Id, span["session.id"]));
        Assert.All(replay.Spans, static span => Assert.Equal(SpanStatus.Ok, span.Status));
        Assert.Equal("generate_response", replay.Spans.Single(span => span.SpanId == replay.Spans.Single(CallReader.IsModelCall).ParentSpanId).Name);
        Assert.Equal(2, _rig.Conversation.Messages.Length);
    }

    [Fact]
    public async Task A_whole_reply_is_asked_for_where_the_first_one_came_whole()
    {
        var result = await Runner.RunAsync(_call.Request with { IsStreamed = false }, _origin, Started, static _ => { }, default);

        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Contains(_feed.FindTrace(_traceId!)!.Spans, static span => span.Name == "ollama.chat_with_tools");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_temporary_chats_call_nothing_is_on_disk_and_the_window_that_it_asked_for_is_no_chats_own(bool isTemporary)
    {
        using var spans = new SpanCollector();
        var origin = _origin with { Attributes = [.. _origin.Attributes.Where(static one => one.Key != "session.id"), new("session.id", _rig.Store.Create(isTemporary).Id)] };

        await Runner.RunAsync(_call.Request with { Options = new() { ["num_ctx"] = 512 } }, origin, Started, static _ => { }, default);
        await _rig.Servers.RefreshAsync(default);

        Assert.NotEmpty(spans.Ended);
        Assert.All(spans.Ended, span => Assert.Equal(isTemporary, UnstoredTrace.Has(span)));
        Assert.Equal(512, _rig.Servers.Status.Current.FindRunning("demo-small:latest")!.ContextLength);
        Assert.NotEqual(512, _rig.Servers.Status.Current.OwnWindowOf("demo-small:latest"));
    }

    [Fact]
    public async Task It_is_stopped_and_its_spans_end()
    {
        using var stop = new CancellationTokenSource();
        var result = await Runner.RunAsync(_call.Request, _origin, Started, _ => stop.Cancel(), stop.Token);

        Assert.Equal(TurnOutcome.Stopped, result.Outcome);
        Assert.False(_feed.FindTrace(_traceId!)!.IsRunning);
        Assert.Equal("cancelled", _feed.FindTrace(_traceId!)!.Root["llm.finish_reason"]);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_said_in_Ollamas_words()
    {
        var result = await Runner.RunAsync(_call.Request with { Model = "no-such-model" }, _origin, Started, static _ => { }, default);

        Assert.Equal(TurnOutcome.Failed, result.Outcome);
        Assert.Equal("model 'no-such-model' not found", Assert.IsType<OllamaException>(result.Error).Message);
        Assert.Equal(SpanStatus.Error, _feed.FindTrace(_traceId!)!.Root.Status);
    }

    private void Started(string? traceId) => _traceId = traceId;
}
