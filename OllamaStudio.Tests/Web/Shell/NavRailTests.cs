using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shell;
using OllamaStudio.Tests.Web.Chat;

namespace OllamaStudio.Tests.Web.Shell;

public sealed class NavRailTests : ChatTestBase
{
    [Fact]
    public void From_another_page_it_leads_back_to_the_chat_that_was_shown_while_there_is_one()
    {
        using var store = new Conversations(TimeProvider.System);
        Services.AddSingleton(store);
        var navigation = Services.GetRequiredService<NavigationManager>();
        var conversation = store.Create();
        navigation.NavigateTo($"/chat/{conversation.Id}");
        var rail = Render<NavRail>();
        Assert.Equal("/", Chat());

        navigation.NavigateTo("/traces?q=x");
        rail.WaitForAssertion(() => Assert.Equal($"/chat/{conversation.Id}", Chat()));

        store.Remove(conversation.Id);
        navigation.NavigateTo("/models");
        rail.WaitForAssertion(() => Assert.Equal("/", Chat()));

        string? Chat() => rail.FindAll("a.item")[0].GetAttribute("href");
    }
}
