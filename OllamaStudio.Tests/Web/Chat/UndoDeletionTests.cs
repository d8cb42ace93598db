using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using MudBlazor;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>How long a deletion can be undone, with the clock in the test's hands.</summary>
public sealed class UndoDeletionTests : ChatTestBase, IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly Gone _gone = new();
    private readonly Conversations _store;
    private readonly IRenderedComponent<MudSnackbarProvider> _snackbars;

    public UndoDeletionTests()
    {
        _store = new Conversations(_time, erasers: [_gone]);
        Services.AddMudBlazor();
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddSingleton(_store);
        _snackbars = Render<MudSnackbarProvider>();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public void It_goes_ten_seconds_after_nobody_is_on_it()
    {
        Delete();

        Pass(9);
        Find().TriggerEvent("onfocusin", new Microsoft.AspNetCore.Components.Web.FocusEventArgs());
        Pass(60);
        Find().TriggerEvent("onpointerenter", new Microsoft.AspNetCore.Components.Web.PointerEventArgs());
        Find().TriggerEvent("onfocusout", new Microsoft.AspNetCore.Components.Web.FocusEventArgs());
        Pass(60);
        Find().TriggerEvent("onpointerleave", new Microsoft.AspNetCore.Components.Web.PointerEventArgs());
        Pass(9);
        Find();
        Assert.Empty(_gone.Ids);
        Pass(1);
        _snackbars.WaitForAssertion(() => Assert.Empty(_snackbars.FindAll("[data-testid=undo]")));
        _snackbars.WaitForAssertion(() => Assert.Single(_gone.Ids)); // for good
        Assert.Empty(_store.All);
    }

    [Fact]
    public void Each_is_undone_by_its_own_and_a_long_title_is_cut()
    {
        var first = Delete();
        var second = Delete(new string('x', 300));

        var offers = _snackbars.FindAll("[data-testid=undo]");
        Assert.Equal(2, offers.Count);
        Assert.Equal($"“{new string('x', 40)}…” deleted", offers[1].QuerySelector(".what")!.TextContent);
        offers[0].QuerySelector("button")!.Click();

        Assert.Same(first, _store.Find(Assert.Single(_store.All).Id));
        _snackbars.WaitForAssertion(() => Assert.Equal(second.Title, Assert.Single(_snackbars.FindAll("[data-testid=undo]")).GetAttribute("title")));
        Assert.Empty(_gone.Ids);
    }

    [Fact]
    public void What_was_not_open_is_put_back_without_leading_away_from_what_is()
    {
        var navigation = Services.GetRequiredService<Microsoft.AspNetCore.Components.NavigationManager>();
        var (here, undone) = (navigation.Uri, 0);
        var conversation = _store.Create();
        UndoDeletion.Offer(Services.GetRequiredService<ISnackbar>(), _store, navigation, _store.Remove(conversation.Id)!, wasOpen: false, undone: () => undone++);

        Find().QuerySelector("button")!.Click();

        Assert.Equal((1, here), (undone, navigation.Uri));
        Assert.Single(_store.All);
    }

    [Fact]
    public void A_page_that_is_gone_when_it_would_get_the_keyboard_is_no_fault()
    {
        JSInterop.SetupVoid("Blazor._internal.domWrapper.focus", _ => true).SetException(new JSDisconnectedException("gone"));

        Delete();

        _snackbars.WaitForElement("[data-testid=undo]");
        Assert.False(Renderer.UnhandledException.IsCompleted);
    }

    private sealed class Gone : ISessionEraser
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Ids { get; } = new();

        public Task EraseAsync(string sessionId)
        {
            Ids.Enqueue(sessionId);
            return Task.CompletedTask;
        }

        public Task EraseTracesAsync(string sessionId, IReadOnlyList<string> traceIds) => Task.CompletedTask;

        public void Restore(string sessionId)
        {
        }

        public void Refuse(string sessionId)
        {
        }
    }

    private IElement Find() => _snackbars.Find("[data-testid=undo]");

    private Conversation Delete(string title = "short")
    {
        var conversation = _store.Create();
        _store.Rename(conversation.Id, title);
        UndoDeletion.Offer(Services.GetRequiredService<ISnackbar>(), _store, Services.GetRequiredService<Microsoft.AspNetCore.Components.NavigationManager>(), _store.Remove(conversation.Id)!);
        return conversation;
    }

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
