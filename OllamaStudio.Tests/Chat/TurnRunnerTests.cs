using System.Diagnostics;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Telemetry;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Chat;

[Collection("telemetry")]
public sealed class TurnRunnerTests : IDisposable
{
    private readonly TurnFixture _turn = new();

    public void Dispose() => _turn.Dispose();

    [Fact]
    public async Task A_streamed_turn_is_one_tree_of_spans()
    {
        await _turn.RunAsync(Say("Because "), Say("of scattering."), Done());

        var root = _turn.Spans["chat_interaction"];
        var generate = _turn.Spans["generate_response"];
        var call = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal(default, root.ParentSpanId);
        Assert.Equal(root.SpanId, generate.ParentSpanId);
        Assert.Equal(generate.SpanId, call.ParentSpanId);
        Assert.Equal(call.SpanId, _turn.Spans["process_streaming_response"].ParentSpanId);
        Assert.Equal(root.SpanId, _turn.Spans["log_interaction"].ParentSpanId);
        Assert.Equal(5, _turn.Spans.Ended.Count);
        Assert.All(_turn.Spans.Ended, span => Assert.Equal(root.TraceId, span.TraceId));
        Assert.Equal(root.TraceId.ToHexString(), _turn.TraceId);
        Assert.True(_turn.Sampled);
    }

    [Fact]
    public async Task A_turn_that_is_not_streamed_has_the_other_model_call_and_nothing_to_process()
    {
        var result = await _turn.RunAsync(new ScriptedChatClient(Say("Scattering."), Done()), stream: false);

        Assert.Equal(_turn.Spans["generate_response"].SpanId, _turn.Spans["ollama.chat_with_tools"].ParentSpanId);
        Assert.Equal(4, _turn.Spans.Ended.Count);
        Assert.Equal("Scattering.", string.Concat(_turn.Received.Select(update => update.Text)));
        Assert.Equal(26, result.Stats.InputTokens);
        Assert.Equal(TimeSpan.FromMilliseconds(500), result.Stats.EvalDuration);
        Assert.Null(result.Stats.TimeToFirstChunk);
    }

    [Theory]
    [InlineData("chat_interaction", ActivityKind.Internal, "AGENT", "invoke_agent")]
    [InlineData("generate_response", ActivityKind.Internal, "CHAIN", null)]
    [InlineData("ollama.chat_streaming", ActivityKind.Client, "LLM", "chat")]
    [InlineData("process_streaming_response", ActivityKind.Internal, "CHAIN", null)]
    [InlineData("log_interaction", ActivityKind.Internal, "CHAIN", null)]
    public async Task Each_span_has_its_kinds_its_session_and_a_status(string name, ActivityKind kind, string spanKind, string? operation)
    {
        _turn.Settings.UpdateTelemetry(settings => settings with { SpanAttributes = settings.SpanAttributes.Add("team", "search").Add("session.id", "not this") });

        await _turn.RunAsync(Say("Hello"), Done());

        var span = _turn.Spans[name];
        Assert.Equal(kind, span.Kind);
        Assert.Equal(spanKind, span.GetTagItem("openinference.span.kind"));
        Assert.Equal(operation, span.GetTagItem("gen_ai.operation.name"));
        Assert.Equal("session-1", span.GetTagItem("session.id"));
        Assert.Equal("session-1", span.GetTagItem("gen_ai.conversation.id"));
        Assert.Equal("session-1", span.GetBaggageItem("session.id"));
        Assert.Equal("search", span.GetTagItem("team"));
        Assert.Equal(ActivityStatusCode.Ok, span.Status);
    }

    [Fact]
    public async Task The_root_says_what_was_asked_answered_and_spent()
    {
        var question = new string('q', 150);

        var result = await _turn.RunAsync(
            new ScriptedChatClient(Say("Forty-"), Say("two"), Done()), messages: [new ChatMessage(ChatRole.User, question)]);

        var root = _turn.Spans["chat_interaction"];
        Assert.Equal(1, root.GetTagItem("agent.iterations"));
        Assert.Equal(question[..100], root.GetTagItem("agent.task"));
        Assert.Equal("ollama-studio", root.GetTagItem("gen_ai.agent.name"));
        Assert.Equal(question, root.GetTagItem("input.value"));
        Assert.Equal("text/plain", root.GetTagItem("input.mime_type"));
        Assert.Equal("Forty-two", root.GetTagItem("output.value"));
        Assert.Equal("text/plain", root.GetTagItem("output.mime_type"));
        Assert.Equal(26L, root.GetTagItem("llm.tokens_input"));
        Assert.Equal(100L, root.GetTagItem("llm.tokens_output"));
        Assert.Equal(126L, root.GetTagItem("llm.tokens.total"));
        Assert.Equal(26L, root.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Equal(100L, root.GetTagItem("gen_ai.usage.output_tokens"));
        Assert.Equal("llama3.1:8b", root.GetTagItem("llm.model"));
        Assert.Equal("stop", root.GetTagItem("llm.finish_reason"));
        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal("stop", result.FinishReason);
    }

    [Fact]
    public async Task Tokens_of_several_model_calls_are_summed()
    {
        var result = await _turn.RunAsync(Call("add", "call_1", ("a", 5)), Done(10, 20), Say("8"), Done(30, 40));

        Assert.Equal(40, result.Stats.InputTokens);
        Assert.Equal(60, result.Stats.OutputTokens);
        Assert.Equal(TimeSpan.FromSeconds(2), result.Stats.TotalDuration);
        Assert.Equal(40L, _turn.Spans["chat_interaction"].GetTagItem("llm.tokens_input"));
    }

    [Fact]
    public async Task The_stats_say_where_the_time_went()
    {
        var result = await _turn.RunAsync(
            Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(2))), Think("hm"),
            Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(3))), Say("42"),
            Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(1))), Done());

        Assert.Equal(TimeSpan.FromSeconds(2), result.Stats.TimeToFirstChunk);
        Assert.Equal(TimeSpan.FromSeconds(5), result.Stats.TimeToFirstAnswer);
        Assert.Equal(TimeSpan.FromSeconds(3), result.Stats.ThinkingDuration);
        Assert.Null(result.Stats.ToolDuration);
        Assert.Equal(TimeSpan.FromSeconds(6), result.Stats.Duration);
        Assert.Equal(TimeSpan.FromMilliseconds(1000), result.Stats.TotalDuration);
        Assert.Equal(TimeSpan.FromMilliseconds(300), result.Stats.LoadDuration);
        Assert.Equal(TimeSpan.FromMilliseconds(100), result.Stats.PromptEvalDuration);
        Assert.Equal(TimeSpan.FromMilliseconds(500), result.Stats.EvalDuration);
        Assert.Equal(TimeSpan.FromMilliseconds(100), result.Stats.QueueDuration);
    }

    [Fact]
    public async Task What_Ollama_leaves_out_stays_unknown()
    {
        var result = await _turn.RunAsync(Say("Hello"), Done(input: null, output: null, durations: false));

        Assert.Null(result.Stats.InputTokens);
        Assert.Null(result.Stats.OutputTokens);
        Assert.Null(result.Stats.TotalDuration);
        Assert.Null(result.Stats.QueueDuration);
        var root = _turn.Spans["chat_interaction"];
        Assert.DoesNotContain(root.TagObjects, tag => tag.Key.Contains("token", StringComparison.Ordinal) || tag.Key.Contains("usage", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_activity_around_the_turn_neither_becomes_its_parent_nor_is_lost()
    {
        using var circuit = new Activity("circuit").Start();

        await _turn.RunAsync(Say("Hello"), Done());

        Assert.Same(circuit, Activity.Current);
        Assert.Equal(default, _turn.Spans["chat_interaction"].ParentSpanId);
        Assert.NotEqual(circuit.TraceId, _turn.Spans["chat_interaction"].TraceId);
    }

    [Fact]
    public async Task The_model_is_asked_under_its_span_from_first_to_last_piece()
    {
        var model = new ScriptedChatClient(Say("one "), Say("two "), Say("three"), Done());

        await _turn.RunAsync(model);

        Assert.Equal("ollama.chat_streaming", model.Seen[0]?.OperationName);
        Assert.All(model.Seen[1..], seen => Assert.Equal("process_streaming_response", seen?.OperationName));
        Assert.True(model.Disposed);
        Assert.Equal("llama3.1:8b", model.Options?.ModelId);
    }

    [Fact]
    public async Task Without_a_listener_a_turn_works_the_same()
    {
        _turn.Spans.Dispose();

        var result = await _turn.RunAsync(Say("Hello"), Done());

        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal(26, result.Stats.InputTokens);
        Assert.Null(_turn.TraceId);
        Assert.False(_turn.Sampled);
        Assert.Equal(CaptureLevel.Preview, result.Capture);
    }

    [Fact]
    public async Task Attributes_of_the_request_show_while_the_span_still_runs()
    {
        var atStart = new Dictionary<string, object?>();
        _turn.Spans.Started += activity => atStart[activity.OperationName] = activity.GetTagItem("llm.model") ?? activity.GetTagItem("session.id");

        await _turn.RunAsync(Say("Hello"), Done());

        Assert.Equal("llama3.1:8b", atStart["chat_interaction"]);
        Assert.Equal("llama3.1:8b", atStart["ollama.chat_streaming"]);
        Assert.Equal("session-1", atStart["log_interaction"]);
    }

    [Fact]
    public async Task Turns_at_the_same_time_do_not_mix_their_traces()
    {
        var turns = Enumerable.Range(0, 8).Select(i => Task.Run(() => _turn.Runner.RunAsync(
            new TurnRequest
            {
                SessionId = $"session-{i}",
                Model = "m",
                Messages = [new ChatMessage(ChatRole.User, "Hi")],
                Client = _turn.Instrument(new ScriptedChatClient(Say("a"), Say("b"), Done())),
            },
            new SilentSink(),
            CancellationToken.None)));

        await Task.WhenAll(turns);

        var traces = _turn.Spans.Ended.GroupBy(span => span.TraceId).ToList();
        Assert.Equal(8, traces.Count);
        Assert.All(traces, trace =>
        {
            Assert.Equal(5, trace.Count());
            Assert.Single(trace.Select(span => span.GetTagItem("session.id")).Distinct());
        });
    }

    private sealed class SilentSink : ITurnSink
    {
        public void Started(string? traceId, bool sampled, CaptureLevel capture)
        {
        }

        public void Received(ChatResponseUpdate update)
        {
        }

        public (string Thinking, string Text) LatestAnswer() => ("", "");

        public ValueTask LogAsync(TurnResult result, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
