using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <content>Replies of several models to the last prompt.</content>
public partial class Transcript
{
    private SideBySide? _sides;

    /// <summary>The chat is to go on from the reply of that id.</summary>
    [Parameter]
    public EventCallback<string> OnKeep { get; set; }

    /// <summary>The replies are to be shown as versions of one again.</summary>
    [Parameter]
    public EventCallback OnKeepNone { get; set; }

    /// <summary>The model at that place is to be asked, or asked again.</summary>
    [Parameter]
    public EventCallback<int> OnAskColumn { get; set; }

    /// <summary>The model at that place is to be stopped, or not to be asked.</summary>
    [Parameter]
    public EventCallback<int> OnStopColumn { get; set; }
}
