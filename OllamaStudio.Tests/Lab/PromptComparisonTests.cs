using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Tests.Lab;

/// <summary>Where the part ends that the server may have in its cache, and why.</summary>
public sealed class PromptComparisonTests
{
    private static readonly ChatMessage s_system = new(ChatRole.System, "Be brief.");
    private static readonly ChatMessage s_first = new(ChatRole.User, "What is a span?");
    private static readonly ChatMessage s_reply = new(ChatRole.Assistant, "A step of a trace.");
    private static readonly ChatMessage s_second = new(ChatRole.User, "And a trace?");

    private static readonly AIFunction s_tool = AIFunctionFactory.Create((string city) => city, "weather", "Says the weather.");

    private readonly SentRequest _last = Request([s_system, s_first]);

    [Fact]
    public void What_goes_on_from_the_last_turn_has_all_of_it_in_common()
    {
        var compared = Compare(Request([s_system, s_first, s_reply, s_second]));

        Assert.Equal(2, compared.Common);
        Assert.StartsWith("The first 2 of 4 messages are as the last turn sent them: about ", compared.Sentences[0], StringComparison.Ordinal);
        Assert.StartsWith("What follows is new: the last reply", compared.Sentences[1], StringComparison.Ordinal);
        Assert.Equal(2, compared.Sentences.Length);
    }

    [Fact]
    public void A_changed_system_prompt_is_where_it_ends() =>
        AssertEnds(Request([new ChatMessage(ChatRole.System, "Be long."), s_first, s_reply]), 0, "There the system prompt was changed.");

    [Fact]
    public void One_that_was_added_or_taken_out_is_said_to_be()
    {
        AssertEnds(Request([s_first, s_reply]), 0, "There the last turn had a system prompt.");
        Assert.Contains("There a system prompt was added.", PromptComparison.Of(Request([s_first]), _last, ModelMemory.Ready, new TokenRatios()).Sentences);
    }

    [Fact]
    public void A_changed_message_is_named_by_its_place() =>
        AssertEnds(Request([s_system, new ChatMessage(ChatRole.User, "What is a trace?")]), 1, "It ends at message 2 (yours): it was changed, another branch is shown, or older messages are left out now.");

    [Fact]
    public void An_image_is_compared_by_its_bytes()
    {
        var cat = Request([With(1)]);
        Assert.Equal(1, PromptComparison.Of(cat, Request([With(1)]), ModelMemory.Ready, new TokenRatios()).Common);
        var other = PromptComparison.Of(cat, Request([With(2)]), ModelMemory.Ready, new TokenRatios());
        Assert.Equal(0, other.Common);

        static ChatMessage With(byte first) => new(ChatRole.User, [new TextContent("look"), new DataContent(new[] { first, (byte)9 }, "image/png")]);
    }

    [Fact]
    public void Other_tools_another_window_another_model_and_an_empty_memory_begin_anew()
    {
        AssertEnds(Request([s_system, s_first], new ChatOptions { Tools = [s_tool] }), 0, "Other tools are offered than in the last turn (none then, 1 now). Most models read them first, so everything is read from the beginning.");
        AssertEnds(
            Request([s_system, s_first], new ChatOptions { AdditionalProperties = new() { [OllamaRequestProperties.NumCtx] = 8192 } }), 0,
            "num_ctx was not set and is 8192 now: the model is loaded anew, and everything is read from the beginning.");
        AssertEnds(Request([s_system, s_first], model: "other:latest"), 0, "The last turn asked small: other has nothing of it in its cache.");
        Assert.EndsWith("whatever is the same.", PromptComparison.Of(_last, Request([s_system, s_first]), ModelMemory.None, new TokenRatios()).Sentences[^1], StringComparison.Ordinal);
        Assert.Null(PromptComparison.Of(null, _last, ModelMemory.Ready, new TokenRatios()).Common);

        Assert.EndsWith("whatever is the same.", PromptComparison.Of(_last, Request([s_system, s_first]), ModelMemory.OtherWindow, new TokenRatios()).Sentences[^1], StringComparison.Ordinal);
        Assert.EndsWith("may be gone from its cache.", PromptComparison.Of(_last, Request([s_system, s_first]), ModelMemory.OtherChat, new TokenRatios()).Sentences[^1], StringComparison.Ordinal);

        // What changes how it answers changes nothing that is read.
        Assert.Equal(2, Compare(Request([s_system, s_first], new ChatOptions { Temperature = 0.1f })).Common);
    }

    [Fact]
    public void It_parts_where_a_message_is_another_and_nowhere_where_it_goes_on()
    {
        Assert.Equal(new PromptParting(2, "yours"), PromptComparison.PartingOf(_last, Request([s_system, s_second])));
        Assert.Equal(new PromptParting(1, "the system prompt"), PromptComparison.PartingOf(_last, Request([new ChatMessage(ChatRole.System, "Be long."), s_first])));
        Assert.Equal(new PromptParting(3, "the model’s"), PromptComparison.PartingOf(Request([s_system, s_first, s_second]), Request([s_system, s_first, s_reply])));
        Assert.Null(PromptComparison.PartingOf(_last, Request([s_system, s_first, s_reply])));
        Assert.Null(PromptComparison.PartingOf(_last, Request([s_second], model: "other")));
    }

    private PromptComparison Compare(SentRequest next) => PromptComparison.Of(_last, next, ModelMemory.Ready, new TokenRatios());

    private void AssertEnds(SentRequest next, int common, string why)
    {
        var compared = Compare(next);
        Assert.Equal(common, compared.Common);
        Assert.Contains(why, compared.Sentences);
    }

    private static SentRequest Request(ChatMessage[] messages, ChatOptions? options = null, string model = "small:latest") => SentRequest.Of(messages, options, model);
}
