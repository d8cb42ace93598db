using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Chat;

/// <summary>One tool call: how it stands, and on demand what went in and came out. Where the person's word is wanted, it asks.</summary>
public partial class ToolCallCard
{
    private (ToolCallRecord? Call, string? FoundPart) _rendered;
    private ImmutableArray<string> _images = [];

    [Parameter, EditorRequired]
    public required ToolCallRecord Call { get; set; }

    /// <summary>The person answered whether the call may run.</summary>
    [Parameter]
    public EventCallback<ToolDecision> OnAnswer { get; set; }

    /// <summary>The part of its message in which something is found; null for none. Where it is one of this call's, all of it is there.</summary>
    [Parameter]
    public string? FoundPart { get; set; }

    private bool HasArguments => Call.Arguments.AsSpan().Trim() is not ("" or "{}");

    private string State => Call.State switch
    {
        ToolCallState.Running => "running",
        ToolCallState.AwaitingApproval => "awaiting-approval",
        ToolCallState.Succeeded => "succeeded",
        ToolCallState.Failed => "failed",
        ToolCallState.Denied => "denied",
        _ => "cancelled",
    };

    private string StateText => Call.State switch
    {
        ToolCallState.Running => "running…",
        ToolCallState.AwaitingApproval => "waiting for your approval",
        ToolCallState.Succeeded => "done",
        ToolCallState.Failed => "failed",
        ToolCallState.Denied => "denied",
        _ => "stopped",
    };

    private string IconName => Call.State switch
    {
        ToolCallState.Succeeded => "check",
        ToolCallState.Failed => "error",
        ToolCallState.Denied => "clear",
        ToolCallState.AwaitingApproval => "help",
        _ => "stop",
    };

    protected override void OnParametersSet()
    {
        if (_rendered.Call is null || _rendered.Call.Images != Call.Images)
        {
            _images = [.. Call.Images.Select(ToolImageAddress.Of).OfType<string>()];
        }
    }

    protected override bool ShouldRender() => !ReferenceEquals(_rendered.Call, Call) || _rendered.FoundPart != FoundPart;

    protected override void OnAfterRender(bool firstRender) => _rendered = (Call, FoundPart);

    private Task AnswerAsync(ToolAnswer answer) => OnAnswer.InvokeAsync(new ToolDecision(Call.Id, answer));
}
