using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>What the person wrote, as it was written; to be changed in its own place, which makes another version.</summary>
public partial class UserMessage
{
    private (MessageRecord Message, MessageBranch? Branch, bool IsGenerating, bool IsEditing, bool IsLast)? _rendered;
    private EditRequest? _asked;
    private string? _editedId;
    private ElementReference _edit;
    private bool _focusEdit;

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

    /// <summary>Sends a changed text in the place of the message of that id; false where it was not taken. Null where it cannot be changed.</summary>
    [Parameter]
    public Func<string, string, Task<bool>>? OnEdit { get; set; }

    /// <summary>What else can be done with the message of that id is to be shown; without a delegate where nothing can.</summary>
    [Parameter]
    public EventCallback<string> OnMenu { get; set; }

    /// <summary>It is to be answered; without a delegate where something follows it.</summary>
    [Parameter]
    public EventCallback OnAnswer { get; set; }

    /// <summary>Asks from outside for it to be opened for changing; null where nobody does.</summary>
    [Parameter]
    public EditRequest? EditAsked { get; set; }

    // Another version may have come in its place since.
    private bool IsEditing => _editedId == Message.Id;

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(EditAsked, _asked))
        {
            _asked = EditAsked;
            _editedId = EditAsked is not null && OnEdit is not null ? Message.Id : _editedId;
        }
    }

    protected override bool ShouldRender() =>
        _rendered is not { } last || !ReferenceEquals(last.Message, Message) || (last.Branch, last.IsGenerating, last.IsEditing, last.IsLast) != (Branch, IsGenerating, IsEditing, OnAnswer.HasDelegate);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        _rendered = (Message, Branch, IsGenerating, IsEditing, OnAnswer.HasDelegate);
        if (_focusEdit)
        {
            _focusEdit = false;
            await _edit.TryFocusAsync(preventScroll: true);
        }
    }

    private void BeginEdit() => _editedId = Message.Id;

    private void LeaveEdit()
    {
        _editedId = null;
        _focusEdit = OnEdit is not null && !IsGenerating;
    }

    private async Task<bool> SendEditAsync(string text)
    {
        var sent = OnEdit is not null && await OnEdit(Message.Id, text);
        if (sent)
        {
            _editedId = null;
            StateHasChanged();
        }

        return sent;
    }
}
