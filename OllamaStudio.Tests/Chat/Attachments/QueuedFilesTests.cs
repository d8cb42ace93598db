using OllamaStudio.Core.Chat;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Storage.Conversations;

namespace OllamaStudio.Tests.Chat.Attachments;

/// <summary>Files of a message that waits for a reply, above a real store.</summary>
[Collection("telemetry")]
public sealed class QueuedFilesTests : IAsyncLifetime
{
    private const string Model = "demo-vision:latest";

    private readonly ConversationRig _stored = new();
    private SimulatorServer _ollama = null!;
    private Conversations _conversations = null!;
    private DraftAttachments _files = null!;
    private ChatRig _rig = null!;

    private string Key => _rig.Conversation.Id;

    private string QueuedKey => DraftAttachments.QueuedIn(Key);

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 200, LoadDelay = TimeSpan.Zero });
        _conversations = new Conversations(TimeProvider.System, _stored.Store); // by the real clock, by which replies come
        _files = new DraftAttachments(_stored.Store, _conversations);
        _rig = await ChatRig.StartAsync(_ollama.Address, store: _conversations, files: _files);
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
        _conversations.Dispose();
        await _stored.DisposeAsync();
    }

    [Fact]
    public async Task They_wait_with_it_and_go_with_it()
    {
        await QueueAsync();
        Assert.Empty(_files.Find(Key));
        Assert.Equal(["a.txt"], _files.Find(QueuedKey).Select(file => file.Name));
        _rig.Chat.Stop(_rig.Conversation);
        await _rig.UntilAsync(_ => _rig.Conversation.Queued is { IsHeld: true });

        Assert.True(_rig.Chat.SendQueued(_rig.Conversation));

        var sent = _rig.Conversation.Messages[^2];
        Assert.Equal(("and this", "a.txt", "hello"), (sent.Text, Assert.Single(sent.Attachments).Name, sent.Attachments[0].TryReadText()));
        Assert.Empty(_files.Find(QueuedKey));
        await _rig.EndAsync();
    }

    [Fact]
    public async Task A_second_message_keeps_its_files_and_what_is_taken_out_can_be_brought_back()
    {
        await QueueAsync();
        Assert.Null(_files.Add(Key, "b.txt", "two"u8.ToArray()));
        Assert.Equal(SendOutcome.AlreadyQueued, Send("second"));
        Assert.Equal(["b.txt"], _files.Find(Key).Select(file => file.Name));

        var taken = _files.Take(QueuedKey);
        Assert.Empty(_files.Find(QueuedKey));
        _files.Bring(taken, QueuedKey);
        Assert.Equal("hello", Assert.Single(_files.Find(QueuedKey)).TryReadText());
        _rig.Chat.Stop(_rig.Conversation);
        await _rig.EndAsync();
    }

    private async Task QueueAsync()
    {
        Assert.Equal(SendOutcome.Sent, Send("long"));
        await _rig.UntilAsync(messages => messages[^1].Text.Length > 0);
        Assert.Null(_files.Add(Key, "a.txt", "hello"u8.ToArray()));
        Assert.Equal(SendOutcome.Queued, Send("and this"));
        Assert.Equal("and this", _rig.Conversation.Queued?.Text);
    }

    private SendOutcome Send(string prompt) => _rig.Chat.SendOrQueue(_rig.Conversation, prompt, Model, _files.Find(Key), Key);
}
