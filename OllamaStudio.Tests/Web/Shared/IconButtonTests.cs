using Bunit;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using OllamaStudio.Shared;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Shared;

public sealed class IconButtonTests : BunitContext, IAsyncLifetime
{
    public IconButtonTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudBlazor();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    [Fact]
    public void It_is_drawn_anew_only_where_something_of_it_is_new()
    {
        var button = Render<IconButton>(parameters => Fill(parameters, "false"));
        var tooltip = button.FindComponent<MudTooltip>();
        var drawn = tooltip.RenderCount;

        button.Render(parameters => Fill(parameters, "false"));
        Assert.Equal(drawn, tooltip.RenderCount);
        button.Render(parameters => Fill(parameters, "false"));
        Assert.Equal(drawn, tooltip.RenderCount);

        button.Render(parameters => Fill(parameters, "true"));
        Assert.True(tooltip.RenderCount > drawn);
        Assert.Equal("true", button.Find("button").GetAttribute("aria-pressed"));
    }

    private void Fill(ComponentParameterCollectionBuilder<IconButton> parameters, string pressed) => parameters
        .Add(button => button.Icon, "pause").Add(button => button.Label, "Pause").Add(button => button.OnClick, EventCallback.Factory.Create<Microsoft.AspNetCore.Components.Web.MouseEventArgs>(this, Press))
        .AddUnmatched("aria-pressed", pressed);

    private void Press()
    {
    }
}
