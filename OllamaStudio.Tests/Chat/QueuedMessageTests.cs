using OllamaStudio.Core.Chat;
using OllamaStudio.Simulator;

namespace OllamaStudio.Tests.Chat;

/// <summary>A message that is written while a reply is generated, through the real client against a real server.</summary>
[Collection("telemetry")]
public sealed class QueuedMessageTests : IAsyncLifetime
{
    private const string Model = "demo-small:latest";

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
    public async Task It_follows_a_complete_reply_by_itself_and_asks_the_model_that_is_picked_by_then()
    {
        Assert.Equal(SendOutcome.Sent, Send("short"));
        Assert.Equal(SendOutcome.Queued, Send("and then"));
        Assert.Equal(new QueuedMessage("and then"), _rig.Conversation.Queued);
        Assert.Equal(2, _rig.Conversation.Messages.Length);
        _rig.Conversation.SelectModel("demo-thinking:latest");

        await _rig.UntilAsync(messages => messages is [_, _, _, { State: MessageState.Complete }]);

        Assert.Equal(["short", "and then"], _rig.Conversation.Messages.Where(message => message.Role is MessageRole.User).Select(message => message.Text));
        Assert.Equal([Model, "demo-thinking:latest"], _rig.Conversation.Messages.Where(message => message.Role is MessageRole.Assistant).Select(message => message.Model));
        Assert.Null(_rig.Conversation.Queued);
    }

    [Fact]
    public async Task It_is_held_where_the_model_is_gone_and_goes_to_the_one_that_is_picked_then()
    {
        Send("short");
        Send("and then");
        _rig.Conversation.SelectModel("removed:1b");
        await HeldAsync();
        await _rig.Chat.StopAsync(default);
        Assert.Equal(MessageState.Complete, _rig.Conversation.Messages.Single(message => message.Role is MessageRole.Assistant).State);

        _rig.Conversation.SelectModel("demo-thinking:latest");
        Assert.True(_rig.Chat.SendQueued(_rig.Conversation));
        Assert.Equal("demo-thinking:latest", _rig.Conversation.Messages[^1].Model);
    }

    [Fact]
    public async Task After_Stop_it_is_held_until_the_person_sends_it_whatever_is_said_meanwhile()
    {
        Send("long");
        Send("next");
        await StopAsync();
        await HeldAsync();

        // Something else first: what is held is not sent after that.
        Assert.Equal(SendOutcome.Sent, Send("short"));
        await _rig.EndAsync();
        await _rig.Chat.StopAsync(default);
        Assert.Equal(new QueuedMessage("next", IsHeld: true), _rig.Conversation.Queued);
        Assert.Equal(4, _rig.Conversation.Messages.Length);

        Assert.True(_rig.Chat.SendQueued(_rig.Conversation));
        Assert.Equal("next", _rig.Conversation.Messages[^2].Text);
        Assert.Null(_rig.Conversation.Queued);
        Assert.False(_rig.Chat.SendQueued(_rig.Conversation));
    }

    [Fact]
    public async Task One_that_is_held_follows_the_next_reply_where_the_person_says_so()
    {
        Send("long");
        Send("next");
        await StopAsync();
        await HeldAsync();

        Send("short");
        Assert.True(_rig.Chat.SendQueued(_rig.Conversation));
        Assert.Equal(new QueuedMessage("next"), _rig.Conversation.Queued);

        await _rig.UntilAsync(messages => messages is [.., { Text: "next" }, { State: MessageState.Complete }]);
    }

    [Fact]
    public async Task After_a_reply_that_failed_it_is_held()
    {
        Assert.Equal(SendOutcome.Sent, _rig.Chat.SendOrQueue(_rig.Conversation, "hello", "no-such-model", []));
        Assert.Equal(SendOutcome.Queued, Send("next"));

        Assert.Equal(MessageState.Failed, (await _rig.EndAsync()).State);
        await HeldAsync();
        Assert.Equal(2, _rig.Conversation.Messages.Length);
    }

    [Fact]
    public async Task There_is_one_and_a_second_can_be_added_to_it_or_waits_where_it_was_written()
    {
        Send("long");
        Send("first");

        Assert.Equal(SendOutcome.AlreadyQueued, Send("second"));
        Assert.Equal("first", _rig.Conversation.Queued?.Text);
        Assert.False(ChatService.AddToQueued(_rig.Conversation, new string('x', ChatService.MaxPromptLength - 6)));
        Assert.True(ChatService.AddToQueued(_rig.Conversation, "second"));
        Assert.Equal("first\n\nsecond", _rig.Conversation.Queued?.Text);

        // Taken back to be changed, it is not sent; and another takes its place.
        var taken = _rig.Conversation.TakeQueued();
        Assert.Equal("first\n\nsecond", taken?.Text);
        Assert.Null(_rig.Conversation.TakeQueued());
        Assert.Equal(SendOutcome.Queued, Send("third"));
        ChatService.PutBackQueued(_rig.Conversation, taken!);
        Assert.Equal("first\n\nsecond\n\nthird", _rig.Conversation.Queued?.Text);
        await StopAsync();
    }

    [Fact]
    public async Task What_was_held_is_held_again_when_its_removal_is_undone_and_nothing_overtakes_what_waits()
    {
        Send("long");
        Send("later");
        await StopAsync();
        await HeldAsync();
        var taken = _rig.Conversation.TakeQueued();
        Send("long");

        ChatService.PutBackQueued(_rig.Conversation, taken!);

        Assert.True(_rig.Conversation.Queued is { Text: "later", IsHeld: true });
        _rig.Chat.SendQueued(_rig.Conversation);
        Assert.True(_rig.Conversation.Queued is { IsHeld: false });
        Assert.Equal(SendOutcome.AlreadyQueued, Send("at once"));
        await StopAsync();
    }

    [Fact]
    public async Task Nothing_waits_where_nothing_is_generated_and_a_deleted_conversation_takes_none()
    {
        Assert.Equal(SendOutcome.Refused, Send(" "));
        Send("long");
        _rig.Store.Remove(_rig.Conversation.Id);

        Assert.Equal(SendOutcome.Refused, Send("too late"));
        Assert.Null(_rig.Conversation.Queued);
        await StopAsync();
    }

    private SendOutcome Send(string prompt) => _rig.Chat.SendOrQueue(_rig.Conversation, prompt, Model, []);

    private async Task StopAsync()
    {
        _rig.Chat.Stop(_rig.Conversation);
        await _rig.EndAsync();
    }

    private Task HeldAsync() => _rig.UntilAsync(_ => _rig.Conversation.Queued is { IsHeld: true });
}
