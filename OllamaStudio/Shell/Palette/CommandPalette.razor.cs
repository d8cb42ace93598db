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
    private int _active;
    private bool _reveal;

    /// <summary>Raised with what is to be done.</summary>
    [Parameter, EditorRequired]
    public EventCallback<PaletteEntry> OnChoose { get; set; }

    [Inject]
    public required PaletteCommands Commands { get; set; }

    [Inject]
    public required Conversations Store { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _all = Commands.List();
        await SearchAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_reveal)
        {
            _reveal = false;
            await Script.TryInvokeVoidAsync("studio.reveal", "#" + EntryId(_active));
        }
    }

    private static string EntryId(int index) => $"palette-entry-{index}";

    private Task QueryAsync(string? query)
    {
        _query = query ?? "";
        _active = 0;
        return _search = SearchAsync();
    }

    private async Task OnKeyAsync(KeyboardEventArgs args)
    {
        switch (args.Key)
        {
            case "ArrowDown":
                Step(1);
                break;
            case "ArrowUp":
                Step(-1);
                break;
            case "Enter":
                await _search; // pressed right after the last letter
                if (_active < _entries.Count)
                {
                    await OnChoose.InvokeAsync(_entries[_active]);
                }

                break;
        }
    }

    private void Step(int by)
    {
        if (_entries.Count > 0)
        {
            _active = (_active + by + _entries.Count) % _entries.Count;
            _reveal = true;
        }
    }

    // The pointer that moves, not one that happens to lie there when the list appears below it.
    private void Point(int index) => _active = index;

    // Conversations stand last: what a person is about to choose keeps its place when they come.
    private async Task SearchAsync()
    {
        _searching?.Cancel();
        using var search = _searching = new CancellationTokenSource();
        var query = _query;
        _entries = [.. _all.Where(entry => entry.Matches(query))];
        try
        {
            var hits = await Task.Run(() => ConversationSearch.Find(Store.All, query, MostConversations, search.Token), search.Token);
            search.Token.ThrowIfCancellationRequested();
            _entries = [.. _entries, .. hits.Select(ToEntry)];
            _searching = null;
        }
        catch (OperationCanceledException)
        {
            // The next letter was typed.
        }
    }

    private PaletteEntry ToEntry(ConversationHit hit) => new("Conversations", "chat", hit.Conversation.Title, () => GoAsync(hit))
    {
        Detail = hit switch
        {
            { HiddenMessageId: null } => hit.Snippet,
            { Conversation.IsGenerating: true } => $"In another version, to be shown once the reply has ended: {hit.Snippet}",
            _ => $"In another version: {hit.Snippet}",
        },
    };

    private Task GoAsync(ConversationHit hit)
    {
        if (hit.HiddenMessageId is { } message)
        {
            Store.Show(hit.Conversation, message);
        }

        Navigation.NavigateTo($"/chat/{hit.Conversation.Id}");
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _searching?.Cancel();
        GC.SuppressFinalize(this);
    }
}
