using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <content>The files that go with the next message.</content>
public partial class ChatPage
{
    private (string Key, ImmutableArray<Attachment> Files)? _files; // as of the last look

    [Inject]
    public required DraftAttachments Attachments { get; set; }

    private string FilesKey => Id ?? (IsTemporary ? _temporaryFiles : "");

    private ImmutableArray<Attachment> Files
    {
        get
        {
            if (_files is not { } known || known.Key != FilesKey)
            {
                _files = known = (FilesKey, Attachments.Find(FilesKey));
            }

            return known.Files;
        }
    }

    private int HistoryImages => Conversation?.Messages.Sum(static message => message.Attachments.Count(static file => file.IsImage)) ?? 0;

    private void SelectModelHere(string model)
    {
        SelectModel(model);
        StateHasChanged();
    }

    private async Task<string> ReadTextAsync() => _composer is null ? "" : await _composer.ReadAsync();

    // Another tab's too.
    private void OnFilesChanged(string key) => Dispatch(() =>
    {
        if (key == FilesKey || (Id is { } id && key == DraftAttachments.QueuedIn(id)))
        {
            (_files, _queueFault) = (null, null);
            StateHasChanged();
        }
    });
}
