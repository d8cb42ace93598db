using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Chat;
using OllamaStudio.Tests.Ollama.Library;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class EmptyChatTests : ChatTestBase
{
    [Fact]
    public async Task Where_no_model_is_installed_a_button_leads_to_where_one_is_pulled()
    {
        await using var rig = await LibraryRig.StartAsync();
        rig.Tags = """{"models":[]}""";
        await rig.Servers.RefreshAsync(default);
        Services.AddMudBlazor();
        Services.AddSingleton(rig.Servers);

        var empty = Render<EmptyChat>();

        Assert.Equal("No model is installed yet", empty.Find("h2").TextContent);
        var pull = empty.Find("[data-testid=empty-pull]");
        Assert.Equal(("Pull a model", "/models"), (pull.TextContent.Trim(), pull.GetAttribute("href")));
        await DisposeComponentsAsync();
    }
}
