using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Storage;
using OllamaStudio.Shell.Status;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Shell;

/// <summary>What the status bar says of the store: nothing where all is well.</summary>
public sealed class StoreStatusItemTests : BunitContext, IAsyncLifetime
{
    private readonly FakeStore _monitor = new();
    private readonly StoreFixture _files = new();
    private readonly HeldStore _store;
    private readonly Conversations _conversations;

    public StoreStatusItemTests()
    {
        _store = new HeldStore(_files);
        _conversations = new Conversations(TimeProvider.System, _store);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<IStoreMonitor>(_monitor);
        Services.AddSingleton(_conversations);
        Services.AddSingleton<TimeProvider>(new ManualTime());
    }

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _store.Release();
        await _conversations.StopAsync();
        _conversations.Dispose();
        await _files.DisposeAsync();
    }

    [Fact]
    public void Where_nothing_is_saved_it_says_why_and_since_when_and_is_gone_when_that_works_again()
    {
        var item = Render<StoreStatusItem>();
        Assert.Empty(item.FindAll("[data-testid=status-store]"));

        _monitor.Say(new StoreStatus { Trouble = "the disk is full", Since = ManualTime.Epoch });
        item.WaitForAssertion(() => Assert.Equal(("failing", "Not saved"), Shown(item)));
        Assert.Equal("Nothing is being saved: the disk is full", item.Find("summary").GetAttribute("title"));
        Assert.Matches("^Nothing is being saved since .*: the disk is full\\.$", item.Find(".popover p").TextContent);

        _monitor.Say(new StoreStatus());
        item.WaitForAssertion(() => Assert.Empty(item.FindAll("[data-testid=status-store]")));
    }

    [Fact]
    public async Task A_message_that_was_sent_before_it_was_saved_is_said_to_be_until_it_is()
    {
        var item = Render<StoreStatusItem>();
        var conversation = _conversations.Create();
        _store.Hold();
        Assert.True(conversation.TryBegin(
            new MessageRecord { Id = "p", Role = MessageRole.User, Text = "hi", CreatedAt = DateTimeOffset.UnixEpoch },
            new MessageRecord { Id = "r", Role = MessageRole.Assistant, CreatedAt = DateTimeOffset.UnixEpoch }));
        Assert.False(await _conversations.TryStoreAsync(conversation, TimeSpan.Zero));

        item.WaitForAssertion(() => Assert.Equal(("behind", "Not saved yet"), Shown(item)));
        Assert.Contains("a message was sent before it was saved", item.Find(".popover").TextContent, StringComparison.Ordinal);

        _store.Release();
        Assert.True(await _conversations.TryStoreAsync(conversation, TimeSpan.FromSeconds(30)));
        item.WaitForAssertion(() => Assert.Empty(item.FindAll("[data-testid=status-store]")));
    }

    [Fact]
    public async Task A_conversation_that_the_store_fails_to_take_is_said_not_to_be_saved()
    {
        var item = Render<StoreStatusItem>();
        var conversation = _conversations.Create();
        _store.Fault = new InvalidOperationException("a bug");
        Assert.True(conversation.TryBegin(
            new MessageRecord { Id = "p", Role = MessageRole.User, Text = "hi", CreatedAt = DateTimeOffset.UnixEpoch },
            new MessageRecord { Id = "r", Role = MessageRole.Assistant, CreatedAt = DateTimeOffset.UnixEpoch }));
        Assert.False(await _conversations.TryStoreAsync(conversation, TimeSpan.FromSeconds(30)));

        item.WaitForAssertion(() => Assert.Equal(("failed", "Not saved"), Shown(item)));
        _conversations.Remove(conversation.Id);
        item.WaitForAssertion(() => Assert.Empty(item.FindAll("[data-testid=status-store]")));
    }

    [Fact]
    public void A_database_that_was_broken_is_said_to_be_kept_until_that_was_read()
    {
        _monitor.Say(new StoreStatus { SetAside = "/data/studio.db.broken-20260301-120000-000" });
        var item = Render<StoreStatusItem>();

        Assert.Equal(("set-aside", "Database was broken"), Shown(item));
        Assert.Equal("/data/studio.db.broken-20260301-120000-000", item.Find("code.path").TextContent);

        item.Find("[data-testid=store-set-aside-read]").Click();
        item.WaitForAssertion(() => Assert.Empty(item.FindAll("[data-testid=status-store]")));
        _monitor.Say(new StoreStatus { SetAside = "/data/studio.db.broken-20260302-120000-000" }); // another one is news
        item.WaitForAssertion(() => Assert.Equal(("set-aside", "Database was broken"), Shown(item)));
    }

    private static (string? State, string Label) Shown(IRenderedComponent<StoreStatusItem> item) =>
        (item.Find("[data-testid=status-store]").GetAttribute("data-state"), item.Find(".label").TextContent);

    private sealed class FakeStore : IStoreMonitor
    {
        private Action? _changed;

        public StoreStatus Status { get; private set; } = new();

        public void Say(StoreStatus status)
        {
            Status = status;
            _changed?.Invoke();
        }

        public IDisposable Subscribe(Action changed)
        {
            _changed += changed;
            return new Subscription(() => _changed -= changed);
        }

        private sealed class Subscription(Action ended) : IDisposable
        {
            public void Dispose() => ended();
        }
    }
}
