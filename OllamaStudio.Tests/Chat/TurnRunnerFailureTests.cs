using System.Diagnostics;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Telemetry;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Chat;

/// <summary>Turns that are stopped, that fail, or whose listeners do.</summary>
[Collection("telemetry")]
public sealed class TurnRunnerFailureTests : IDisposable
{
    private readonly TurnFixture _turn = new();

    public void Dispose() => _turn.Dispose();

    [Fact]
    public async Task A_turn_that_the_person_stops_is_no_error_and_keeps_its_text()
    {
        using var stop = new CancellationTokenSource();
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var model = new ScriptedChatClient(Say("Partial"), Hang(hangs));
        var running = _turn.RunAsync(model, cancellationToken: stop.Token);
        await hangs.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await stop.CancelAsync();
        var result = await running.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(TurnOutcome.Stopped, result.Outcome);
        Assert.Equal("cancelled", result.FinishReason);
        Assert.Null(result.Error);
        Assert.Same(result, _turn.Logged);
        Assert.Equal("Partial", _turn.Spans["chat_interaction"].GetTagItem("output.value"));
        foreach (var name in new[] { "chat_interaction", "generate_response", "ollama.chat_streaming", "process_streaming_response" })
        {
            Assert.Equal(ActivityStatusCode.Ok, _turn.Spans[name].Status);
            Assert.Equal("cancelled", _turn.Spans[name].GetTagItem("llm.finish_reason"));
            Assert.Empty(_turn.Spans[name].Events);
        }

        Assert.Equal("Partial", _turn.Spans["ollama.chat_streaming"].GetTagItem("llm.response_preview"));
        Assert.True(model.Disposed);
    }

    [Fact]
    public async Task A_turn_stopped_before_it_began_asks_nothing()
    {
        var model = new ScriptedChatClient(Say("Hello"), Done());

        var result = await _turn.RunAsync(model, cancellationToken: new CancellationToken(canceled: true));

        Assert.Equal(TurnOutcome.Stopped, result.Outcome);
        Assert.Empty(model.Seen);
        Assert.Same(result, _turn.Logged);
    }

    [Theory]
    [InlineData(OllamaErrorKind.StreamIncomplete, "stream_incomplete")]
    [InlineData(OllamaErrorKind.FailedMidStream, "failed_mid_stream")]
    [InlineData(OllamaErrorKind.ModelMissing, "model_missing")]
    [InlineData(OllamaErrorKind.ContextExceeded, "context_exceeded")]
    [InlineData(OllamaErrorKind.RunnerDied, "runner_died")]
    public async Task A_failure_is_a_result_with_its_kind_on_every_span_it_went_through(OllamaErrorKind kind, string errorType)
    {
        var error = new OllamaException(kind, "model 'x' not found");

        var result = await _turn.RunAsync(Say("Half an ans"), Throw(error));

        Assert.Equal(TurnOutcome.Failed, result.Outcome);
        Assert.Same(error, result.Error);
        Assert.Same(result, _turn.Logged);
        foreach (var name in new[] { "chat_interaction", "generate_response", "ollama.chat_streaming", "process_streaming_response" })
        {
            var span = _turn.Spans[name];
            Assert.Equal(ActivityStatusCode.Error, span.Status);
            Assert.Equal("model 'x' not found", span.StatusDescription);
            Assert.Equal(errorType, span.GetTagItem("error.type"));
            var happened = Assert.Single(span.Events);
            Assert.Equal("exception", happened.Name);
            var tags = happened.Tags.ToDictionary();
            Assert.Equal(typeof(OllamaException).FullName, tags["exception.type"]);
            Assert.Equal("model 'x' not found", tags["exception.message"]);
            Assert.Contains(nameof(ScriptedChatClient), Assert.IsType<string>(tags["exception.stacktrace"]), StringComparison.Ordinal);
        }

        Assert.Equal("Half an ans", _turn.Spans["chat_interaction"].GetTagItem("output.value"));
        Assert.Equal("Half an ans", _turn.Spans["ollama.chat_streaming"].GetTagItem("llm.response_preview"));
        Assert.Equal(ActivityStatusCode.Ok, _turn.Spans["log_interaction"].Status);
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_an_error()
    {
        var result = await _turn.RunAsync(Throw(new TaskCanceledException("A time limit struck.")));

        Assert.Equal(TurnOutcome.Failed, result.Outcome);
        Assert.Equal(ActivityStatusCode.Error, _turn.Spans["ollama.chat_streaming"].Status);
        Assert.Equal("timeout", _turn.Spans["ollama.chat_streaming"].GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_store_that_fails_marks_its_span_and_not_the_reply()
    {
        using var turn = new TurnFixture { OnLog = () => throw new IOException("disk full") };

        var result = await turn.RunAsync(Say("Hello"), Done());

        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal(ActivityStatusCode.Error, turn.Spans["log_interaction"].Status);
        Assert.Equal("disk full", turn.Spans["log_interaction"].StatusDescription);
        Assert.Equal(ActivityStatusCode.Ok, turn.Spans["chat_interaction"].Status);
    }

    [Fact]
    public async Task A_page_that_throws_at_the_start_does_not_cost_the_reply()
    {
        using var turn = new TurnFixture { OnStarted = () => throw new InvalidOperationException("gone") };

        Assert.Equal(TurnOutcome.Completed, (await turn.RunAsync(Say("Hello"), Done())).Outcome);
    }

    [Fact]
    public async Task A_page_that_cannot_take_a_piece_fails_the_turn_and_ends_every_span()
    {
        using var turn = new TurnFixture { OnReceived = _ => throw new InvalidOperationException("cannot draw") };
        var model = new ScriptedChatClient(Say("Hello"), Say(" there"), Done());

        var result = await turn.RunAsync(model);

        Assert.Equal(TurnOutcome.Failed, result.Outcome);
        Assert.True(model.Disposed);
        Assert.Equal(5, turn.Spans.Ended.Count);
        AssertFailed(turn, "cannot draw", "System.InvalidOperationException");
    }

    [Theory]
    [InlineData(CaptureLevel.Off)]
    [InlineData(CaptureLevel.Preview)]
    public async Task A_reply_beyond_the_length_that_is_kept_has_one_verdict_everywhere(CaptureLevel level)
    {
        var limit = new ReplyTooLongException();
        using var turn = new TurnFixture { OnReceived = update => _ = update.Text is "c" ? throw limit : 0 };
        turn.Settings.UpdateTelemetry(settings => settings with { Capture = level });

        var result = await turn.RunAsync(Say("a"), Say("b"), Say("c"), Say("d"), Done());

        Assert.Same(limit, result.Error);
        AssertFailed(turn, limit.Message, "reply_too_long");
        Assert.Equal(3L, turn.Spans["ollama.chat_streaming"].GetTagItem("llm.response_length"));
    }

    private static void AssertFailed(TurnFixture turn, string words, string errorType)
    {
        foreach (var name in new[] { "chat_interaction", "generate_response", "ollama.chat_streaming", "process_streaming_response" })
        {
            var span = turn.Spans[name];
            Assert.Equal((name, ActivityStatusCode.Error, words, errorType), (name, span.Status, span.StatusDescription, span.GetTagItem("error.type")));
            Assert.Null(span.GetTagItem("llm.finish_reason"));
        }

        Assert.Equal(ActivityStatusCode.Ok, turn.Spans["log_interaction"].Status);
    }
}
