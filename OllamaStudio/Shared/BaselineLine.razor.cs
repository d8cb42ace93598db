using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Lab;

namespace OllamaStudio.Shared;

/// <summary>
/// How a trace's longest model call compares with those like it. Nothing where there are too few. A trace that has just ended is stored
/// a second later: it is looked for a few times more.
/// </summary>
public partial class BaselineLine
{
    private const int MostLooks = 5;

    private string? _traceId;
    private Baseline? _baseline;
    private PromptParting? _cacheLoss;
    private IDisposable? _subscription;
    private int _looks;

    /// <summary>The trace, which has ended.</summary>
    [Parameter, EditorRequired]
    public required string TraceId { get; set; }

    /// <summary>Whether it says something only of a call that took much longer.</summary>
    [Parameter]
    public bool OnlySlow { get; set; }

    [Inject]
    public required BaselineReader Reader { get; set; }

    [Inject]
    public required CacheLossFinder CacheLosses { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    protected override void OnParametersSet()
    {
        if (_traceId != TraceId)
        {
            OnDispose();
            (_traceId, _baseline, _cacheLoss, _looks) = (TraceId, null, null, 0);
            _subscription = Reader.Subscribe(() => Dispatch(LookAsync));
            Dispatch(LookAsync);
        }
    }

    protected override void OnDispose() => _subscription?.Dispose();

    // The page's thread is left alone unless there is something to show.
    private async Task LookAsync()
    {
        var traceId = TraceId;
        var (isStored, baseline) = await Task.Run(() => (Reader.TryFind(traceId, out var found), found)).ConfigureAwait(false);
        if (traceId == TraceId && (isStored || Interlocked.Increment(ref _looks) == MostLooks))
        {
            _subscription?.Dispose();
        }

        if (baseline is not null)
        {
            var isShown = !OnlySlow || BaselineText.IsSlow(baseline);
            var cacheLoss = isShown && BaselineText.HasLostCache(baseline) ? await Task.Run(() => CacheLosses.Find(baseline.Call)).ConfigureAwait(false) : null;
            Dispatch(() => Show(traceId, baseline, cacheLoss));
        }
    }

    private void Show(string traceId, Baseline baseline, PromptParting? cacheLoss)
    {
        if (traceId == TraceId)
        {
            (_baseline, _cacheLoss) = (baseline, cacheLoss);
            StateHasChanged();
        }
    }
}
