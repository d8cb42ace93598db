using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using OllamaStudio.Chat;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>The search of the list while the conversations change below it.</summary>
public sealed class ConversationListTests : ChatTestBase, IAsyncLifetime
{
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _rig = await ChatRig.StartAsync(new Uri("http://127.0.0.1:9"));
        Services.AddMudBlazor();
        Services.AddSingleton(_rig.Store);
        Services.AddSingleton(_rig.Chat);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public void What_no_longer_matches_is_told_although_nobody_typed()
    {
        _rig.Store.Rename(_rig.Conversation.Id, "Trip to Rome");
        var list = Render<ConversationList>();
        list.Find("[data-testid=conversation-search]").Input("harbour");
        list.WaitForAssertion(() => Assert.Contains("Nothing matches “harbour”", Said(list), StringComparison.Ordinal));

        _rig.Store.Rename(_rig.Conversation.Id, "The harbour of Ostia");
        list.WaitForAssertion(() => Assert.Single(list.FindAll("[data-testid=conversation-item]")));
        _rig.Store.Rename(_rig.Conversation.Id, "Trip to Rome");

        list.WaitForAssertion(() => Assert.Contains("Nothing matches “harbour”", Said(list), StringComparison.Ordinal));
        Assert.NotNull(list.Find("[data-testid=conversation-search-clear]"));
    }

    [Fact]
    public void Of_many_the_newest_are_drawn_and_older_ones_on_demand()
    {
        for (var i = 0; i < ConversationList.Step + 50; i++)
        {
            _rig.Store.Create();
        }

        var list = Render<ConversationList>();
        Assert.Equal(ConversationList.Step, list.FindAll("[data-testid=conversation-item]").Count);
        Assert.Equal("Show 51 of 51 older ones", list.Find("[data-testid=conversations-more]").TextContent);

        list.Find("[data-testid=conversations-more]").Click();

        Assert.Equal(ConversationList.Step + 51, list.FindAll("[data-testid=conversation-item]").Count);
        Assert.Empty(list.FindAll("[data-testid=conversations-more]"));
    }

    [Fact]
    public void A_temporary_chat_says_so()
    {
        _rig.Store.Create(isTemporary: true);

        Assert.Equal("Temporary: not stored, gone when the studio stops", Assert.Single(Render<ConversationList>().FindAll(".temporary")).GetAttribute("title"));
    }

    private static string Said(IRenderedComponent<ConversationList> list) => list.Find("[role=status]").TextContent;
}
