using Microsoft.AspNetCore.Components;

namespace OllamaStudio.Chat;

/// <content>What opens beside a message: one thing at a time, and not once its message is gone.</content>
public partial class Transcript
{
    private string? _modelsOf;

    /// <summary>Another reply is to be generated beside the one of that id, by that model.</summary>
    [Parameter]
    public EventCallback<(string ReplyId, string Model)> OnRegenerateWith { get; set; }

    private void OpenModels(string replyId) => _modelsOf = replyId;

    private void CloseMenus() => _modelsOf = null;

    private async Task RegenerateWithAsync(string model)
    {
        var reply = _modelsOf;
        CloseMenus();
        if (reply is not null)
        {
            await OnRegenerateWith.InvokeAsync((reply, model));
        }
    }
}
