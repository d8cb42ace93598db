using Dapper;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Chat.Transfer;

namespace OllamaStudio.Tests.Storage.Conversations;

public sealed class StoredParametersTests
{
    private const string Set = """{"mirostat":{"tau":5},"temperature":0.2}""";

    [Fact]
    public async Task What_is_set_is_there_after_a_start_and_in_a_copy_with_what_another_version_wrote()
    {
        await using var rig = new ConversationRig();
        var conversation = rig.Talk();
        conversation.SetParameters(ChatParameters.Read(Set).With(ChatParameter.System, "Be brief."));
        await rig.StoreAsync();
        Assert.Equal(Set, rig.Ask<string>("SELECT parameters FROM conversation"));
        Assert.Equal("Be brief.", rig.Ask<string>("SELECT system_prompt FROM conversation"));

        rig.Crash();
        var read = rig.Conversations.Find(conversation.Id)!;

        Assert.Equal(conversation.Parameters, read.Parameters);
        Assert.Equal("Be brief.", read.Parameters.SystemPrompt);
        Assert.Equal(read.Parameters, rig.Conversations.Duplicate(conversation.Id)!.Parameters);
        Assert.Equal((Set, "Be brief."), (read.ToDocument().Parameters, read.ToDocument().SystemPrompt));
        Assert.Contains("## System\n\nBe brief.", ConversationMarkdown.Of("t", read.ToDocument(), TimeZoneInfo.Utc), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_that_cannot_be_read_cost_no_conversation_and_stay_until_something_is_set()
    {
        await using var rig = new ConversationRig();
        var conversation = rig.Talk();
        await rig.StoreAsync();
        await rig.Files.Writer.WriteAsync(static connection => connection.Execute("UPDATE conversation SET parameters = '{\"temperature\":'"), 0, urgent: true);
        rig.Crash();
        var read = rig.Conversations.Find(conversation.Id)!;
        Assert.True(read.Parameters.IsEmpty);
        Assert.NotEmpty(read.Messages);

        read.Rename("Another name");
        await rig.StoreAsync();
        Assert.Equal("{\"temperature\":", rig.Ask<string>("SELECT parameters FROM conversation"));

        rig.Crash();
        rig.Conversations.Find(conversation.Id)!.SetParameters(ChatParameters.Read("""{"seed":1}"""));
        await rig.StoreAsync();
        Assert.Equal("""{"seed":1}""", rig.Ask<string>("SELECT parameters FROM conversation"));
    }

    [Fact]
    public void A_system_prompt_too_long_to_be_sent_is_not_lost_with_the_next_change()
    {
        using var conversation = new Conversation("c", TimeProvider.System);
        var prompt = new string('a', 100_001);
        conversation.SetParameters(ChatParameters.None.With(ChatParameter.System, prompt));
        Assert.Null(conversation.Parameters.SystemPrompt);

        conversation.SetParameters(conversation.Parameters.With(ChatParameter.Seed, 1));

        Assert.Equal(prompt, conversation.ToDocument().SystemPrompt);
        Assert.Equal("""{"seed":1}""", conversation.ToDocument().Parameters);
    }
}
