using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <summary>What the person wrote, as it was written.</summary>
public partial class UserMessage
{
    private (MessageRecord Message, MessageBranch? Branch, bool IsGenerating)? _rendered;

    [Parameter, EditorRequired]
    public required MessageRecord Message { get; set; }

    /// <summary>Which of its siblings it is; null where it has none.</summary>
    [Parameter]
    public MessageBranch? Branch { get; set; }

    /// <summary>Whether a reply is being generated.</summary>
    [Parameter]
    public bool IsGenerating { get; set; }

    /// <summary>The sibling of that id is to be shown.</summary>
    [Parameter]
    public EventCallback<string> OnShow { get; set; }

    protected override bool ShouldRender() =>
        _rendered is not { } last || !ReferenceEquals(last.Message, Message) || (last.Branch, last.IsGenerating) != (Branch, IsGenerating);

    protected override void OnAfterRender(bool firstRender) => _rendered = (Message, Branch, IsGenerating);
}
