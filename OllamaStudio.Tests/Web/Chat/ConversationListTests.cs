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

    private static string Said(IRenderedComponent<ConversationList> list) => list.Find("[role=status]").TextContent;
}
