using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;
using OllamaStudio.Shared.Find;

namespace OllamaStudio.Traces;

/// <summary>One trace as a waterfall or as a table, with details of one span beside it.</summary>
public partial class TracePage
{
    /// <summary>Characters of a note on its reply; the whole one stands with the message.</summary>
    private const int MaxNote = 200;

    private readonly SpanFinder _finder = new();
    private ReplyFeedback? _feedback;
    private TracedReply? _reply;
    private IDisposable? _conversations;
    private SpanTreeView _view = new(withTraceRows: false);
    private TraceRecord? _trace;
    private IReadOnlySet<string>? _exported;
    private SpanTree? _tree;
    private SpanTreeGrid? _grid;
    private SpanRecord? _shown;
    private string? _activeKey;
    private string? _opened;
    private bool _asTable;
    private FindBar? _find;
    private FindMatch? _found;
    private bool _isNew = true;
    private ElementReference _root;
    private IJSObjectReference? _script;
    private DotNetObjectReference<TracePage>? _reference;

    [Parameter]
    public required string TraceId { get; set; }

    /// <summary>Span to open at first.</summary>
    [SupplyParameterFromQuery(Name = "span")]
    public string? SpanId { get; set; }

    /// <summary>The conversation whose message led here; null where the way was another one.</summary>
    [SupplyParameterFromQuery(Name = "chat")]
    public string? ChatId { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required Conversations Conversations { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    private string ListAddress => "traces" + Asked.Address;

    /// <summary>The conversation that has the reply, which may have been moved out of the one that the spans name; else that one, where it still exists.</summary>
    private ConversationSummary? Conversation => (_reply?.ConversationId ?? _tree?.Summary.SessionId) is { } id ? Conversations.FindSummary(id) : null;

    /// <summary>The trace that the reply names: of a replay, the one of the call that was made again.</summary>
    private string ReplyTraceId => _tree?.Summary.IsReplay is true && _trace!.Spans.SelectMany(static span => span.Links).FirstOrDefault() is { } origin ? origin.TraceId : TraceId;

    private TurnTitle Turn => TurnTitle.Of(_tree!.Summary, Conversations, Conversation?.Id);

    /// <summary>The reply that led here, where it was interrupted; null where it ended, or nobody knows.</summary>
    private MessageRecord? InterruptedReply =>
        ChatId is { } id && Conversations.Find(id)?.FindTurn(TraceId) is { Reply: { State: MessageState.Interrupted } reply } ? reply : null;

    private string CallsText
    {
        get
        {
            var (calls, tools) = (_tree!.Nodes.Count(static node => SpanFacts.Category(node.Span) is SpanCategory.Llm), _tree.Nodes.Count(static node => SpanFacts.Category(node.Span) is SpanCategory.Tool));
            var parts = new[] { calls > 0 ? CountText.Of(calls, "model call") : null, tools > 0 ? CountText.Of(tools, "tool call") : null, _tree.Summary.ErrorCount is var errors and > 0 ? CountText.Of(errors, "error") : null }.OfType<string>();
            return string.Join(", ", parts) is { Length: > 0 } text ? text : CountText.Of(_tree.Summary.SpanCount, "span");
        }
    }

    private string StartText
    {
        get
        {
            var start = TimeZoneInfo.ConvertTime(_trace!.StartTime, Time.LocalTimeZone);
            var isToday = start.Date == TimeZoneInfo.ConvertTime(Now, Time.LocalTimeZone).Date;
            return start.ToString(isToday ? "'Today' HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        }
    }

    private string ExactStartText => TimeZoneInfo.ConvertTime(_trace!.StartTime, Time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    protected override void OnInitialized()
    {
        _around = new(Traces, Time, (asked, stop) => Traces.AroundAsync(asked.Item1, asked.Item2, stop), Dispatch, StateHasChanged);
        base.OnInitialized();
        _conversations = Conversations.Subscribe(() => Dispatch(() =>
        {
            var before = (_feedback, _reply, Conversation?.Title);
            ReadReply();
            if (before != (_feedback, _reply, Conversation?.Title))
            {
                StateHasChanged();
            }
        }));
    }

    // Its conversation may be gone, and a copy have the reply.
    private void ReadReply()
    {
        _feedback = _tree?.Summary.SessionId is { } id ? Conversations.FindFeedback(id, TraceId!) : null;
        _reply = _tree is null ? null : Conversations.FindReplies([(ReplyTraceId, _tree.Summary.SessionId)]).GetValueOrDefault(ReplyTraceId);
    }

    /// <summary>A trace that was held stays on the page when it is deleted: nobody likes what they read to vanish.</summary>
    protected override bool Read()
    {
        if (TraceId is null || Traces.Find(TraceId) is not { } found)
        {
            return false;
        }

        if (!ReferenceEquals(found, _trace))
        {
            var isFirst = _trace is null;
            _trace = found;
            _tree = SpanTree.Of(found);
            _view.Show([found]);
            _shown = _shown is null ? null : _tree.Find(_shown.SpanId) ?? _shown;
            _find?.Refresh();
            if (isFirst)
            {
                OpenFirst();
            }

            if (isFirst || _reply is null)
            {
                ReadReply();
            }
        }

        _exported = Traces.FindExported(TraceId);
        FindNeighbours();
        return _view.IsRunning;
    }

    protected override void OnParametersSet()
    {
        if (_trace is not null && _trace.TraceId != TraceId)
        {
            (_trace, _tree, _shown, _activeKey, _opened, _isNew, _reply) = (null, null, null, null, null, true, null);
            _view = new SpanTreeView(withTraceRows: false);
            ForgetMatch();
        }

        if (_trace is null)
        {
            Refresh();
        }
        else
        {
            FindNeighbours();
        }

        Ui.LeaveTrace(TraceId);
        OpenFirst();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_isNew && _grid is not null && _activeKey is not null)
        {
            _isNew = false;
            _grid.Reveal(_activeKey);
        }

        if (firstRender && await Script.TryInvokeAsync<IJSObjectReference>("import", "./Traces/TracePage.razor.js") is { } module)
        {
            _reference = DotNetObjectReference.Create(this);
            _script = await module.TryInvokeAsync<IJSObjectReference>("attach", _root, _reference);
            await module.TryDisposeAsync();
            if (IsDisposed)
            {
                await OnDisposeAsync();
            }
        }
    }

    /// <summary>Escape, where nothing above this page has used it.</summary>
    [JSInvokable]
    public void OnEscape() => Dispatch(() =>
    {
        if (_shown is null)
        {
            Navigation.NavigateTo(ListAddress);
            return Task.CompletedTask;
        }

        var closing = CloseDetailsAsync();
        StateHasChanged();
        return closing;
    });

    protected override void OnDispose()
    {
        _conversations?.Dispose();
        _around.Dispose();
        base.OnDispose();
    }

    protected override async ValueTask OnDisposeAsync()
    {
        if (_script is not null)
        {
            await _script.TryInvokeVoidAsync("detach");
            await _script.TryDisposeAsync();
        }

        _reference?.Dispose();
    }

    /// <summary>The span that was asked for; else, once, the model call that took longest: what most come for.</summary>
    private void OpenFirst()
    {
        var asked = SpanId is not null && SpanId != _opened ? _tree?.Find(SpanId) : null;
        if (asked is null && _opened is null && SpanId is null)
        {
            asked = _trace?.Spans.Where(static span => SpanFacts.Category(span) is SpanCategory.Llm).MaxBy(span => SpanFacts.Elapsed(span, Now));
        }

        if (asked is not null)
        {
            (_shown, _activeKey, _opened, _isNew) = (asked, asked.SpanId, asked.SpanId, true);
        }
    }

    /// <summary>The row stays in sight although the details take some of the room.</summary>
    private void OpenSpan(SpanRecord span)
    {
        (_shown, _activeKey) = (span, span.SpanId);
        _grid?.Reveal(span.SpanId);
    }

    private void FollowActive()
    {
        if (_shown is not null && _view.Find(_activeKey) is SpanRow row)
        {
            _shown = row.Span;
        }
    }

    private async Task CloseDetailsAsync()
    {
        if (_shown is { } left)
        {
            _shown = null;
            if (_asTable)
            {
                await Script.TryInvokeVoidAsync("studio.focus", $"tr[data-find-place='{left.SpanId}'] button");
            }
            else if (_grid is not null)
            {
                await _grid.FocusAsync();
            }
        }
    }
}
