using Bunit;
using MudBlazor;
using OllamaStudio.Shared;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Shared;

public sealed class ModalDialogTests : BunitContext, IAsyncLifetime
{
    private readonly IRenderedComponent<MudDialogProvider> _page;

    public ModalDialogTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudBlazor();
        _page = Render<MudDialogProvider>();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    [Fact]
    public async Task Its_content_lives_only_while_it_is_open()
    {
        var dialog = Dialog();
        Assert.Empty(_page.FindAll("p"));

        await dialog.InvokeAsync(dialog.Instance.OpenAsync);
        Assert.Equal("Keyboard", _page.Find("[role=dialog]").GetAttribute("aria-label"));
        Assert.Equal("Keyboard", _page.Find("h2").TextContent);
        Assert.Equal("content", _page.Find("p").TextContent);

        await _page.Find("[aria-label=Close]").ClickAsync(new());
        _page.WaitForAssertion(() => Assert.Empty(_page.FindAll("p")));
        dialog.WaitForAssertion(() => Assert.False(dialog.Instance.IsOpen));
    }

    [Fact]
    public async Task Bare_it_has_a_name_but_no_title_bar()
    {
        var dialog = Dialog(bare: true);
        await dialog.InvokeAsync(dialog.Instance.OpenAsync);

        Assert.Equal("Keyboard", _page.Find("[role=dialog]").GetAttribute("aria-label"));
        Assert.Empty(_page.FindAll("h2"));
        Assert.Equal("content", _page.Find("p").TextContent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Each_press_opens_it_or_closes_it(int presses)
    {
        var dialog = Dialog();

        await dialog.InvokeAsync(() => Task.WhenAll(Enumerable.Range(0, presses).Select(_ => dialog.Instance.ToggleAsync())));

        _page.WaitForAssertion(() => Assert.Equal(presses % 2, _page.FindAll("[role=dialog]").Count));
        Assert.Equal(presses % 2 == 1, dialog.Instance.IsOpen);
    }

    [Fact]
    public async Task One_that_a_person_closed_is_opened_by_the_first_press()
    {
        var dialog = Dialog();
        await dialog.InvokeAsync(dialog.Instance.OpenAsync);
        await _page.Find(".mud-overlay").ClickAsync(new());
        dialog.WaitForState(() => !dialog.Instance.IsOpen);

        await dialog.InvokeAsync(dialog.Instance.ToggleAsync);

        Assert.Single(_page.FindAll("[role=dialog]"));
    }

    private IRenderedComponent<ModalDialog> Dialog(bool bare = false) => Render<ModalDialog>(parameters => parameters
        .Add(dialog => dialog.Title, "Keyboard")
        .Add(dialog => dialog.Bare, bare)
        .AddChildContent("<p>content</p>"));
}
