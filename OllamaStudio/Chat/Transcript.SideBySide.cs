using System.Collections.Immutable;
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

    /// <summary>The reply at that place is to go on.</summary>
    [Parameter]
    public EventCallback<int> OnContinueColumn { get; set; }

    /// <summary>The model at that place, for which the prompt was too long, is to be asked again so.</summary>
    [Parameter]
    public EventCallback<(int Column, FitDecision How)> OnFitColumn { get; set; }

    /// <summary>The model at that place is to be stopped, or not to be asked.</summary>
    [Parameter]
    public EventCallback<int> OnStopColumn { get; set; }

    // What is drawn: instead of the version that is shown all that stand side by side.
    private static ImmutableArray<MessageRecord> Drawn(Conversation conversation) =>
        conversation.SideBySide is { } sides && conversation.Messages is [.. var before, { Role: MessageRole.Assistant }]
            ? [.. before, .. sides.Columns.Select(static column => column.Reply).OfType<MessageRecord>()]
            : conversation.Messages;

    // The place in the messages of one that is drawn; they all stand at the last one's.
    private int IndexOf(string id) => _sides?.Columns.Any(column => column.Reply?.Id == id) is true ? _messages.Length - 1 : _messages.Select(static message => message.Id).ToList().IndexOf(id);
}
