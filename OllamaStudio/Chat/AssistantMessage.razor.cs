using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>A reply: thinking, text and tool calls in their order, how it stands, and what it cost.</summary>
public partial class AssistantMessage
{
    private (MessageRecord Message, bool CanRegenerate)? _rendered;

    [Inject]
    public required StudioUi Ui { get; set; }

    [Parameter, EditorRequired]
    public required MessageRecord Message { get; set; }

    /// <summary>Generates this reply anew; without a delegate where it is not the last one.</summary>
    [Parameter]
    public EventCallback OnRegenerate { get; set; }

    /// <summary>The person answered whether a tool may run.</summary>
    [Parameter]
    public EventCallback<ToolDecision> OnAnswer { get; set; }

    private string State => Message.State switch
    {
        MessageState.Streaming => "streaming",
        MessageState.Stopped => "stopped",
        MessageState.Failed => "failed",
        _ => "complete",
    };

    private TimeSpan? ThinkingDuration => Message.Stats?.ThinkingDuration;

    protected override bool ShouldRender() =>
        _rendered is not { } last || !ReferenceEquals(last.Message, Message) || last.CanRegenerate != OnRegenerate.HasDelegate;

    protected override void OnAfterRender(bool firstRender) => _rendered = (Message, OnRegenerate.HasDelegate);
}
