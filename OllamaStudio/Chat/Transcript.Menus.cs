using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <content>What opens beside a message: one thing at a time, and not once its message is gone.</content>
public partial class Transcript
{
    private string? _modelsOf;
    private string? _menuOf;

    /// <summary>Another reply is to be generated beside the one of that id, by that model.</summary>
    [Parameter]
    public EventCallback<(string ReplyId, string Model)> OnRegenerateWith { get; set; }

    /// <summary>Another model is to be asked too for the prompt of the reply of that id, and both are to be shown side by side.</summary>
    [Parameter]
    public EventCallback<(string ReplyId, string Model)> OnAskBeside { get; set; }

    /// <summary>The last prompt, which has no reply, is to be answered.</summary>
    [Parameter]
    public EventCallback OnAnswerPrompt { get; set; }

    /// <summary>The reply of that id, which ended too early, is to go on.</summary>
    [Parameter]
    public EventCallback<string> OnContinue { get; set; }

    /// <summary>The message of that id is to be deleted, with all that follow it.</summary>
    [Parameter]
    public EventCallback<string> OnDelete { get; set; }

    /// <summary>The message of that id is to be deleted, of a prompt its replies too, and what follows is to stay; without a delegate it cannot.</summary>
    [Parameter]
    public EventCallback<string> OnDeleteAlone { get; set; }

    /// <summary>The branch of the message of that id is to be moved into a conversation of its own; without a delegate it cannot.</summary>
    [Parameter]
    public EventCallback<string> OnMoveOut { get; set; }

    /// <summary>The branch of the message of that id is to be copied into a conversation of its own.</summary>
    [Parameter]
    public EventCallback<string> OnBranchOut { get; set; }

    private MessageRecord? MenuOf => _menuOf is null ? null : _messages.FirstOrDefault(message => message.Id == _menuOf);

    private EventCallback<string> Menu => OnDelete.HasDelegate ? EventCallback.Factory.Create<string>(this, OpenMenu) : default;

    private void OpenModels(string replyId) => (_modelsOf, _menuOf) = (replyId, null);

    private void OpenMenu(string messageId) => (_modelsOf, _menuOf) = (null, messageId);

    private void CloseMenus() => (_modelsOf, _menuOf) = (null, null);

    // Their message may go, or get a successor, by another tab's hand or a queued message; the keyboard was in them.
    private void DropMenus()
    {
        if ((_menuOf is not null && MenuOf is null) || (_modelsOf is not null && (_messages is not [.., { IsStreaming: false } last] || last.Id != _modelsOf)))
        {
            CloseMenus();
            Dispatch(async () => await Script.TryInvokeVoidAsync("studio.focus", "[data-testid='composer']"));
        }
    }

    private async Task RegenerateWithAsync(string model)
    {
        var reply = _modelsOf;
        CloseMenus();
        if (reply is not null)
        {
            await OnRegenerateWith.InvokeAsync((reply, model));
        }
    }

    private async Task AskBesideAsync(string model)
    {
        var reply = _modelsOf;
        CloseMenus();
        if (reply is not null)
        {
            await OnAskBeside.InvokeAsync((reply, model));
        }
    }

    private Task DeleteAsync(string messageId)
    {
        CloseMenus();
        return OnDelete.InvokeAsync(messageId);
    }

    private Task DeleteAloneAsync(string messageId)
    {
        CloseMenus();
        return OnDeleteAlone.InvokeAsync(messageId);
    }

    private Task MoveOutAsync(string messageId)
    {
        CloseMenus();
        return OnMoveOut.InvokeAsync(messageId);
    }

    private Task BranchOutAsync(string messageId)
    {
        CloseMenus();
        return OnBranchOut.InvokeAsync(messageId);
    }
}
