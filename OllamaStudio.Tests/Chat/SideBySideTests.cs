using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Chat;

/// <summary>One prompt that several models are asked, through the real client against a real server.</summary>
[Collection("telemetry")]
public sealed class SideBySideTests : IAsyncLifetime
{
    private const string Small = "demo-small:latest";
    private const string Thinking = "demo-thinking:latest";
    private const string Tools = "demo-tools:latest";

    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 200, LoadDelay = TimeSpan.Zero });
        _rig = await ChatRig.StartAsync(_ollama.Address);
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task In_turn_each_is_asked_once_the_one_before_has_ended_and_the_replies_are_versions_of_one()
    {
        using var spans = new SpanCollector();
        var most = 0;
        using var watch = _rig.Conversation.Subscribe(() => most = Math.Max(most, _rig.Conversation.AllMessages.Count(message => message.IsStreaming)));
        Assert.True(Send("short", [Small, Thinking, Tools]));
        Assert.Equal([false, true, true], Columns.Select(column => column.IsWaiting));

        await EndedAsync();

        Assert.Equal(1, most);
        Assert.All(Columns, column => Assert.Equal(MessageState.Complete, column.Reply?.State));
        Assert.Equal([Small, Thinking, Tools], Columns.Select(column => column.Reply!.Model));
        var prompt = Assert.Single(_rig.Conversation.AllMessages, message => message.Role is MessageRole.User);
        Assert.All(Columns, column => Assert.Equal(prompt.Id, column.Reply!.ParentId));
        Assert.Equal(3, _rig.Conversation.Branches[_rig.Conversation.Messages[^1].Id].Count);
        Assert.Equal(3, Columns.Select(column => column.Reply!.TraceId).Distinct().Count());

        // Each is a trace of its own, in the one session, and all of them say whose prompt it was.
        var roots = spans.Ended.Where(span => span.OperationName == TelemetryNames.Spans.ChatInteraction).ToList();
        Assert.Equal(3, roots.Count);
        Assert.All(roots, root => Assert.Equal((_rig.Conversation.Id, prompt.Id), (root.GetTagItem(TelemetryNames.Turn.SessionId), root.GetTagItem(TelemetryNames.Turn.SideBySide))));
    }

    [Fact]
    public async Task At_once_they_are_written_beside_each_other_and_nothing_of_one_gets_into_another()
    {
        using var spans = new SpanCollector();
        Assert.True(Send("long", [Small, Thinking], isAtOnce: true));
        await UntilAsync(sides => sides.Columns.All(column => column.Reply is { IsStreaming: true, Text.Length: > 200 } or { IsStreaming: true, Thinking.Length: > 50 }));
        Assert.True(_rig.Conversation.IsGenerating);
        var (one, other) = (Columns[0].Reply!, Columns[1].Reply!);
        Assert.Empty(one.Thinking);
        Assert.NotEmpty(other.Thinking);
        Assert.NotEqual(one.TraceId, other.TraceId);
        Assert.All(new[] { one, other }, reply => Assert.NotNull(_rig.Chat.PaceOf(reply.TraceId!)));

        _rig.Chat.StopColumn(_rig.Conversation, 0);
        await UntilAsync(sides => sides.Columns[0].Reply?.State is MessageState.Stopped);
        Assert.True(Columns[1].Reply!.IsStreaming);
        _rig.Chat.Stop(_rig.Conversation);
        await EndedAsync();
        Assert.Equal([MessageState.Stopped, MessageState.Stopped], Columns.Select(column => column.Reply!.State));
        Assert.StartsWith(one.Text, Columns[0].Reply!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_fails_holds_up_no_other_and_can_be_asked_again_beside_what_it_said()
    {
        Assert.True(Send("short", ["no-such-model", Small]));
        await EndedAsync();
        Assert.Equal([MessageState.Failed, MessageState.Complete], Columns.Select(column => column.Reply!.State));
        Assert.NotNull(Columns[0].Reply!.Error?.NextStep);
        var failed = Columns[0].ReplyId;

        Assert.True(_rig.Chat.AskAgain(_rig.Conversation, 0));
        await UntilAsync(sides => sides.Columns[0].Reply is { State: MessageState.Failed } reply && reply.Id != failed);

        Assert.Contains(_rig.Conversation.AllMessages, message => message.Id == failed);
        Assert.Equal(4, _rig.Conversation.Count);
    }

    [Fact]
    public async Task Stop_asks_nobody_else_and_who_was_not_asked_can_be_asked_then()
    {
        Assert.True(Send("long", [Small, Thinking, Tools]));
        _rig.Chat.StopColumn(_rig.Conversation, 2); // before its turn
        Assert.Equal([false, true, false], Columns.Select(column => column.IsWaiting));
        _rig.Chat.Stop(_rig.Conversation);
        await EndedAsync();
        await _rig.Chat.StopAsync(default); // nothing begins behind it
        Assert.Equal([MessageState.Stopped, null, null], Columns.Select(column => column.Reply?.State));

        Assert.True(_rig.Chat.AskAgain(_rig.Conversation, 1));
        Assert.True(_rig.Chat.AskAgain(_rig.Conversation, 2));
        await UntilAsync(sides => sides.Columns[1].Reply is not null);
        Assert.True(Columns[2].IsWaiting);
        _rig.Chat.StopColumn(_rig.Conversation, 1); // the next one's turn comes
        await UntilAsync(sides => sides.Columns[2].Reply is not null);
    }

    [Fact]
    public async Task The_chat_goes_on_from_the_one_that_is_kept_and_with_its_model_and_what_waited_is_sent_then()
    {
        _rig.Conversation.SelectModel(Tools);
        Assert.True(Send("short", [Small, Thinking, Tools]));
        await UntilAsync(sides => sides.Columns[0].Reply is { IsStreaming: false });
        Assert.Equal(SendOutcome.Queued, _rig.Chat.SendOrQueue(_rig.Conversation, "and then", Tools, []));
        await EndedAsync();
        Assert.Equal(SendOutcome.AlreadyQueued, _rig.Chat.SendOrQueue(_rig.Conversation, "too much", Tools, []));
        await _rig.Chat.StopAsync(default);
        Assert.Equal(new QueuedMessage("and then"), _rig.Conversation.Queued);
        var (kept, prompts) = (Columns[0].Reply!, _rig.Conversation.AllMessages.Count(message => message.Role is MessageRole.User));
        Assert.Equal(1, prompts);

        Assert.True(_rig.Chat.Keep(_rig.Conversation, kept.Id));
        await _rig.UntilAsync(messages => messages is [_, _, { Text: "and then" }, { State: MessageState.Complete }]);

        Assert.Equal(kept.Id, _rig.Conversation.Messages[1].Id);
        Assert.Equal((Small, Small), (_rig.Conversation.Model, _rig.Conversation.Messages[3].Model));
        Assert.Null(_rig.Conversation.SideBySide);
        Assert.Equal(3, _rig.Conversation.Branches[kept.Id].Count); // the others are versions of it
        Assert.False(_rig.Chat.Keep(_rig.Conversation, kept.Id));
    }

    [Fact]
    public async Task One_can_be_kept_while_others_are_still_written_or_wait_and_they_are_stopped()
    {
        Assert.True(Send("short", [Small, Thinking, Tools]));
        await UntilAsync(sides => sides.Columns[1].Reply is { IsStreaming: true });
        var (kept, running) = (Columns[0].Reply!, Columns[1].ReplyId);
        Assert.False(_rig.Chat.Keep(_rig.Conversation, running!)); // it has not ended

        Assert.True(_rig.Chat.Keep(_rig.Conversation, kept.Id));
        await _rig.UntilAsync(_ => !_rig.Conversation.IsSideBySide);

        Assert.Equal(kept.Id, _rig.Conversation.Messages[^1].Id);
        Assert.NotEqual(MessageState.Streaming, _rig.Conversation.AllMessages.Single(message => message.Id == running).State);
        await _rig.Chat.StopAsync(default);
        Assert.Equal(3, _rig.Conversation.Count); // the third was never asked
    }

    [Fact]
    public async Task Nothing_is_sent_into_a_branch_by_chance()
    {
        Assert.True(Send("short", [Small, Thinking]));
        await EndedAsync();
        Assert.False(_rig.Chat.Send(_rig.Conversation, "where to?", Small));
        Assert.False(Send("where to?", [Small, Thinking]));
        Assert.Equal(SendOutcome.Queued, _rig.Chat.SendOrQueue(_rig.Conversation, "where to?", Small, []));
        Assert.False(_rig.Chat.SendQueued(_rig.Conversation));

        // None is kept: what waited for that is held.
        Assert.True(ChatService.LeaveSideBySide(_rig.Conversation));
        Assert.Equal(new QueuedMessage("where to?", IsHeld: true), _rig.Conversation.Queued);
        Assert.Equal(2, _rig.Conversation.Messages.Length);

        // The same where the chat goes another way: the prompt is changed.
        Assert.True(_rig.Chat.AskBeside(_rig.Conversation, _rig.Conversation.Messages[^1].Id, Tools));
        await EndedAsync();
        Assert.True(_rig.Chat.Edit(_rig.Conversation, _rig.Conversation.Messages[0].Id, "shorter", Small));
        await _rig.EndAsync();
        Assert.Null(_rig.Conversation.SideBySide);
        Assert.True(_rig.Conversation.Queued!.IsHeld);
    }

    [Fact]
    public async Task Another_model_can_be_asked_beside_a_reply_that_there_is()
    {
        Assert.True(_rig.Chat.Send(_rig.Conversation, "short", Small));
        var reply = await _rig.EndAsync();
        Assert.False(_rig.Chat.AskBeside(_rig.Conversation, reply.Id, "demo-small")); // itself
        Assert.False(_rig.Chat.AskBeside(_rig.Conversation, _rig.Conversation.Messages[0].Id, Thinking)); // no reply
        await _rig.Chat.StopAsync(default);

        Assert.True(_rig.Chat.AskBeside(_rig.Conversation, reply.Id, Thinking));
        await EndedAsync();

        Assert.Equal([reply.Id, _rig.Conversation.Messages[^1].Id], Columns.Select(column => column.ReplyId));
        Assert.Equal(Small, _rig.Conversation.Model);
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Small, "demo-small")]
    [InlineData(Small, Thinking, Tools, "demo-vision")]
    [InlineData(Small, " ")]
    public void Two_or_three_different_models_are_asked(params string[] models)
    {
        Assert.False(Send("short", models));
        Assert.Empty(_rig.Conversation.Messages);
    }

    [Fact]
    public async Task In_a_deleted_chat_nobody_else_is_asked_also_once_it_is_put_back()
    {
        Assert.True(Send("short", [Small, Thinking]));
        _rig.Store.Remove(_rig.Conversation.Id);
        await _rig.Chat.StopAsync(default);

        _rig.Store.Add(_rig.Conversation);

        Assert.Null(Columns[1].Reply);
        Assert.False(Columns[1].IsWaiting);
        Assert.True(_rig.Chat.AskAgain(_rig.Conversation, 1));
        await EndedAsync();
        Assert.Equal(MessageState.Complete, Columns[1].Reply?.State);
    }

    [Fact]
    public async Task Deleting_the_prompt_ends_it()
    {
        Assert.True(Send("short", [Small, Thinking]));
        await EndedAsync();
        await _rig.Chat.StopAsync(default);

        var removed = _rig.Store.Remove(_rig.Conversation.Id, _rig.Conversation.Messages[0].Id);
        Assert.NotNull(removed);
        Assert.Null(_rig.Conversation.SideBySide);

        _rig.Store.PutBack(removed);
        Assert.Null(_rig.Conversation.SideBySide);
        Assert.Equal(3, _rig.Conversation.Count);
    }

    [Fact]
    public async Task One_that_was_stopped_goes_on_in_its_column_once_its_turn_comes_and_the_others_stay()
    {
        Assert.True(Send("long", [Small, Tools]));
        await UntilAsync(sides => sides.Columns[0].Reply is { IsStreaming: true, Text.Length: > 100 });
        _rig.Chat.StopColumn(_rig.Conversation, 0);
        await UntilAsync(sides => sides.Columns[0].Reply is { State: MessageState.Stopped } && sides.Columns[1].Reply is { IsStreaming: true, Text.Length: > 20 });
        var partial = Columns[0].Reply!;

        Assert.True(_rig.Chat.ContinueColumn(_rig.Conversation, 0));
        Assert.Equal((true, partial.Id), (Columns[0].IsWaiting, Columns[0].ReplyId)); // in turn: the other one writes
        _rig.Chat.StopColumn(_rig.Conversation, 1);
        await UntilAsync(sides => sides.Columns[0].ReplyId != partial.Id);
        await EndedAsync();

        var whole = Columns[0].Reply!;
        Assert.Equal((MessageState.Complete, Small, partial.ParentId), (whole.State, whole.Model, whole.ParentId));
        Assert.StartsWith(partial.Text, whole.Text, StringComparison.Ordinal);
        Assert.True(whole.Text.Length > partial.Text.Length);
        Assert.Equal(3, _rig.Conversation.AllMessages.Count(message => message.Role is MessageRole.Assistant));
        Assert.False(_rig.Chat.ContinueColumn(_rig.Conversation, 0)); // whole
        Assert.True(_rig.Chat.Keep(_rig.Conversation, whole.Id));
        Assert.Equal(whole.Id, _rig.Conversation.Messages[^1].Id);
    }

    [Fact]
    public async Task What_did_not_fit_into_one_models_window_is_asked_again_as_the_person_chose()
    {
        _rig.Settings.Update(settings => settings with { Chat = settings.Chat with { WhenContextIsFull = ContextFull.Ask } });
        Assert.True(Send(string.Join(' ', Enumerable.Repeat("word", 6_000)), [Small, Tools]));
        await EndedAsync();
        Assert.All(Columns, column => Assert.NotNull(column.Reply!.Stats?.Exceeded));

        Assert.True(_rig.Chat.AskAgain(_rig.Conversation, 1, ContextFull.Cut));
        await EndedAsync();
        Assert.Equal([MessageState.Failed, MessageState.Complete], Columns.Select(column => column.Reply!.State));
    }

    private IReadOnlyList<SideBySideColumn> Columns => _rig.Conversation.SideBySide!.Columns;

    private bool Send(string prompt, string[] models, bool isAtOnce = false) => _rig.Chat.SendSideBySide(_rig.Conversation, prompt, models, isAtOnce, []);

    private Task EndedAsync() => UntilAsync(sides => !sides.IsRunning);

    private Task UntilAsync(Predicate<SideBySide> reached) => _rig.UntilAsync(_ => _rig.Conversation.SideBySide is { } sides && reached(sides));
}
