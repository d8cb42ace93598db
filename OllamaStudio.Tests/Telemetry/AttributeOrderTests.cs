using System.Globalization;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Export;
using OllamaStudio.Tests.Tools;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>What is left of a span with more attributes than an exporter takes.</summary>
[Collection("telemetry")]
public sealed class AttributeOrderTests
{
    // Far below the 128 of the specification: a person may set less.
    private const int LowLimit = 40;

    [Fact]
    public async Task A_long_history_in_full_capture_arrives_with_its_tokens_its_finish_reason_and_its_output()
    {
        await using var rig = await ExportRig.StartAsync();
        using var turn = new TurnFixture();
        turn.Settings.UpdateTelemetry(settings => settings with { Capture = CaptureLevel.Full });

        await turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done()), messages: History(200));

        var call = await rig.Receiver.WaitForAsync(span => span.Name == "ollama.chat_streaming");
        Assert.True(call.DroppedAttributes > 0, "Nothing was cut: the history is too short to prove anything.");
        Assert.Equal(OtlpOptions.MaxSpanAttributes, call.Attributes.Count);
        foreach (var (key, value) in new Dictionary<string, object?>
        {
            ["openinference.span.kind"] = "LLM",
            ["llm.model"] = "llama3.1:8b",
            ["gen_ai.operation.name"] = "chat",
            ["session.id"] = "session-1",
            ["llm.tokens_input"] = 26L,
            ["gen_ai.usage.output_tokens"] = 100L,
            ["llm.token_count.total"] = 126L,
            ["llm.finish_reason"] = "stop",
            ["output.value"] = "Hello",
            ["llm.response_preview"] = "Hello",
            ["llm.output_messages.0.message.content"] = "Hello",
            ["llm.input_messages.0.message.role"] = "assistant",
        })
        {
            Assert.Equal((key, value), (key, call.Attributes.GetValueOrDefault(key)));
        }
    }

    [Fact]
    public async Task On_every_span_the_core_stands_first_whatever_a_person_adds()
    {
        using var agent = new AgentFixture { Messages = History(200) };
        agent.Settings.UpdateTelemetry(settings => settings with
        {
            Capture = CaptureLevel.Full,
            SpanAttributes = settings.SpanAttributes.SetItem("llm.model", "overruled").AddRange(Numbered(150).Select(n => KeyValuePair.Create($"a.{n}", n))),
        });
        agent.Offer("add", () => 1);
        agent.Offer("write", () => 1, readOnly: false);

        await agent.RunAsync([.. AgentFixture.Call("add", "c1"), .. AgentFixture.Call("write", "c2")], AgentFixture.Say("ok"));

        Assert.InRange(AttributeOrder.Core.Count, 1, LowLimit);
        Assert.Equal(10, agent.Spans.Ended.Count);
        Assert.All(agent.Spans.Ended, span =>
        {
            var keys = span.TagObjects.Select(tag => tag.Key).ToList();
            Assert.Contains("openinference.span.kind", keys.Take(LowLimit));
            Assert.Contains("session.id", keys.Take(LowLimit));
            Assert.Equal("149", span.GetTagItem("a.149"));
            Assert.DoesNotContain(keys.Skip(LowLimit), AttributeOrder.Core.Contains);
            Assert.Distinct(keys);
        });
        Assert.Equal("llama3.1:8b", agent.Spans["chat_interaction"].GetTagItem("llm.model"));
    }

    // Each round has five attributes for the call and three for its result.
    private static List<ChatMessage> History(int messages) =>
    [
        .. Numbered(messages / 2).SelectMany(n => new ChatMessage[]
        {
            new(ChatRole.Assistant, [new TextReasoningContent("Let me see."), new TextContent("I look it up."), new FunctionCallContent($"c{n}", "lookup", new Dictionary<string, object?> { ["n"] = n }), new FunctionCallContent($"d{n}", "lookup")]),
            new(ChatRole.Tool, [new FunctionResultContent($"c{n}", $"result {n}")]),
        }),
    ];

    private static IEnumerable<string> Numbered(int count) => Enumerable.Range(0, count).Select(n => n.ToString(CultureInfo.InvariantCulture));
}
