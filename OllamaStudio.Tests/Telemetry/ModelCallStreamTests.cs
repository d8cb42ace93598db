using Microsoft.Extensions.AI;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry;

[Collection("telemetry")]
public sealed class ModelCallStreamTests : IDisposable
{
    private readonly TurnFixture _turn = new();

    public void Dispose() => _turn.Dispose();

    [Theory]
    [InlineData("ollama.chat_streaming")]
    [InlineData("process_streaming_response")]
    public async Task A_stream_is_counted_on_the_call_and_on_its_processing(string name)
    {
        await _turn.RunAsync(Think("hmm"), Say("Hello"), Call("add", "call_1"), Done());

        var span = _turn.Spans[name];
        Assert.Equal(4, span.GetTagItem("llm.chunk_count"));
        Assert.Equal(8L, span.GetTagItem("llm.total_content_length"));
        Assert.Equal(true, span.GetTagItem("llm.has_tool_calls"));
    }

    [Fact]
    public async Task A_reply_that_is_not_streamed_has_no_chunks_and_no_first_one()
    {
        await _turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done()), stream: false);

        var span = _turn.Spans["ollama.chat_with_tools"];
        Assert.Equal("Hello", span.GetTagItem("llm.response_preview"));
        Assert.Equal(26L, span.GetTagItem("llm.tokens_input"));
        Assert.Equal(500.0, span.GetTagItem("llm.eval_duration_ms"));
        Assert.Equal("stop", span.GetTagItem("llm.finish_reason"));
        foreach (var key in new[] { "llm.chunk_count", "llm.total_content_length", "llm.has_tool_calls", "llm.time_to_first_chunk_ms", "gen_ai.response.time_to_first_chunk" })
        {
            Assert.Null(span.GetTagItem(key));
        }
    }

    [Fact]
    public async Task A_consumer_that_stops_reading_ends_both_spans_as_cancelled()
    {
        var model = new ScriptedChatClient(Say("one"), Say("two"), Done());
        await foreach (var _ in _turn.Instrument(model).GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Hi")]))
        {
            break;
        }

        Assert.True(model.Disposed);
        foreach (var name in new[] { "ollama.chat_streaming", "process_streaming_response" })
        {
            Assert.Equal(System.Diagnostics.ActivityStatusCode.Ok, _turn.Spans[name].Status);
            Assert.Equal("cancelled", _turn.Spans[name].GetTagItem("llm.finish_reason"));
            Assert.Equal(1, _turn.Spans[name].GetTagItem("llm.chunk_count"));
        }

        Assert.Equal("default-model", _turn.Spans["ollama.chat_streaming"].GetTagItem("llm.model"));
    }

    [Fact]
    public async Task Reading_a_stream_leaves_the_consumers_own_activity_alone()
    {
        using var own = new System.Diagnostics.Activity("consumer").Start();
        await foreach (var _ in _turn.Instrument(new ScriptedChatClient(Say("one"), Say("two"), Done())).GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Hi")]))
        {
            Assert.Same(own, System.Diagnostics.Activity.Current);
        }

        Assert.Same(own, System.Diagnostics.Activity.Current);
        Assert.Equal(own.SpanId, _turn.Spans["ollama.chat_streaming"].ParentSpanId);
    }
}
