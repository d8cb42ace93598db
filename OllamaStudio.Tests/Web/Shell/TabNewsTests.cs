using System.Threading.Channels;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;
using OllamaStudio.Shell;

namespace OllamaStudio.Tests.Web.Shell;

/// <summary>What of the conversations the page is told for its title and icon.</summary>
public sealed class TabNewsTests : BunitContext, IJSRuntime
{
    private readonly Conversations _store = new(TimeProvider.System);
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

    public TabNewsTests()
    {
        Services.AddSingleton(_store);
        Services.AddSingleton<IJSRuntime>(this);
    }

    [Theory]
    [InlineData(MessageState.Complete, "done")]
    [InlineData(MessageState.Failed, "failed")]
    [InlineData(MessageState.Stopped, null)]
    public async Task A_turn_that_ends_is_told_unless_the_person_stopped_it(MessageState state, string? told)
    {
        var news = Render<TabNews>();
        var first = Begin();
        await SettleAsync(news);
        End(first, state);
        await SettleAsync(news);

        // One that is told in any case: what comes before it has been told, or never will be.
        var second = Begin();
        await SettleAsync(news);
        End(second, MessageState.Failed);
        if (told is not null)
        {
            Assert.Equal(told, await TellingAsync());
        }

        Assert.Equal("failed", await TellingAsync());
        Assert.False(_told.Reader.TryPeek(out _));
    }

    [Fact]
    public async Task A_tool_that_asks_is_told_and_that_it_asks_no_more()
    {
        var news = Render<TabNews>();
        var conversation = Begin();
        await SettleAsync(news);

        conversation.AddCall(new ToolCallRecord { Id = "call", Name = "write_note", Arguments = "{}", State = ToolCallState.AwaitingApproval });
        Assert.Equal("asks", await TellingAsync());
        conversation.UpdateCall("call", call => call with { State = ToolCallState.Running });
        Assert.Equal("answered", await TellingAsync());
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        _store.Dispose();
    }

    ValueTask<T> IJSRuntime.InvokeAsync<T>(string identifier, object?[]? args) => ((IJSRuntime)this).InvokeAsync<T>(identifier, default, args);

    ValueTask<T> IJSRuntime.InvokeAsync<T>(string identifier, CancellationToken cancellationToken, object?[]? args)
    {
        Assert.Equal("studio.tab.tell", identifier);
        _told.Writer.TryWrite((string)args![0]!);
        return default;
    }

    private async Task<string> TellingAsync() => await _told.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    private Conversation Begin()
    {
        var conversation = _store.Create();
        Assert.True(conversation.TryBegin(Message(MessageRole.User), Message(MessageRole.Assistant) with { State = MessageState.Streaming }));
        _store.Touch();
        return conversation;
    }

    private static MessageRecord Message(MessageRole role) => new() { Id = Guid.NewGuid().ToString("N"), Role = role, CreatedAt = DateTimeOffset.UnixEpoch };

    private void End(Conversation conversation, MessageState state)
    {
        conversation.UpdateReply(reply => reply with { State = state });
        _store.Touch();
    }

    // Until the change just made has been heard, and taken in.
    private async Task SettleAsync(IRenderedComponent<TabNews> news)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = _store.Subscribe(() => heard.TrySetResult());
        _store.Touch();
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await news.InvokeAsync(static () => { });
    }
}
