using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>
/// A component that shows spans: it subscribes, is told of changes, and asks the feed again, at most ten times a second. While
/// something it shows is running it also refreshes for the running times and bars; otherwise nothing ticks.
/// </summary>
public abstract class FeedComponent : StudioComponent
{
    private RefreshPacer? _pacer;
    private IDisposable? _subscription;

    [Inject]
    public required ISpanFeed Feed { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    /// <summary>The moment that is drawn, UTC.</summary>
    protected DateTimeOffset Now { get; private set; }

    /// <summary>Takes from the feed what is to be shown. Returns whether a span that is shown is still running.</summary>
    protected abstract bool Read();

    /// <summary>Has itself told of changes, until the result is disposed.</summary>
    protected virtual IDisposable Subscribe(Action changed) => Feed.Subscribe(changed);

    protected override void OnInitialized()
    {
        _pacer = new RefreshPacer(Time, () => Dispatch(Refresh));
        _subscription = Subscribe(_pacer.Request);
        ReadNow();
    }

    /// <summary>Asks the feed again and draws.</summary>
    protected void Refresh()
    {
        ReadNow();
        StateHasChanged();
    }

    private void ReadNow()
    {
        Now = Time.GetUtcNow();
        if (Read())
        {
            _pacer?.Request();
        }
    }

    protected override void OnDispose()
    {
        _subscription?.Dispose();
        _pacer?.Dispose();
    }
}
