using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Puts tags on a conversation, and takes them away; each change is kept at once.</summary>
public partial class TagEditor
{
    /// <summary>Most tags that are proposed; any other is typed.</summary>
    private const int MostKnown = 200;

    private ElementReference _text;
    private string _typed = "";
    private string? _fault;
    private IReadOnlyList<string> _all = [];

    [Parameter, EditorRequired]
    public required ConversationSummary Conversation { get; set; }

    [Inject]
    public required Conversations Store { get; set; }

    // As they are now: the list below may hear of a change a moment later.
    private ImmutableArray<string> Tags => Store.FindSummary(Conversation.Id)?.Tags ?? [];

    private IEnumerable<string> Known => _all.Except(Tags, StringComparer.OrdinalIgnoreCase).Take(MostKnown);

    protected override void OnInitialized() => _all = Store.Tags;

    private void Add()
    {
        _fault = null;
        if (!string.IsNullOrWhiteSpace(_typed) && ConversationTags.TryRead([.. ConversationTags.Fit(Tags), _typed], out var tags, out _fault))
        {
            Store.SetTags(Conversation.Id, tags);
            _typed = "";
        }
    }

    private async Task RemoveAsync(string tag)
    {
        _fault = null;
        Store.SetTags(Conversation.Id, ConversationTags.Fit(Tags.Remove(tag)));
        await _text.TryFocusAsync(); // the button is gone
    }

    private Task OnKeyAsync(KeyboardEventArgs args) => args.Key == "Backspace" && _typed.Length == 0 && Tags is [.., var last] ? RemoveAsync(last) : Task.CompletedTask;
}
