using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>
/// A component that shows spans: it subscribes, is told of changes, and asks the feed again, at most ten times a second. While
/// something it shows is running it also refreshes for the running times and bars; otherwise nothing ticks.
/// </summary>
public abstract class FeedComponent : ComponentBase, IDisposable
{
    private RefreshPacer? _pacer;
    private IDisposable? _subscription;
    private bool _disposed;

    [Inject]
    public required ISpanFeed Feed { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    /// <summary>The moment that is drawn, UTC.</summary>
    protected DateTimeOffset Now { get; private set; }

    /// <summary>Takes from the feed what is to be shown. Returns whether a span that is shown is still running.</summary>
    protected abstract bool Read();

    protected override void OnInitialized()
    {
        _pacer = new RefreshPacer(Time, () => _ = InvokeAsync(Refresh));
        _subscription = Feed.Subscribe(_pacer.Request);
        ReadNow();
    }

    /// <summary>Asks the feed again and draws.</summary>
    protected void Refresh()
    {
        if (!_disposed)
        {
            ReadNow();
            StateHasChanged();
        }
    }

    private void ReadNow()
    {
        Now = Time.GetUtcNow();
        if (Read())
        {
            _pacer?.Request();
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        _disposed = true;
        _subscription?.Dispose();
        _pacer?.Dispose();
    }
}
