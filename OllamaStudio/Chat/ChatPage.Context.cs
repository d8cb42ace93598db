using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Chat;

/// <content>What of the context the next message takes.</content>
public partial class ChatPage
{
    private (string Key, string Text)? _draft; // as of the last pause in typing

    [Inject]
    public required ToolBox Box { get; set; }

    private string DraftKey => Id ?? (IsTemporary ? TemporaryDraft : "");

    private string Draft => _draft is { } written && written.Key == DraftKey ? written.Text : IsTemporary ? "" : Drafts.Find(DraftKey)?.Text ?? "";

    private void TakeDraft(string text) => _draft = (DraftKey, text);

    private void SwitchAllToolsOff()
    {
        foreach (var tool in Box.Tools)
        {
            SwitchToolHere((tool.Id, false));
        }
    }
}
