using Microsoft.Extensions.AI;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>What a call's span tells of the context window.</summary>
[Collection("telemetry")]
public sealed class ContextAttributeTests : IDisposable
{
    private readonly TurnFixture _turn = new();

    public void Dispose() => _turn.Dispose();

    [Fact]
    public async Task The_context_window_is_the_one_asked_for_or_the_one_allocated()
    {
        await AskAsync(new ChatOptions { ModelId = "m", AdditionalProperties = new() { ["num_ctx"] = 252 } });
        var asked = _turn.Spans.Ended[^1];
        await AskAsync(new ChatOptions { ModelId = "m" });
        var allocated = _turn.Spans.Ended[^1];
        await AskAsync(new ChatOptions { ModelId = "unknown" });
        var unknown = _turn.Spans.Ended[^1];

        Assert.Equal(252, asked.GetTagItem("llm.context_window"));
        Assert.Equal(0.5, asked.GetTagItem("llm.context_utilization"));
        Assert.Equal(63, allocated.GetTagItem("llm.context_window"));
        Assert.Equal(1.0, allocated.GetTagItem("llm.context_utilization"));
        Assert.Null(unknown.GetTagItem("llm.context_window"));

        async Task AskAsync(ChatOptions options)
        {
            var client = _turn.Instrument(new ScriptedChatClient(Say("Hi"), Done()), model => model == "m" ? new(63, "0.40.1", "sha") : throw new InvalidOperationException());
            await client.GetResponseAsync([new ChatMessage(ChatRole.User, "Hi")], options);
        }
    }

    [Theory]
    [InlineData(4096, 100, true)] // The window is full.
    [InlineData(2050, 31_000, true)] // 7,810 tokens, cut to half a window, as it was seen.
    [InlineData(2050, 13_500, true)] // 4,500 tokens of code.
    [InlineData(2050, 9_200, false)] // A text that has just that many.
    [InlineData(60, 24_000, true)] // A long message was dropped, the last one stayed.
    [InlineData(3000, 13_000, false)]
    [InlineData(60, 900, false)] // A line of dashes has many characters to a token.
    public async Task A_prompt_that_was_cut_in_silence_is_told(int counted, int characters, bool truncated)
    {
        var client = _turn.Instrument(new ScriptedChatClient(Say("Hi"), Done(input: counted)), _ => new(4096, null, null));

        await client.GetResponseAsync([new ChatMessage(ChatRole.User, new string('x', characters))]);

        var span = _turn.Spans.Ended[^1];
        Assert.Equal(truncated ? true : null, span.GetTagItem("llm.context_truncated"));
        var told = span.Events.Where(one => one.Name == "llm.context_truncated").ToList();
        Assert.Equal(truncated ? 1 : 0, told.Count);
        if (truncated)
        {
            var numbers = told[0].Tags.ToDictionary(StringComparer.Ordinal);
            Assert.Equal(4096, numbers["llm.context_window"]);
            Assert.Equal((long)counted, numbers["llm.tokens_input"]);
            Assert.Equal((long)characters, numbers["llm.prompt_length"]);
        }
    }

    [Theory]
    [InlineData(4000, 97, true)]
    [InlineData(4000, 96, false)] // Just fits.
    [InlineData(null, 5000, false)] // What is not told is not guessed.
    public async Task A_reply_that_outgrew_the_window_is_told_with_its_numbers(int? input, int output, bool shifted)
    {
        var client = _turn.Instrument(new ScriptedChatClient(Say("Hi"), Done(input: input, output: output)), _ => new(4096, null, null));

        await client.GetResponseAsync([new ChatMessage(ChatRole.User, "Hi")]);

        var span = _turn.Spans.Ended[^1];
        Assert.Equal(shifted ? true : null, span.GetTagItem("llm.context_shifted"));
        var told = span.Events.Where(one => one.Name == "llm.context_shifted").ToList();
        Assert.Equal(shifted ? 1 : 0, told.Count);
        if (shifted)
        {
            Assert.Equal((long)output, told[0].Tags.First(tag => tag.Key == "llm.tokens_output").Value);
        }
    }
}
