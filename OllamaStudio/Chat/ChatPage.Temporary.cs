using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <content>A new chat that is to be temporary. The address says so, and with it a reload: what was typed would be kept as a draft otherwise.</content>
public partial class ChatPage
{
    // Its text is this tab's alone, in none of the drafts that the studio keeps.
    private const string TemporaryDraft = "temporary";

    private const string TemporaryAddress = $"/?{TemporaryDraft}=true";

    // What is attached to it is in no file, and on no other page.
    private readonly string _temporaryFiles = DraftAttachments.NewTemporary();

    /// <summary>"true" for a new chat that is to be temporary.</summary>
    [SupplyParameterFromQuery(Name = TemporaryDraft)]
    public string? Temporary { get; set; }

    private bool IsTemporary => Conversation?.IsTemporary ?? (Id is null && Temporary is "true");

    // What was written and attached until now goes along, and stays nowhere else.
    private async Task SwitchTemporaryAsync()
    {
        var (draft, isTemporary) = (DraftKey, IsTemporary);
        var (from, to) = (FilesKey, isTemporary ? "" : _temporaryFiles);
        if (_composer is null || !await _composer.MoveDraftAsync(isTemporary ? "" : TemporaryDraft) || IsDisposed || DraftKey != draft)
        {
            return; // a message was on its way, or the person is elsewhere
        }

        Drafts.Delete(draft);
        Attachments.Move(from, to);
        Navigation.NavigateTo(isTemporary ? "/" : TemporaryAddress, replace: true);
    }
}
