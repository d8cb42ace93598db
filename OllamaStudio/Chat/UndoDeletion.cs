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
    /// <param name="snackbars">Where.</param>
    /// <param name="store">Where it goes back to.</param>
    /// <param name="navigation">Leads back to it.</param>
    /// <param name="deleted">The conversation.</param>
    /// <param name="wasOpen">Whether it was in sight: only then a person is led back to it, and not away from another one.</param>
    /// <param name="undone">It is back, and was not in sight; null for nothing to do.</param>
    public static void Offer(ISnackbar snackbars, Conversations store, NavigationManager navigation, Conversation deleted, bool wasOpen = true, Action? undone = null) =>
        UndoNotice.Offer(snackbars, deleted.Id, $"“{TextCut.Shorten(deleted.Title, MaxTitle)}” deleted", deleted.Title,
            undo: () =>
            {
                store.Add(deleted);
                if (wasOpen)
                {
                    navigation.NavigateTo($"/chat/{deleted.Id}");
                }
                else
                {
                    undone?.Invoke();
                }
            },
            gone: () => store.Purge(deleted.Id));
}
