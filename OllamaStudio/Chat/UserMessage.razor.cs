using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <summary>What the person wrote, as it was written.</summary>
public partial class UserMessage
{
    private MessageRecord? _rendered;

    [Parameter, EditorRequired]
    public required MessageRecord Message { get; set; }

    protected override bool ShouldRender() => !ReferenceEquals(_rendered, Message);

    protected override void OnAfterRender(bool firstRender) => _rendered = Message;
}
