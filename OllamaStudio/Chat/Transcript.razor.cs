using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Shared;
using OllamaStudio.Shared.Find;

namespace OllamaStudio.Chat;

/// <summary>
/// The messages of one conversation. Follows it by subscription: told "changed" at most once a frame, it asks for the messages
/// and redraws those that are others than before. A browser that has not drawn the last change yet is sent no further one; it
/// gets what has come meanwhile as one. Shows the newest; earlier ones on demand, and those around what is found in one of
/// them.
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
    private int _unsent; // messages from the first on that the next prompt does not take along
    private (int Replies, int Before) _bare; // replies whose tools it does not take along
    private (int Count, string? LastId, MessageState? LastState, int Limit, string? Model, int? Window) _unsentOf;
    private bool _isLeftOut; // that line stands where the window ends, not the number of messages
    private EditRequest? _edit;
    private readonly MessageFinder _finder = new();
    private FindBar _find = null!;
    private FindMatch? _found;
    private int? _end;
    private int _window = WindowStep;
    private string _announcement = "";

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required ISettings Settings { get; set; }

    [Inject]
    public required OllamaServers Servers { get; set; }

    [Parameter, EditorRequired]
    public required Conversation Conversation { get; set; }

    /// <summary>Another reply is to be generated beside the one of that id.</summary>
    [Parameter]
    public EventCallback<string> OnRegenerate { get; set; }

    /// <summary>The reply of that id, which came to nothing, is to be asked for again.</summary>
    [Parameter]
    public EventCallback<string> OnRetry { get; set; }

    /// <summary>The reply that is being generated is to be stopped.</summary>
    [Parameter]
    public EventCallback OnStop { get; set; }

    /// <summary>Another reply is to be generated for a prompt that did not fit.</summary>
    [Parameter]
    public EventCallback<FitDecision> OnFit { get; set; }

    /// <summary>The branch through the message of that id is to be shown.</summary>
    [Parameter]
    public EventCallback<string> OnShow { get; set; }

    /// <summary>Sends a changed text in the place of the message of that id; false where it was not taken.</summary>
    [Parameter]
    public Func<string, string, Task<bool>>? OnEdit { get; set; }

    private bool IsGenerating => _messages is [.., { IsStreaming: true }] || _sides?.IsRunning is true;

    // Of the messages that are drawn; the newest is always among them, unless something was found far above it.
    private int End => Math.Min(_end ?? _messages.Length, _messages.Length);

    private int Hidden => Math.Max(0, End - _window);

    protected override void OnInitialized()
    {
        _subscription = Conversation.Subscribe(() => Dispatch(OnChanged));
        Ui.FindRequested += OnFindRequested;
        Read();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Script.TryInvokeVoidAsync("studio.transcript.attach", _scroller);
            Dispatch(TakeFindAsync);
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
        var (before, known, sides) = (_messages, _known, _sides);
        Read();
        if (_sides is not null && sides?.PromptId == _sides.PromptId)
        {
            _announcement = SideBySideText.Announcement(sides, _sides) ?? _announcement;
        }
        else if (_messages is [.., var last])
        {
            var was = before is [.., { } end] && end.Id == last.Id ? end : null;
            if (_known < known)
            {
                _announcement = CountText.Of(known - _known, "message") + " deleted";
            }
            else if (was is not null || _known > known)
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

        _find.Refresh();
        DropMenus();
        StateHasChanged();
    }

    private void Read()
    {
        _sides = Conversation.SideBySide;
        _messages = Conversation.Messages;
        _branches = Conversation.Branches;
        _known = Conversation.Count;

        // Not with every word that comes.
        var last = _messages is [.., var end] ? end : null;
        var window = Conversation.Model is { } asked ? Conversation.Parameters.Over(ParameterSets.DefaultsOf(asked, Settings.Current)).WindowOf(Servers.Status.Current, asked) : null;
        var of = (_messages.Length, last?.Id, last?.State, Settings.Current.Chat.MaxConversationHistory, Conversation.Model, window);
        if (of != _unsentOf)
        {
            var leftOut = Conversation.Model is { } model ? History.StillLeftOut(_messages, model, window) : null;
            var byCount = History.CountUnsent(_messages, of.MaxConversationHistory);
            (_unsentOf, _unsent) = (of, History.CountUnsent(_messages, of.MaxConversationHistory, leftOut));
            _bare = History.CountWithoutTools(_messages, of.MaxConversationHistory, leftOut);
            _isLeftOut = _unsent > byCount;
        }
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
            MessageState.Interrupted => "Interrupted",
            _ => "Response complete",
        };
    }

    // The buttons go with the answer. Whoever pressed one goes on with the next question, or writes.
    private Task AnswerAsync(ToolDecision decision) => AnswerColumnAsync((null, decision));

    private async Task AnswerColumnAsync((string? ReplyId, ToolDecision Decision) answered)
    {
        var decision = answered.Decision;
        Conversation.Answer(decision.CallId, decision.Answer, answered.ReplyId);
        var next = Conversation.Messages.Concat(_sides?.Columns.Select(static column => column.Reply).OfType<MessageRecord>() ?? []).SelectMany(static message => message.ToolCalls).FirstOrDefault(call => call.State is ToolCallState.AwaitingApproval && call.Id != decision.CallId);
        await (next is null ? Script.TryInvokeVoidAsync("studio.focus", "[data-testid='composer']") : Script.TryInvokeVoidAsync("studio.transcript.toQuestion", next.Id));
    }

    private void EditPromptOf(MessageRecord reply) => _edit = reply.ParentId is { } prompt ? new EditRequest(prompt) : null;

    private void ShowEarlier() => _window += WindowStep;

    private void ShowLater() => (_end, _window) = (_end + WindowStep is { } end && end < _messages.Length ? end : null, _window + WindowStep);

    private async Task PressJumpAsync()
    {
        await JumpAsync();
        await _scroller.TryFocusAsync(preventScroll: true);
    }

    private async Task JumpAsync()
    {
        if (_end is not null)
        {
            (_end, _window) = (null, WindowStep);
            StateHasChanged();
        }

        await Script.TryInvokeVoidAsync("studio.transcript.toEnd", _scroller);
    }

    private void OnFindRequested() => Dispatch(TakeFindAsync);

    private async Task TakeFindAsync()
    {
        if (Ui.TakeFind(Conversation.Id) is { } request)
        {
            await (request.Query.Length > 0 ? _find.OpenAsync(request.Query, request.MessageId) : _find.PointAsync(request.MessageId));
        }
    }

    private void Look(FindScan scan) => _finder.Look(Drawn(Conversation), scan);

    // The window moves to a message that is not drawn; a conversation of thousands is never drawn whole.
    private void ShowMatch(FindMatch match)
    {
        _found = match;
        var index = IndexOf(match.Place);
        if (index >= 0 && (index < Hidden || index >= End))
        {
            var end = index + (WindowStep / 3);
            (_end, _window) = (end < _messages.Length ? end : null, WindowStep);
        }
    }

    private void ForgetMatch()
    {
        _finder.Clear();
        _found = null;
    }

    protected override void OnDispose()
    {
        Ui.FindRequested -= OnFindRequested;
        _subscription?.Dispose();
    }
}
