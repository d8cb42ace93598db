using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;
using OllamaStudio.Shell.Palette;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Settings;

namespace OllamaStudio.Tests.Web.Shell;

/// <summary>What Enter does while conversations are still being searched, and what the settings are found by.</summary>
public sealed class CommandPaletteTests : BunitContext, IAsyncLifetime
{
    private readonly SettingsFixture _settings = new();
    private readonly SpanFeed _feed = new(TimeProvider.System);
    private readonly List<PaletteEntry> _chosen = [];
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        _rig = await ChatRig.StartAsync(new Uri("http://127.0.0.1:9"));
        Services.AddSingleton(_rig.Store);
        Services.AddSingleton(_rig.Chat);
        Services.AddSingleton(_rig.Servers);
        Services.AddSingleton(_settings.Open());
        Services.AddSingleton<ISpanFeed>(_feed);
        Services.AddSingleton<StudioUi>();
        Services.AddSingleton<PaletteCommands>();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _rig.DisposeAsync();
        _feed.Dispose();
        _settings.Dispose();
    }

    [Theory]
    [InlineData("temperature", "Parameters of this chat")]
    [InlineData("attach", "Attach files")]
    [InlineData("private", "Temporary chat")]
    public void What_stands_below_a_chat_is_found_by_its_words(string query, string title)
    {
        var commands = Services.GetRequiredService<PaletteCommands>();
        Assert.Contains(title, commands.List().Where(entry => entry.Matches(query)).Select(static entry => entry.Title));

        Services.GetRequiredService<Microsoft.AspNetCore.Components.NavigationManager>().NavigateTo("/models");
        Assert.DoesNotContain(title, commands.List().Select(static entry => entry.Title));
    }

    [Fact]
    public async Task Enter_does_a_command_at_once_and_once()
    {
        // While a reply is written to, nobody reads it: the search waits.
        using var written = new ManualResetEventSlim();
        var writing = new TaskCompletionSource();
        _rig.Conversation.TryBegin(Message("p", MessageRole.User), Message("r", MessageRole.Assistant) with { State = MessageState.Streaming });
        var write = Task.Run(() => _rig.Conversation.UpdateReply(reply =>
        {
            writing.SetResult();
            written.Wait();
            return reply;
        }));
        await writing.Task;
        try
        {
            var palette = Render<CommandPalette>(parameters => parameters.Add(p => p.OnChoose, _chosen.Add));
            await palette.InvokeAsync(() => Query(palette).Input("keyboard shortcuts"));

            await palette.InvokeAsync(() => Query(palette).KeyDown("Enter"));
            await palette.InvokeAsync(() => Query(palette).KeyDown("Enter"));

            Assert.Equal("Keyboard shortcuts", Assert.Single(_chosen).Title);
        }
        finally
        {
            written.Set();
            await write;
        }
    }

    [Fact]
    public async Task A_conversation_that_is_put_away_is_found_and_says_so()
    {
        _rig.Store.Rename(_rig.Conversation.Id, "The harbour of Ostia");
        _rig.Store.Archive(_rig.Conversation.Id, isArchived: true);
        var palette = Render<CommandPalette>();

        await palette.InvokeAsync(() => Query(palette).Input("harbour"));

        palette.WaitForAssertion(() => Assert.EndsWith("Archived", palette.Find("[data-testid=palette-entry]").TextContent.Trim(), StringComparison.Ordinal), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_conversation_that_is_found_is_chosen_once_it_is()
    {
        _rig.Store.Rename(_rig.Conversation.Id, "Trip to Rome");
        var palette = Render<CommandPalette>(parameters => parameters.Add(p => p.OnChoose, _chosen.Add));
        await palette.InvokeAsync(() => Query(palette).Input("trip rome"));

        await palette.InvokeAsync(() => Query(palette).KeyDown("Enter"));

        palette.WaitForAssertion(() => Assert.Equal("Trip to Rome", Assert.Single(_chosen).Title));
    }

    [Fact]
    public void A_setting_is_found_by_all_that_its_page_says_of_it() =>
        Assert.Contains(Services.GetRequiredService<PaletteCommands>().List(), static entry => entry is { Group: "Settings" } && entry.Matches("bearer"));

    [Fact]
    public void The_MCP_servers_are_listed_once() =>
        Assert.Equal(["MCP servers"], Services.GetRequiredService<PaletteCommands>().List().Where(static entry => entry.Matches("mcp servers")).Select(static entry => entry.Title));

    private static IElement Query(IRenderedComponent<CommandPalette> palette) => palette.Find("[data-testid=palette-query]");

    private static MessageRecord Message(string id, MessageRole role) => new() { Id = id, Role = role, Text = "x", CreatedAt = DateTimeOffset.UnixEpoch };
}
