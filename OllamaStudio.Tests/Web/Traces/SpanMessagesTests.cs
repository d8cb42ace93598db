using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class SpanMessagesTests
{
    [Fact]
    public void Whole_messages_come_in_their_order_with_thinking_and_tool_calls()
    {
        var span = Span(1, name: "ollama.chat_streaming", attributes:
        [
            ("llm.last_message_preview", "not shown"),
            ("llm.input_messages.10.message.role", "user"), ("llm.input_messages.10.message.content", "last"),
            ("llm.input_messages.2.message.role", "system"), ("llm.input_messages.2.message.content", "first"),
            ("llm.output_messages.0.message.role", "assistant"),
            ("llm.output_messages.0.message.contents.0.message_content.type", "reasoning"), ("llm.output_messages.0.message.contents.0.message_content.text", "let me add"),
            ("llm.output_messages.0.message.contents.1.message_content.type", "text"), ("llm.output_messages.0.message.contents.1.message_content.text", "Adding."),
            ("llm.output_messages.0.message.tool_calls.0.tool_call.function.name", "add"), ("llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments", """{"a":5}"""),
        ]);

        var messages = SpanMessages.Of(span);

        Assert.Equal([("system", "first", false), ("user", "last", false), ("assistant", "Adding.", true)], messages.Select(message => (message.Role, message.Text, message.IsOutput)));
        Assert.Equal("let me add", messages[2].Thinking);
        Assert.Equal(new SpanToolCall("add", """{"a":5}"""), Assert.Single(messages[2].Calls));
        Assert.True(SpanMessages.AreWhole(span));
    }

    [Fact]
    public void Where_only_beginnings_were_captured_they_are_shown_with_their_true_length()
    {
        var span = Span(1, name: "ollama.chat_streaming", attributes:
        [
            ("llm.last_message_role", "tool"), ("llm.last_message_preview", "8"), ("llm.last_message_length", 1L), ("llm.response_preview", "It is"), ("llm.response_length", 5000L),
        ]);

        Assert.Equal([("tool", "8", 1L), ("assistant", "It is", 5000L)], SpanMessages.Of(span).Select(message => (message.Role, message.Text, message.Length!.Value)));
        Assert.False(SpanMessages.AreWhole(span));
    }

    [Fact]
    public void A_tool_shows_what_went_in_and_came_out_and_nothing_captured_shows_nothing()
    {
        var span = Span(1, name: "execute_tool add", attributes: [("openinference.span.kind", "TOOL"), ("input.value", "{}"), ("output.value", "8")]);

        Assert.Equal([("input", "{}"), ("output", "8")], SpanMessages.Of(span).Select(message => (message.Role, message.Text)));
        Assert.Empty(SpanMessages.Of(Span(1)));
    }
}
