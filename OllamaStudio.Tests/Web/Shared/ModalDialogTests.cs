using Bunit;
using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Web.Shared;

public sealed class ModalDialogTests : BunitContext
{
    public ModalDialogTests() => JSInterop.SetupVoid("studio.dialogs.open", _ => true).SetVoidResult();

    [Fact]
    public async Task Its_content_lives_only_while_it_is_open()
    {
        var dialog = Dialog();
        Assert.Empty(dialog.Find("dialog").Children);

        await dialog.InvokeAsync(dialog.Instance.Open);
        Assert.Equal("Keyboard", dialog.Find("dialog").GetAttribute("aria-label"));
        Assert.Equal("Keyboard", dialog.Find("h2").TextContent);
        Assert.Equal("content", dialog.Find("p").TextContent);
        JSInterop.VerifyInvoke("studio.dialogs.open");

        await dialog.Find("dialog").TriggerEventAsync("onclose", EventArgs.Empty);
        Assert.Empty(dialog.Find("dialog").Children);
        Assert.False(dialog.Instance.IsOpen);
    }

    [Fact]
    public async Task Bare_it_has_a_name_but_no_title_bar()
    {
        var dialog = Dialog(bare: true);
        await dialog.InvokeAsync(dialog.Instance.Open);

        Assert.Equal("Keyboard", dialog.Find("dialog").GetAttribute("aria-label"));
        Assert.Equal("P", Assert.Single(dialog.Find("dialog").Children).TagName);
    }

    [Fact]
    public async Task It_is_closed_by_the_browser_and_only_where_it_is_open()
    {
        JSInterop.Setup<bool>("studio.dialogs.close", _ => true).SetResult(true);
        var dialog = Dialog();
        Assert.False(await dialog.InvokeAsync(dialog.Instance.CloseAsync));
        JSInterop.VerifyNotInvoke("studio.dialogs.close");

        await dialog.InvokeAsync(dialog.Instance.ToggleAsync);
        Assert.True(dialog.Instance.IsOpen);
        await dialog.InvokeAsync(dialog.Instance.ToggleAsync);

        JSInterop.VerifyInvoke("studio.dialogs.close");
        Assert.Empty(dialog.Find("dialog").Children);
    }

    [Fact]
    public async Task One_that_the_browser_closed_unheard_is_opened_by_the_first_press()
    {
        JSInterop.Setup<bool>("studio.dialogs.close", _ => true).SetResult(false);
        var dialog = Dialog();
        await dialog.InvokeAsync(dialog.Instance.Open);

        await dialog.InvokeAsync(dialog.Instance.ToggleAsync);

        Assert.True(dialog.Instance.IsOpen);
        JSInterop.VerifyInvoke("studio.dialogs.open", calledTimes: 2);
    }

    private IRenderedComponent<ModalDialog> Dialog(bool bare = false) => Render<ModalDialog>(parameters => parameters
        .Add(dialog => dialog.Title, "Keyboard")
        .Add(dialog => dialog.Bare, bare)
        .AddChildContent("<p>content</p>"));
}
