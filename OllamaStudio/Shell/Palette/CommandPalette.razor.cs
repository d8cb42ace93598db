using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell.Palette;

/// <summary>Everything that can be done or found, under one field: commands at once, conversations as soon as they are searched.</summary>
public partial class CommandPalette : IDisposable
{
    private const int MostConversations = 12;

    private IReadOnlyList<PaletteEntry> _all = [];
    private IReadOnlyList<PaletteEntry> _entries = [];
    private CancellationTokenSource? _searching;
    private Task _search = Task.CompletedTask;
    private string _query = "";
    private string? _reach; // that not all messages were looked through
    private bool _isDone;
    private readonly ActiveRow _active = new("palette-entry");

    /// <summary>Raised with what is to be done.</summary>
    [Parameter, EditorRequired]
    public EventCallback<PaletteEntry> OnChoose { get; set; }

    [Inject]
    public required PaletteCommands Commands { get; set; }

    [Inject]
    public required Conversations Store { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _all = Commands.List();
        await SearchAsync();
    }

    protected override Task OnAfterRenderAsync(bool firstRender) => _active.RevealAsync(Script);

    private Task QueryAsync(string? query)
    {
        _query = query ?? "";
        _active.MoveTo(0);
        return _search = SearchAsync();
    }

    private async Task OnKeyAsync(KeyboardEventArgs args)
    {
        if (_active.Step(args.Key, _entries.Count) || args.Key != "Enter")
        {
            return;
        }

        if (_active.Index >= _entries.Count)
        {
            await _search; // pressed right after the last letter, and no command is called so
        }

        if (_active.Index < _entries.Count)
        {
            await ChooseAsync(_entries[_active.Index]);
        }
    }

    // Once: it closes then, and a second press may be on its way.
    private async Task ChooseAsync(PaletteEntry entry)
    {
        if (!_isDone)
        {
            _isDone = true;
            await OnChoose.InvokeAsync(entry);
        }
    }

    // Conversations stand last: what a person is about to choose keeps its place when they come.
    private async Task SearchAsync()
    {
        _searching?.Cancel();
        using var search = _searching = new CancellationTokenSource();
        var query = _query;
        _reach = null;
        _entries = [.. _all.Where(entry => entry.Matches(query))];
        try
        {
            var hits = await Task.Run(() => ConversationSearch.Find(Store, ConversationQuery.Parse(query), MostConversations, search.Token), search.Token);
            search.Token.ThrowIfCancellationRequested();
            _entries = [.. _entries, .. hits.All.Select(hit => ToEntry(hit, hits.Query))];
            _reach = SearchText.Reach(hits);
        }
        catch (OperationCanceledException)
        {
            // The next letter was typed.
        }
        finally
        {
            _searching = _searching == search ? null : _searching;
        }
    }

    private PaletteEntry ToEntry(ConversationHit hit, ConversationQuery query) => new("Conversations", "chat", hit.Conversation.Title, () => GoAsync(hit))
    {
        Found = query,
        Detail = hit.Conversation.IsArchived ? string.Join(" · ", ((string?[])["Archived", DetailOf(hit)]).Where(static part => part is not null)) : DetailOf(hit),
    };

    private static string? DetailOf(ConversationHit hit) => hit switch
    {
        { IsHidden: false } => hit.Snippet,
        { Conversation.IsGenerating: true } => $"In another version, to be shown once the reply has ended: {hit.Snippet}",
        _ => $"In another version: {hit.Snippet}",
    };

    private Task GoAsync(ConversationHit hit)
    {
        Ui.RequestHit(Store, hit);
        Navigation.NavigateTo($"/chat/{hit.Conversation.Id}");
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _searching?.Cancel();
        GC.SuppressFinalize(this);
    }
}
