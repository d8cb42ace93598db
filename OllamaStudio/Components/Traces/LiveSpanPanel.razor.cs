using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using OllamaStudio.Core.Live;
using OllamaStudio.Traces;

namespace OllamaStudio.Components.Traces;

/// <summary>The spans of this process, live: a tree for each trace, newest last, with details of one of them below.</summary>
public partial class LiveSpanPanel
{
    private readonly SpanTreeView view = new(withTraceRows: true);
    private SpanTreeGrid? grid;
    private string? activeKey;
    private SpanRecord? shown;
    private string? focused;
    private Pause? pause;
    private long newSpans;
    private long dropped;
    private bool allExpanded = true;
    private bool isMissing;

    /// <summary>A trace to point out; acted on whenever it changes. <see cref="FocusTrace"/> does the same again.</summary>
    [Parameter]
    public string? FocusTraceId { get; set; }

    /// <summary>The panel is to be closed; without it, it cannot be.</summary>
    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>A person without spans wants to write a message; without it, a link leads to the chat.</summary>
    [Parameter]
    public EventCallback OnCompose { get; set; }

    private bool IsPaused => pause is not null;

    /// <summary>What is drawn stands still while paused, running bars included.</summary>
    private DateTimeOffset DrawnAt => pause?.At ?? Now;

    private string HeldText => dropped > 0
        ? $"Newest {CountText.Full(view.SpanCount)} of {CountText.Of(view.SpanCount + dropped, "span")}"
        : $"{CountText.Of(view.SpanCount, "span")} in {CountText.Of(view.TraceCount, "trace")}";

    /// <summary>Brings a trace into sight and selects its root: expands it, lifts a filter that hides it, and goes on where the view was paused before it.</summary>
    public void FocusTrace(string traceId)
    {
        if (IsPaused && !view.Holds(traceId))
        {
            TogglePause();
        }

        isMissing = !view.Holds(traceId);
        if (isMissing)
        {
            StateHasChanged();
            return;
        }

        if (view.Find(traceId) is null)
        {
            view.Apply(SpanFilter.None);
        }

        if (view.Find(traceId) is { } row)
        {
            view.SetExpanded(row, true);
            activeKey = row.Tree.Nodes[0].Span.SpanId;
            FollowActive();
            grid?.Reveal(activeKey);
        }

        StateHasChanged();
    }

    protected override bool Read()
    {
        if (pause is not null)
        {
            newSpans = Math.Max(0, Feed.SpanCount + Feed.DroppedSpanCount - pause.Seen);
            return false;
        }

        view.Show(Feed.Traces);
        dropped = Feed.DroppedSpanCount;
        RefreshDetails();
        return view.IsRunning;
    }

    protected override void OnParametersSet()
    {
        if (FocusTraceId is { } traceId && traceId != focused)
        {
            FocusTrace(traceId);
        }

        focused = FocusTraceId;
    }

    private void TogglePause()
    {
        pause = pause is null ? new Pause(Now, Feed.SpanCount + Feed.DroppedSpanCount) : null;
        newSpans = 0;
        Refresh();
    }

    private void Clear()
    {
        Feed.Clear();
        view.Show([]);
        (shown, activeKey, isMissing, dropped) = (null, null, false, 0);
        if (pause is not null)
        {
            pause = pause with { Seen = Feed.SpanCount + Feed.DroppedSpanCount };
            newSpans = 0;
        }
    }

    private void Apply(SpanFilter filter) => view.Apply(filter);

    private void ToggleAll()
    {
        allExpanded = !allExpanded;
        view.SetAllExpanded(allExpanded);
    }

    /// <summary>The row stays in sight although the details take half of the room.</summary>
    private void Open(SpanRow row)
    {
        shown = row.Span;
        grid?.Reveal(row.Key);
    }

    /// <summary>Open details go along with the keyboard.</summary>
    private void FollowActive()
    {
        if (shown is not null && view.Find(activeKey) is SpanRow row)
        {
            shown = row.Span;
        }
    }

    /// <summary>Details show the newest snapshot of their span; they stay as they are when the feed no longer holds it.</summary>
    private void RefreshDetails()
    {
        if (shown is not null && Feed.FindTrace(shown.TraceId) is { } trace)
        {
            shown = SpanTree.Of(trace).Find(shown.SpanId) ?? shown;
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
        if (shown is not null)
        {
            shown = null;
            if (grid is not null)
            {
                await grid.FocusAsync();
            }
        }
    }

    /// <summary>When the view was paused, and how many spans had been seen by then.</summary>
    private sealed record Pause(DateTimeOffset At, long Seen);
}
