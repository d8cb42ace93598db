using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>The spans of this process, live: a tree for each trace, newest last, with details of one of them below.</summary>
public partial class LiveSpanPanel
{
    private readonly SpanTreeView _view = new(withTraceRows: true);
    private readonly ClearedTraces _cleared = new();
    private SpanTreeGrid? _grid;
    private string? _activeKey;
    private SpanRecord? _shown;
    private string? _focused;
    private Pause? _pause;
    private long _newSpans;
    private long _dropped;
    private bool _allExpanded = true;
    private bool _isMissing;

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Inject]
    public required IReplyPaces Paces { get; set; }

    /// <summary>A trace to point out; acted on whenever it changes. <see cref="FocusTrace"/> does the same again.</summary>
    [Parameter]
    public string? FocusTraceId { get; set; }

    /// <summary>The panel is to be closed; without it, it cannot be.</summary>
    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>A person without spans wants to write a message; without it, a link leads to the chat.</summary>
    [Parameter]
    public EventCallback OnCompose { get; set; }

    private bool IsPaused => _pause is not null;

    private bool ShowsGuide => _view is { SpanCount: > 0, Rows.Count: > 0, HasOnlyChecks: true };

    /// <summary>What is drawn stands still while paused, running bars included.</summary>
    private DateTimeOffset DrawnAt => _pause?.At ?? Now;

    private string HeldText => _dropped > 0
        ? $"Newest {CountText.Full(_view.SpanCount)} of {CountText.Of(_view.SpanCount + _dropped, "span")}"
        : $"{CountText.Of(_view.SpanCount, "span")} in {CountText.Of(_view.TraceCount, "trace")}";

    /// <summary>Brings a trace into sight and selects its root: expands it, lifts a filter that hides it, and goes on where the view was paused before it.</summary>
    public void FocusTrace(string traceId)
    {
        if (IsPaused && !_view.Holds(traceId))
        {
            TogglePause();
        }

        if (_cleared.BringBack(traceId))
        {
            Refresh();
        }

        _isMissing = !_view.Holds(traceId);
        if (_isMissing)
        {
            StateHasChanged();
            return;
        }

        if (_view.Find(traceId) is null)
        {
            _view.Apply(SpanFilter.None);
        }

        if (_view.Find(traceId) is { } row)
        {
            _view.SetExpanded(row, true);
            _activeKey = row.Tree.Nodes[0].Span.SpanId;
            FollowActive();
            _grid?.Reveal(_activeKey);
        }

        StateHasChanged();
    }

    protected override bool Read()
    {
        if (_pause is not null)
        {
            _newSpans = Math.Max(0, Feed.SpanCount + Feed.DroppedSpanCount - _pause.Seen);
            return false;
        }

        _view.Show(_cleared.Without(Feed.Traces));
        _dropped = _cleared.DroppedSince(Feed.DroppedSpanCount);
        RefreshDetails();
        return _view.IsRunning;
    }

    protected override void OnParametersSet()
    {
        if (FocusTraceId is { } traceId && traceId != _focused)
        {
            FocusTrace(traceId);
        }

        _focused = FocusTraceId;
    }

    private void TogglePause()
    {
        _pause = _pause is null ? new Pause(Now, Feed.SpanCount + Feed.DroppedSpanCount) : null;
        _newSpans = 0;
        Refresh();
    }

    private void Clear()
    {
        _cleared.Add(Feed.Traces);
        (_shown, _activeKey, _isMissing, _newSpans) = (null, null, false, 0);
        if (_pause is not null)
        {
            _pause = _pause with { Seen = Feed.SpanCount + Feed.DroppedSpanCount };
        }

        _view.Show(_cleared.Without(Feed.Traces));
        _dropped = _cleared.DroppedSince(Feed.DroppedSpanCount);
    }

    private void Apply(SpanFilter filter) => _view.Apply(filter);

    private async Task ClearFilterAsync()
    {
        Apply(SpanFilter.None);
        await Script.TryInvokeVoidAsync("studio.focus", "[data-testid='span-filter']");
    }

    private async Task ResumeAsync()
    {
        TogglePause();
        await Script.TryInvokeVoidAsync("studio.focus", "[data-testid='span-pause']");
    }

    private void ToggleAll()
    {
        _allExpanded = !_allExpanded;
        _view.SetAllExpanded(_allExpanded);
    }

    /// <summary>The row stays in sight although the details take half of the room.</summary>
    private void Open(SpanRow row)
    {
        _shown = row.Span;
        _grid?.Reveal(row.Key);
    }

    /// <summary>Open details go along with the keyboard.</summary>
    private void FollowActive()
    {
        if (_shown is not null && _view.Find(_activeKey) is SpanRow row)
        {
            _shown = row.Span;
        }
    }

    /// <summary>Details show the newest snapshot of their span; they stay as they are when the feed no longer holds it.</summary>
    private void RefreshDetails()
    {
        if (_shown is not null && Feed.FindTrace(_shown.TraceId) is { } trace)
        {
            _shown = SpanTree.Of(trace).Find(_shown.SpanId) ?? _shown;
        }
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (key.Key == "Escape" && !key.ShiftKey)
        {
            await CloseDetailsAsync();
        }
    }

    private async Task CloseDetailsAsync()
    {
        if (_shown is not null)
        {
            _shown = null;
            if (_grid is not null)
            {
                await _grid.FocusAsync();
            }
        }
    }

    /// <summary>When the view was paused, and how many spans had been seen by then.</summary>
    private sealed record Pause(DateTimeOffset At, long Seen);
}
