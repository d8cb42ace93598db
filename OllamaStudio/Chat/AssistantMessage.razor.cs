using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;
using OllamaStudio.Shared.Find;

namespace OllamaStudio.Chat;

/// <summary>A reply: thinking, text and tool calls in their order, how it stands, and what it cost.</summary>
public partial class AssistantMessage
{
    private (MessageRecord Message, bool CanRegenerate, MessageBranch? Branch, bool IsGenerating, FindMatch? Found)? _rendered;

    [Inject]
    public required StudioUi Ui { get; set; }

    [Parameter, EditorRequired]
    public required MessageRecord Message { get; set; }

    /// <summary>The conversation that it stands in; null where nothing can be said of it.</summary>
    [Parameter]
    public string? ConversationId { get; set; }

    /// <summary>Whether it stands in a column with others, which tells its model and figures above it.</summary>
    [Parameter]
    public bool IsColumn { get; set; }

    /// <summary>What is found in it and to be shown; null for nothing.</summary>
    [Parameter]
    public FindMatch? Found { get; set; }

    /// <summary>Which of its siblings it is; null where it has none.</summary>
    [Parameter]
    public MessageBranch? Branch { get; set; }

    /// <summary>Whether a reply is being generated, this one or another.</summary>
    [Parameter]
    public bool IsGenerating { get; set; }

    /// <summary>The sibling of that id is to be shown.</summary>
    [Parameter]
    public EventCallback<string> OnShow { get; set; }

    /// <summary>Another reply beside this one, by its id, is to be generated; without a delegate where it is not the last one.</summary>
    [Parameter]
    public EventCallback<string> OnRegenerate { get; set; }

    /// <summary>This reply, by its id, failed or was stopped to be asked for again; without a delegate it is regenerated.</summary>
    [Parameter]
    public EventCallback<string> OnRetry { get; set; }

    /// <summary>The models are to be shown that can generate another reply beside this one, by its id.</summary>
    [Parameter]
    public EventCallback<string> OnModels { get; set; }

    /// <summary>The reply of that id, which ended too early, is to go on; without a delegate where it is not the last one.</summary>
    [Parameter]
    public EventCallback<string> OnContinue { get; set; }

    /// <summary>What else can be done with the message of that id is to be shown; without a delegate where nothing can.</summary>
    [Parameter]
    public EventCallback<string> OnMenu { get; set; }

    /// <summary>Another reply is to be generated for a prompt that did not fit, so; without a delegate where it is not the last one.</summary>
    [Parameter]
    public EventCallback<FitDecision> OnFit { get; set; }

    /// <summary>The prompt of this reply is to be changed.</summary>
    [Parameter]
    public EventCallback OnEditPrompt { get; set; }

    /// <summary>The reply that is being generated is to be stopped.</summary>
    [Parameter]
    public EventCallback OnStop { get; set; }

    /// <summary>The person answered whether a tool may run.</summary>
    [Parameter]
    public EventCallback<ToolDecision> OnAnswer { get; set; }

    private string State => Message.State switch
    {
        MessageState.Streaming => "streaming",
        MessageState.Stopped => "stopped",
        MessageState.Failed => "failed",
        MessageState.Interrupted => "interrupted",
        _ => "complete",
    };

    private TimeSpan? ThinkingDuration => Message.Stats?.ThinkingDuration;

    // Of the message only the object counts: its text is not compared sixty times a second.
    protected override bool ShouldRender() =>
        _rendered is not { } last || !ReferenceEquals(last.Message, Message) || (last.CanRegenerate, last.Branch, last.IsGenerating, last.Found) != (OnRegenerate.HasDelegate, Branch, SwitcherWaits, Found);

    protected override void OnAfterRender(bool firstRender) => _rendered = (Message, OnRegenerate.HasDelegate, Branch, SwitcherWaits, Found);

    private bool CanContinue => OnContinue.HasDelegate && ChatService.CanContinue(Message);

    // In a sentence that stands in the button's place; null where there is nothing of it that could go on, or it can.
    private string? WhyNotContinue => Message switch
    {
        { ToolCalls.IsEmpty: false } => "A reply that called tools cannot be continued: send a message to go on from it.",
        { Text.Length: 0, Thinking.Length: > 0 } => "It was still thinking, so there is no text to continue: regenerate it.",
        _ => null,
    };

    // Without a switcher it is nothing to be seen.
    private bool SwitcherWaits => IsGenerating && Branch is not null;

    // Where an answer's text begins in the reply's: what is between two of them is blank.
    private int StartOf(int index)
    {
        var (start, rounds) = (0, ReplyRound.Of(Message));
        for (var at = 0; at <= index; at++)
        {
            start = Message.Text.IndexOf(rounds[at].Text, start, StringComparison.Ordinal) + (at < index ? rounds[at].Text.Length : 0);
        }

        return start;
    }

    private string? _retryOf;

    // It is asked again once it has stopped.
    protected override Task OnParametersSetAsync()
    {
        if (_retryOf is null || (Message.Id == _retryOf && Message.IsStreaming))
        {
            return Task.CompletedTask;
        }

        var isStopped = Message.Id == _retryOf && Message.State is MessageState.Stopped && OnRegenerate.HasDelegate;
        _retryOf = null;
        return isStopped ? RetryAsync() : Task.CompletedTask;
    }

    private Task StopAndRetryAsync()
    {
        _retryOf = Message.Id;
        return OnStop.InvokeAsync();
    }

    private Task RegenerateAsync() => OnRegenerate.InvokeAsync(Message.Id);

    private Task RetryAsync() => (OnRetry.HasDelegate ? OnRetry : OnRegenerate).InvokeAsync(Message.Id);

    private Task EnlargeAsync(int tokens) => OnFit.InvokeAsync(new FitDecision(Message.Id, How: null, tokens));

    private Task FitAsync(ContextFull how) => OnFit.InvokeAsync(new FitDecision(Message.Id, how));
}
