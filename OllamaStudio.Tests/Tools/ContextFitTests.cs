using System.Globalization;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Tools;

/// <summary>What goes where a prompt is refused for its length. The server here counts four characters to a token.</summary>
public sealed class ContextFitTests
{
    private const int Window = 1_000;

    [Fact]
    public void Whole_exchanges_go_the_oldest_first_and_no_more_than_needed()
    {
        List<ChatMessage> history = [Prompt("a", 1_500), Reply(1_000), Prompt("b", 500), Reply(500), Prompt("c", 200), Reply(200), Prompt("d", 400)];

        var left = Fit(history);

        Assert.Equal(["b", "c", "d"], history.Where(message => message.Role == ChatRole.User).Select(message => message.MessageId));
        Assert.Equal((2, 0, "b"), (left!.Messages, left.Results, left.FirstKept));
    }

    [Fact]
    public void System_messages_and_the_last_prompt_stay_whatever_it_takes()
    {
        List<ChatMessage> history = [new(ChatRole.System, new string('s', 2_000)), Prompt("a", 1_000), Reply(10), Prompt("b", 1_000), Reply(10), Prompt("c", 1_900)];

        Fit(history);

        Assert.Equal([ChatRole.System, ChatRole.User], history.Select(message => message.Role));
        Assert.Equal("c", history[1].MessageId);
    }

    [Fact]
    public void What_asks_to_continue_is_nothing_without_the_prompt_and_the_reply_before_it()
    {
        List<ChatMessage> history = [Prompt("a", 1_500), Reply(1_000), Prompt("b", 500), Reply(1_900), new(ChatRole.User, "Continue.")];

        var left = Fit(history);

        Assert.Equal(["b", null], history.Where(message => message.Role == ChatRole.User).Select(message => message.MessageId));
        Assert.Equal("b", left!.FirstKept);
    }

    [Fact]
    public void Where_there_is_nothing_to_leave_out_the_refusal_stands()
    {
        List<ChatMessage> history = [new(ChatRole.System, new string('s', 2_000)), Prompt("a", 9_000)];
        var fit = new ContextFit(ContextFull.LeaveOut, before: null);

        Assert.False(fit.TryMakeRoom(history, Refusal(history)!));
        Assert.Equal(2, history.Count);
        Assert.Null(fit.LeftOut);
        Assert.False(fit.Excess!.HasOlder);
        Assert.Equal(Window, fit.Excess.Window);
    }

    [Fact]
    public void Results_of_the_turns_own_tools_are_shortened_the_oldest_first_and_marked()
    {
        List<ChatMessage> history = [Prompt("a", 40), Call("1"), Result("1", 6_000), Call("2"), Result("2", 1_500)];

        var left = Fit(history);

        Assert.Equal((0, 1), (left!.Messages, left.Results));
        Assert.Equal(5, history.Count);
        Assert.EndsWith("characters of this result were left out: the context window is full]", Text(history[2]), StringComparison.Ordinal);
        Assert.Equal(1_500, Text(history[4]).Length);
        Assert.Equal("1", Assert.IsType<FunctionResultContent>(Assert.Single(history[2].Contents)).CallId);
    }

    [Fact]
    public void A_result_that_is_shortened_twice_is_one_and_says_how_much_of_the_whole_of_it_is_gone()
    {
        List<ChatMessage> history = [Prompt("a", 40), Call("1"), Result("1", 6_000)];
        var fit = new ContextFit(ContextFull.LeaveOut, before: null);
        Assert.True(fit.TryMakeRoom(history, Refusal(history)!));

        history.AddRange([Call("2"), Result("2", 2_000)]);
        Assert.True(fit.TryMakeRoom(history, Refusal(history)!));

        Assert.Equal(1, fit.LeftOut!.Results);
        var text = Text(history[2]);
        var kept = text.IndexOf('\n', StringComparison.Ordinal);
        Assert.Equal(FormattableString.Invariant($"\n[The last {6_000 - kept:N0} characters of this result were left out: the context window is full]"), text[kept..]);
    }

    [Theory]
    [InlineData(ContextFull.Ask)]
    [InlineData(ContextFull.Cut)]
    public void Once_tools_have_run_their_results_are_shortened_whatever_the_person_wants_of_the_rest_which_stays(ContextFull whenFull)
    {
        List<ChatMessage> history = [Prompt("a", 800), Reply(400), Prompt("b", 40), Call("1"), Result("1", 6_000)];
        var fit = new ContextFit(whenFull, before: null);

        while (Refusal(history) is { } refusal)
        {
            Assert.True(fit.TryMakeRoom(history, refusal));
        }

        Assert.Equal(5, history.Count);
        Assert.Equal((0, 1), (fit.LeftOut!.Messages, fit.LeftOut.Results));
        Assert.EndsWith("the context window is full]", Text(history[^1]), StringComparison.Ordinal);

        // Without results it is as the person wants it; and where they are as short as can be.
        history = [Prompt("a", 4_500), Reply(400), Prompt("b", 40)];
        fit = new ContextFit(whenFull, before: null);
        Assert.False(fit.TryMakeRoom(history, Refusal(history)!));
        history.AddRange([Call("1"), Result("1", 6_000)]);
        fit = new ContextFit(whenFull, before: null);
        Assert.True(fit.TryMakeRoom(history, Refusal(history)!));
        Assert.False(fit.TryMakeRoom(history, Refusal(history)!));
        Assert.Equal((true, null), (fit.Excess!.HasOlder, fit.LeftOut));
        Assert.Equal(5, history.Count);
    }

    [Fact]
    public void One_result_alone_that_fills_the_window_costs_the_conversation_no_more_than_it_must()
    {
        List<ChatMessage> history = [Prompt("a", 200), Reply(200), Prompt("b", 40), Call("1"), Result("1", 40_000)];

        var left = Fit(history);

        Assert.Equal(1, left!.Results);
        Assert.True(Text(history[^1]).Length > ContextFit.LeastKept);
        Assert.Equal("b", history.Single(message => message.Role == ChatRole.User && message.MessageId == "b").MessageId);
    }

    [Fact]
    public void An_image_among_the_results_goes_and_its_text_stays()
    {
        var result = new FunctionResultContent("1", (List<AIContent>)[new TextContent("A chart."), new DataContent(new byte[10], "image/png")]);
        List<ChatMessage> history = [Prompt("a", 3_400), Call("1"), new(ChatRole.Tool, [result])];

        Fit(history);

        Assert.Equal("A chart.\n[Its images were left out: the context window is full]", Text(history[2]));
    }

    [Fact]
    public void A_server_that_does_not_say_how_much_too_long_it_is_gets_about_half()
    {
        List<ChatMessage> history = [Prompt("a", 1_000), Reply(1_000), Prompt("b", 1_000), Reply(1_000), Prompt("c", 100)];
        var fit = new ContextFit(ContextFull.LeaveOut, before: null);

        Assert.True(fit.TryMakeRoom(history, new OllamaException(OllamaErrorKind.ContextExceeded, "too long")));
        Assert.Equal("c", history[^1].MessageId);
        Assert.InRange(history.Count, 1, 3);
        Assert.Null(fit.LeftOut!.Window);
    }

    [Fact]
    public void Whatever_is_sent_it_ends_with_a_prompt_that_fits_or_with_nothing_left_to_leave_out()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            List<ChatMessage> history = random.Next(2) == 0 ? [] : [new(ChatRole.System, new string('s', random.Next(800)))];
            for (var i = random.Next(8); i > 0; i--)
            {
                history.AddRange([Prompt(i.ToString(CultureInfo.InvariantCulture), random.Next(3_000)), Reply(random.Next(2_000))]);
            }

            history.Add(Prompt("last", random.Next(2_500)));
            for (var i = random.Next(5); i > 0; i--)
            {
                history.AddRange([Call($"{i}"), Result($"{i}", random.Next(20_000))]);
            }

            var (prompt, fit) = (history.Last(message => message.Role == ChatRole.User), new ContextFit(ContextFull.LeaveOut, before: null));
            var (tries, isOver) = (0, false);
            while (!isOver && Refusal(history) is { } refusal)
            {
                isOver = !fit.TryMakeRoom(history, refusal);
                Assert.True(++tries < 40, $"seed {seed}");
            }

            Assert.Same(prompt, history.Last(message => message.Role == ChatRole.User));
            Assert.Equal(isOver, fit.Excess is not null);
            if (isOver)
            {
                Assert.Single(history, message => message.Role == ChatRole.User);
                Assert.Null(fit.LeftOut);
                Assert.All(history.Where(message => message.Role == ChatRole.Tool), message => Assert.True(Text(message).Length < 2 * ContextFit.LeastKept + 100));
            }

            // No result without its call, and the other way round.
            Assert.Equal(
                history.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId),
                history.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.CallId));
        }
    }

    private static LeftOut? Fit(List<ChatMessage> history)
    {
        var fit = new ContextFit(ContextFull.LeaveOut, before: null);
        while (Refusal(history) is { } refusal)
        {
            Assert.True(fit.TryMakeRoom(history, refusal));
        }

        return fit.LeftOut;
    }

    private static OllamaException? Refusal(List<ChatMessage> history)
    {
        var tokens = history.Sum(message => message.Text.Length + message.Contents.OfType<FunctionResultContent>().Sum(result => result.Result is string text ? text.Length : 4_000)) / 4;
        return tokens <= Window ? null : new OllamaException(OllamaErrorKind.ContextExceeded, "too long") { PromptTokens = tokens, ContextLength = Window };
    }

    private static string Text(ChatMessage message) => (string)message.Contents.OfType<FunctionResultContent>().Single().Result!;

    private static ChatMessage Prompt(string id, int length) => new(ChatRole.User, new string('p', length)) { MessageId = id };

    private static ChatMessage Reply(int length) => new(ChatRole.Assistant, new string('r', length));

    private static ChatMessage Call(string id) => new(ChatRole.Assistant, [new FunctionCallContent(id, "read")]);

    private static ChatMessage Result(string id, int length) => new(ChatRole.Tool, [new FunctionResultContent(id, new string('t', length))]);
}
