using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>
/// The messages of one conversation. Follows it by subscription: told "changed" at most once a frame, it asks for the messages
/// and redraws those that are others than before. A browser that has not drawn the last change yet is sent no further one; it
/// gets what has come meanwhile as one. Shows the newest; earlier ones on demand.
/// </summary>
public partial class Transcript
{
    /// <summary>Messages shown at first, and added by each "show earlier".</summary>
    public const int WindowStep = 60;

    private readonly DrawTurns _turns = new();
    private ElementReference _scroller;
    private IDisposable? _subscription;
    private ImmutableArray<MessageRecord> _messages = [];
    private ImmutableDictionary<string, MessageBranch> _branches = ImmutableDictionary.Create<string, MessageBranch>(StringComparer.Ordinal);
    private int _known;
    private int _window = WindowStep;
    private string _announcement = "";

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Parameter, EditorRequired]
    public required Conversation Conversation { get; set; }

    /// <summary>Another reply is to be generated beside the one of that id.</summary>
    [Parameter]
    public EventCallback<string> OnRegenerate { get; set; }

    /// <summary>The branch through the message of that id is to be shown.</summary>
    [Parameter]
    public EventCallback<string> OnShow { get; set; }

    /// <summary>Sends a changed text in the place of the message of that id; false where it was not taken.</summary>
    [Parameter]
    public Func<string, string, Task<bool>>? OnEdit { get; set; }

    private bool IsGenerating => _messages is [.., { IsStreaming: true }];

    private int Hidden => Math.Max(0, _messages.Length - _window);

    protected override void OnInitialized()
    {
        _subscription = Conversation.Subscribe(() => Dispatch(OnChanged));
        Read();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Script.TryInvokeVoidAsync("studio.transcript.attach", _scroller);
        }

        if (_turns.Drawn())
        {
            Refresh();
        }
    }

    private void OnChanged()
    {
        if (_turns.Take())
        {
            Refresh();
        }
    }

    private void Refresh()
    {
        var (before, known) = (_messages, _known);
        Read();
        if (_messages is [.., var last])
        {
            var was = before is [.., { } end] && end.Id == last.Id ? end : null;
            if (was is not null || _known > known)
            {
                Announce(was, last);
            }
            else
            {
                _announcement = "Another version is shown";
            }

            if (was is null && last.IsStreaming)
            {
                // The person has just sent something: they want to see it, wherever they had scrolled to.
                Dispatch(JumpAsync);
            }
        }

        StateHasChanged();
    }

    private void Read()
    {
        _messages = Conversation.Messages;
        _branches = Conversation.Branches;
        _known = Conversation.Count;
    }

    // Siblings stand at one place: what is the same in both is kept when they change, and with it the keyboard's focus.
    private static string PlaceOf(MessageRecord message) => message.ParentId ?? "";

    // Screen readers hear the boundaries of a reply, never its every piece; and that they are asked something.
    private void Announce(MessageRecord? before, MessageRecord now)
    {
        if (now.Asking is { } asking && before?.Asking?.Id != asking.Id)
        {
            _announcement = $"The tool {asking.Name} asks whether it may run";
            return;
        }

        if (before?.State == now.State)
        {
            return;
        }

        _announcement = now.State switch
        {
            MessageState.Streaming => "Generating",
            MessageState.Stopped => "Stopped",
            MessageState.Failed => "The reply failed",
            _ => "Response complete",
        };
    }

    private void Answer(ToolDecision decision) => Conversation.Answer(decision.CallId, decision.Answer);

    private void ShowEarlier() => _window += WindowStep;

    private async Task JumpAsync() => await Script.TryInvokeVoidAsync("studio.transcript.toEnd", _scroller);

    protected override void OnDispose() => _subscription?.Dispose();
}
