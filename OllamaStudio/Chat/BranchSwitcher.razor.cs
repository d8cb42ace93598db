using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <summary>
/// Which of several versions of a message is shown, and the way to the others. Its buttons are never disabled for the browser:
/// one that was pressed at the last version would lose the keyboard's focus.
/// </summary>
public partial class BranchSwitcher
{
    [Parameter, EditorRequired]
    public required MessageBranch Branch { get; set; }

    /// <summary>What there are versions of, such as "Reply".</summary>
    [Parameter, EditorRequired]
    public required string What { get; set; }

    /// <summary>Whether a reply is being generated: until it has ended, the branch stays.</summary>
    [Parameter]
    public bool IsGenerating { get; set; }

    /// <summary>The message of that id is to be shown.</summary>
    [Parameter, EditorRequired]
    public EventCallback<string> OnShow { get; set; }

    private string? PreviousId => IsGenerating ? null : Branch.PreviousId;

    private string? NextId => IsGenerating ? null : Branch.NextId;

    private string? Reason => IsGenerating ? "Other versions can be shown once the reply has ended" : null;

    private Task ShowAsync(string? id) => id is null ? Task.CompletedTask : OnShow.InvokeAsync(id);
}
