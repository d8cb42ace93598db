using CsCheck;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Capture;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Tools;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>How many different texts were hidden in what a span says stands on it, and only where some were.</summary>
[Collection("telemetry")]
public sealed class RedactionCountTests
{
    [Theory]
    [InlineData(CaptureLevel.Preview)]
    [InlineData(CaptureLevel.Full)]
    public async Task What_stands_in_several_attributes_counts_once(CaptureLevel level)
    {
        using var turn = new TurnFixture();
        turn.Settings.UpdateTelemetry(settings => settings with { Capture = level });

        await turn.RunAsync(
            new ScriptedChatClient(Say("I wrote to jane@example.com and john@example.com."), Done()),
            messages: [new ChatMessage(ChatRole.User, "Write to jane@example.com, yes, jane@example.com; pay by 4111 1111 1111 1111.")]);

        Assert.Equal(3, turn.Spans["ollama.chat_streaming"].GetTagItem("llm.redactions"));
        Assert.Equal(3, turn.Spans["chat_interaction"].GetTagItem("llm.redactions"));
        Assert.All(
            turn.Spans.Ended.Where(static span => span.OperationName is not ("ollama.chat_streaming" or "chat_interaction")),
            static span => Assert.Null(span.GetTagItem("llm.redactions")));
    }

    [Fact]
    public async Task A_call_of_a_tool_counts_its_name_its_arguments_its_result_and_its_error()
    {
        using var agent = new AgentFixture();
        agent.Offer("fail", string (string to) => throw new IOException($"no {to} at max@example.com"));

        await agent.RunAsync([.. AgentFixture.Call("fail", "c1", ("to", "jane@example.com")), .. AgentFixture.Call("mail joe@example.com", "c2")], AgentFixture.Say("ok"));

        Assert.Equal(2, agent.Spans["execute_tool fail"].GetTagItem("llm.redactions"));
        Assert.Equal(1, agent.Spans["execute_tool mail [redacted:email]"].GetTagItem("llm.redactions"));
    }

    [Fact]
    public async Task With_capture_off_what_is_hidden_in_an_error_counts_too()
    {
        using var turn = new TurnFixture();
        turn.Settings.UpdateTelemetry(settings => settings with { Capture = CaptureLevel.Off });

        await turn.RunAsync(Throw(new HttpRequestException("no way to jane@example.com")));

        Assert.Equal(1, turn.Spans["ollama.chat_streaming"].GetTagItem("llm.redactions"));
    }

    [Fact]
    public void What_lies_beyond_a_preview_does_not_count()
    {
        var span = new System.Diagnostics.Activity("span");
        var policy = new CapturePolicy(CaptureLevel.Preview, Redactor.BuiltIn, new()).On(span);

        policy.Preview(new string('x', 2_000) + " jane@example.com");
        Assert.Null(span.GetTagItem("llm.redactions"));

        policy.Preview("jane@example.com" + new string(' ', 2_000) + "john@example.com");
        Assert.Equal(1, span.GetTagItem("llm.redactions"));
    }

    [Fact]
    public void Each_of_several_secrets_is_told_where_it_stood()
    {
        var redactor = new Redactor([SecretGen.OwnPattern]);
        SecretGen.Any.Array[0, 8].Sample(
            secrets =>
            {
                var text = $"Of {string.Join(", and of ", secrets)}; no more.";

                var redacted = redactor.Inspect(text);

                Assert.Equal(secrets, redacted.Redactions.Select(static one => one.Hidden));
                Assert.All(redacted.Redactions, one => Assert.StartsWith("[redacted:", redacted.Text[one.Start..(one.Start + one.Length)], StringComparison.Ordinal));
                Assert.Equal(text, redacted.Redactions.Reverse().Aggregate(redacted.Text, static (all, one) => all.Remove(one.Start, one.Length).Insert(one.Start, one.Hidden)));
            },
            iter: 500, threads: 1);
    }

    [Fact]
    public void What_a_later_rule_hides_takes_the_marks_within_it_along()
    {
        var redacted = new Redactor(["<.*>"]).Inspect("to a@example.com <b@example.com, 4111111111111111> c@example.com");

        Assert.Equal("to [redacted:email] [redacted:pattern] [redacted:email]", redacted.Text);
        Assert.Equal([3, 20, 39], redacted.Redactions.Select(static one => one.Start));
        Assert.Equal(["e-mail address", "pattern <.*>", "e-mail address"], redacted.Redactions.Select(static one => one.Rule));
    }
}
