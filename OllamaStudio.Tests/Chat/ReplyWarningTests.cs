using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Telemetry;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Chat;

/// <summary>What goes wrong with a reply while it is written is said in the chat and on the span, and stops it where that is wanted.</summary>
[Collection("telemetry")]
public sealed class ReplyWarningTests : IAsyncLifetime
{
    private const string Model = "demo-small:latest";

    private readonly SpanCollector _spans = new();
    private readonly TokenRatios _ratios = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { LoadDelay = TimeSpan.Zero, TokensPerSecond = 0 });
        _rig = await ChatRig.StartAsync(_ollama.Address);
    }

    public async Task DisposeAsync()
    {
        _spans.Dispose();
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task A_reply_that_repeats_itself_is_told_of_while_it_goes_on_and_after_it_was_stopped()
    {
        Script([.. Enumerable.Repeat(Say("I will look into that now. "), 60), Hang(_reached)]);
        Assert.True(_rig.Chat.Send(_rig.Conversation, "Hello", Model));
        await _rig.UntilAsync(messages => messages[^1].Warnings.Length > 0);

        var warning = Assert.Single(_rig.Conversation.Messages[^1].Warnings);
        Assert.Equal((ReplyWarningKind.Repeating, 27), (warning.Kind, warning.Period));
        Assert.True(_rig.Conversation.IsGenerating);

        await _reached.Task;
        _rig.Chat.Stop(_rig.Conversation);
        var reply = await _rig.EndAsync();
        Assert.Equal(MessageState.Stopped, reply.State);
        Assert.Empty(reply.Warnings);
        Assert.Equal(warning, reply.Stats!.Repetition);
        var told = Assert.Single(_spans["ollama.chat_streaming"].Events, happened => happened.Name == "llm.repetition").Tags.ToDictionary();
        Assert.Equal(27, told["llm.repetition.period"]);
        Assert.Equal(warning.Times, told["llm.repetition.times"]);
        Assert.Equal(warning.From, told["llm.warning.from"]);
    }

    [Fact]
    public async Task From_where_on_is_told_in_the_text_that_is_read_without_the_thinking_and_with_what_it_goes_on_from()
    {
        var again = Enumerable.Repeat(Say("I will look into that now. "), 60);
        Script([Think(new string('t', 400)), Say("Well. "), .. Unlike(200), Hang(_reached)], [Think("So. "), Say("And then: "), .. again, Hang(_reached)]);
        Assert.True(_rig.Chat.Send(_rig.Conversation, "Hello", Model));
        await _reached.Task;
        _rig.Chat.Stop(_rig.Conversation);
        var begun = await _rig.EndAsync();
        Assert.Null(begun.Stats!.Repetition);

        Assert.True(_rig.Chat.Continue(_rig.Conversation, begun.Id, Model));
        await _rig.UntilAsync(static messages => messages[^1].Warnings.Any(static warning => warning.Kind is ReplyWarningKind.Repeating));
        _rig.Chat.Stop(_rig.Conversation);
        var reply = await _rig.EndAsync();

        var repetition = reply.Stats!.Repetition!;
        Assert.False(repetition.IsThinking);
        Assert.InRange(repetition.From, begun.Text.Length, begun.Text.Length + 40);
    }

    [Fact]
    public async Task What_is_repeated_while_thinking_is_said_to_be_thinking()
    {
        Script([.. Enumerable.Repeat(Think("I will look into that now. "), 60), Hang(_reached)]);
        Assert.True(_rig.Chat.Send(_rig.Conversation, "Hello", Model));
        await _rig.UntilAsync(static messages => messages[^1].Warnings.Length > 0);

        Assert.True(_rig.Conversation.Messages[^1].Warnings[0].IsThinking);
        await _reached.Task;
        _rig.Chat.Stop(_rig.Conversation);
        await _rig.EndAsync();
    }

    [Fact]
    public async Task A_rule_stops_it_by_itself()
    {
        _rig.Settings.Update(settings => settings with { Chat = settings.Chat with { StopRepeating = true } });
        Script([.. Enumerable.Repeat(Say("I will look into that now. "), 60), Hang(_reached)]);

        Assert.True(_rig.Chat.Send(_rig.Conversation, "Hello", Model));
        var reply = await _rig.EndAsync();

        Assert.Equal(MessageState.Stopped, reply.State);
        Assert.NotNull(reply.Stats!.Repetition);
    }

    [Fact]
    public async Task A_reply_that_outgrows_the_window_is_told_of_from_where_on_once_the_prompts_length_can_be_told()
    {
        // The first turn teaches how many tokens a prompt of that length has: 26.
        Script([Say("Yes."), Done(input: 26)], [.. Unlike(200), Hang(_reached)]);
        Assert.True(_rig.Chat.Send(_rig.Conversation, "Hello", Model));
        await _rig.EndAsync();
        Assert.True(_rig.Chat.Regenerate(_rig.Conversation, _rig.Conversation.Messages[^1].Id, Model));
        await _rig.UntilAsync(messages => messages[^1].Warnings.Length > 0);
        await _reached.Task;

        var warning = Assert.Single(_rig.Conversation.Messages[^1].Warnings);
        Assert.Equal((ReplyWarningKind.Outgrown, 128), (warning.Kind, warning.Window));
        Assert.InRange(warning.Tokens!.Value, 129, 128 + 32);
        _rig.Chat.Stop(_rig.Conversation);
        await _rig.EndAsync();
        Assert.Equal(warning, _rig.Conversation.Messages[^1].Stats!.Outgrown);
        var told = Assert.Single(_spans.Ended.Last(span => span.OperationName == "ollama.chat_streaming").Events, happened => happened.Name == "llm.context_outgrown").Tags.ToDictionary();
        Assert.Equal(warning.From, told["llm.warning.from"]);
        Assert.Equal(warning.Tokens, told["llm.tokens.total"]);
        Assert.Equal(128, told["llm.context_window"]);
        Assert.InRange(warning.From, 1, string.Concat(Enumerable.Range(0, 200).Select(index => $"{index * index} ")).Length);
    }

    [Fact]
    public async Task A_rule_of_its_own_stops_what_outgrows_the_window()
    {
        _rig.Settings.Update(settings => settings with { Chat = settings.Chat with { StopOutgrown = true } });
        Script([Say("Yes."), Done(input: 26)], [.. Unlike(200), Hang(_reached)]);
        Assert.True(_rig.Chat.Send(_rig.Conversation, "Hello", Model));
        await _rig.EndAsync();
        Assert.True(_rig.Chat.Regenerate(_rig.Conversation, _rig.Conversation.Messages[^1].Id, Model));

        var reply = await _rig.EndAsync();

        Assert.Equal((MessageState.Stopped, ReplyWarningKind.Outgrown), (reply.State, reply.Stats!.Outgrown!.Kind));
    }

    [Fact]
    public async Task A_models_first_reply_is_watched_as_well()
    {
        Script([.. Unlike(200), Hang(_reached)]);
        Assert.True(_rig.Chat.Send(_rig.Conversation, "Hello", Model));

        await _rig.UntilAsync(messages => messages[^1].Warnings.Length > 0);

        Assert.Equal(ReplyWarningKind.Outgrown, _rig.Conversation.Messages[^1].Warnings[0].Kind);
        await _reached.Task;
        _rig.Chat.Stop(_rig.Conversation);
        await _rig.EndAsync();
    }

    private static IEnumerable<Step> Unlike(int count) => Enumerable.Range(0, count).Select(index => Say($"{index * index} "));

    private void Script(params Step[][] answers)
    {
        var model = new ScriptedChatClient(answers);
        _rig.Client = (_, _) => new InstrumentedChatClient(model, _rig.Settings, new ContentCapture(_rig.Settings), TimeProvider.System, _ => new ModelFacts(128, null, null), ratios: _ratios);
    }
}
