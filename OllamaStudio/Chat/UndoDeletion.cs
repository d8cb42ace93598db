using Microsoft.AspNetCore.Components;
using MudBlazor;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Chat;

/// <summary>Says that a conversation was deleted, and brings it back.</summary>
internal static class UndoDeletion
{
    /// <summary>Characters of a title; the rest is cut.</summary>
    private const int MaxTitle = 40;

    /// <summary>Shows it for a conversation that was just deleted.</summary>
    public static void Offer(ISnackbar snackbars, Conversations store, NavigationManager navigation, Conversation deleted) =>
        UndoNotice.Offer(snackbars, deleted.Id, $"“{TextCut.Shorten(deleted.Title, MaxTitle)}” deleted", deleted.Title,
            undo: () =>
            {
                store.Add(deleted);
                navigation.NavigateTo($"/chat/{deleted.Id}");
            },
            gone: () => store.Purge(deleted.Id));
}
