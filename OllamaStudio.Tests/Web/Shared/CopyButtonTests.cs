using Bunit;
using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Web.Shared;

public sealed class CopyButtonTests : BunitContext
{
    [Fact]
    public async Task It_tells_the_server_that_the_pointer_left_only_while_it_says_that_something_was_copied()
    {
        JSInterop.Setup<bool>("studio.copy", "the text").SetResult(true);
        var copy = Render<CopyButton>(parameters => parameters.Add(p => p.Text, "the text").Add(p => p.What, "the path"));
        var button = copy.Find("button");
        Assert.Equal("Copy the path", button.GetAttribute("title"));
        Assert.False(button.HasAttribute("blazor:onmouseleave"));

        await button.ClickAsync();
        Assert.Equal("Copied", copy.Find("button").GetAttribute("title"));
        await copy.Find("button").MouseLeaveAsync();

        Assert.Equal("Copy the path", copy.Find("button").GetAttribute("title"));
        Assert.False(copy.Find("button").HasAttribute("blazor:onmouseleave"));
        Assert.False(copy.Find("button").HasAttribute("blazor:onblur"));
    }
}
