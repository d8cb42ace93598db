using System.Diagnostics;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Chat;

/// <summary>A turn and its store: what waits for what, and for how long.</summary>
[Collection("telemetry")]
public sealed class StoredTurnTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ForPrompt = TimeSpan.FromMilliseconds(500);

    private readonly StoreFixture _files = new();
    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HeldStore _store = null!;
    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _store = new HeldStore(_files);
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        _rig = await ChatRig.StartAsync(_ollama.Address, store: new Conversations(_time, _store));
        _rig.Asked = _asked.SetResult;
    }

    public async Task DisposeAsync()
    {
        _store.Release();
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
        await _files.DisposeAsync();
    }

    [Fact]
    public async Task What_the_person_said_is_stored_before_the_model_is_asked_and_the_reply_when_the_turn_has_ended()
    {
        _store.Hold();
        Assert.True(_rig.Chat.Send(_rig.Conversation, "short", "demo-small:latest"));
        await _store.SavesAsync();
        await _time.WaitForTimerAsync(ForPrompt);
        Assert.False(_asked.Task.IsCompleted);
        Assert.Null(_store.Load(_rig.Conversation.Id));

        using var spans = new SpanCollector();
        _store.Release();
        await _asked.Task.WaitAsync(Guard);
        Assert.Equal("short", _store.Load(_rig.Conversation.Id)!.Messages[0].Message.Text);
        var reply = await EndAsync();
        await _rig.Chat.StopAsync(default);

        var stored = _store.Load(_rig.Conversation.Id)!.Messages[1].Message;
        Assert.Equal((MessageState.Complete, reply.Text, reply.Stats), (stored.State, stored.Text, stored.Stats));
        Assert.Equal(ActivityStatusCode.Ok, spans["log_interaction"].Status);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_holds_a_turn_up_for_half_a_second_and_the_span_says_that_it_is_not_stored()
    {
        using var spans = new SpanCollector();
        _store.Hold();
        Assert.True(_rig.Chat.Send(_rig.Conversation, "short", "demo-small:latest"));
        await _time.FireAsync(ForPrompt);

        await _asked.Task.WaitAsync(Guard);
        Assert.True(_rig.Store.IsBehind);
        Assert.Equal(MessageState.Complete, (await EndAsync()).State);
        await _time.FireAsync(TimeSpan.FromSeconds(2));
        await _rig.Chat.StopAsync(default);

        Assert.Equal(ActivityStatusCode.Error, spans["log_interaction"].Status);
        Assert.Equal("not_stored", spans["log_interaction"].GetTagItem("error.type"));
        Assert.Contains("not stored yet", spans["log_interaction"].StatusDescription, StringComparison.Ordinal);
        Assert.Equal(ActivityStatusCode.Ok, spans["chat_interaction"].Status);

        _store.Release();
        Assert.True(await _rig.Store.TryStoreAsync(_rig.Conversation, Guard));
        Assert.Equal(2, _store.Load(_rig.Conversation.Id)!.Messages.Length);
        Assert.False(_rig.Store.IsBehind);
    }

    [Fact]
    public async Task On_a_full_disk_a_turn_goes_on_the_store_says_why_nothing_is_saved_and_all_of_it_is_saved_afterwards()
    {
        var time = new ManualTime();
        await using var files = new StoreFixture(time);
        var conversations = new Conversations(TimeProvider.System, new ConversationStore(files.Database, files.Writer, files.Folder));
        await using var rig = await ChatRig.StartAsync(_ollama.Address, store: conversations);
        await files.Writer.FlushAsync();
        files.Database.MaxPages = 1; // no more than there are
        var prompt = new string('x', 10_000) + " short";

        Assert.True(rig.Chat.Send(rig.Conversation, prompt, "demo-small:latest"));
        var reply = await rig.EndAsync();

        Assert.Equal(MessageState.Complete, reply.State);
        Assert.NotEqual("", reply.Text);
        Assert.True(SpinWait.SpinUntil(() => !files.Writer.Status.IsSaving, Guard));
        Assert.Contains("full", files.Writer.Status.Trouble, StringComparison.Ordinal);
        Assert.True(conversations.IsBehind);
        Assert.Single(conversations.FindUnstored());

        files.Database.MaxPages = null;
        await time.FireAsync(TimeSpan.FromSeconds(1)); // it is tried again
        Assert.True(await conversations.TryStoreAsync(rig.Conversation, Guard));
        Assert.True(SpinWait.SpinUntil(() => files.Writer.Status.IsSaving && !conversations.IsBehind, Guard));
        var stored = new ConversationStore(files.Database, files.Writer, files.Folder).Load(rig.Conversation.Id)!;
        Assert.Equal([prompt, reply.Text], stored.Messages.Select(static message => message.Message.Text));
    }

    // The conversation tells of changes by the time that stands still here, a moment apart.
    private async Task<MessageRecord> EndAsync()
    {
        var end = _rig.EndAsync();
        while (!end.IsCompleted)
        {
            await Task.WhenAny(end, _time.WaitForTimerAsync(Conversation.SignalInterval));
            if (!end.IsCompleted)
            {
                _time.Advance(Conversation.SignalInterval);
            }
        }

        return await end;
    }
}
