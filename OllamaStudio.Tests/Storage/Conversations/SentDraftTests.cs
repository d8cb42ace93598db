using OllamaStudio.Core.Chat;
using OllamaStudio.Tests.Chat;

namespace OllamaStudio.Tests.Storage.Conversations;

public sealed class SentDraftTests : IAsyncLifetime
{
    private readonly ConversationRig _rig = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task A_draft_that_is_sent_is_stored_until_the_message_is()
    {
        var held = new HeldStore(_rig.Files);
        using var conversations = new Core.Chat.Conversations(_rig.Time, held);
        var conversation = conversations.Create();
        var drafts = new Drafts(held, conversations);
        drafts.Keep("", "a question", _rig.Time.GetUtcNow());
        while (held.FindDraft("") is null)
        {
            await _rig.Files.Writer.FlushAsync();
        }

        held.Hold();
        _rig.Begin(conversation, "a question");
        drafts.Sent("", conversation);
        await held.SavesAsync();
        await _rig.Files.Writer.FlushAsync();
        Assert.Equal((null, "a question"), (drafts.Find(""), held.FindDraft("")?.Text));

        held.Release();
        await conversations.StopAsync();
        Assert.NotNull(_rig.Store.Load(conversation.Id));
        while (held.FindDraft("") is not null)
        {
            await _rig.Files.Writer.FlushAsync();
        }
    }
}
