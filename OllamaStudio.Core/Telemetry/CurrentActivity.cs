using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// Steps of a stream with an activity as the current one. An async iterator begins each step in its reader's context, so the activity would
/// have to be set for every item, which makes a new <see cref="ExecutionContext"/> each time; to go back into one that is kept makes
/// none. For one caller at a time.
/// </summary>
internal sealed class CurrentActivity<T>
{
    private static readonly ContextCallback s_move = static self => ((CurrentActivity<T>)self!).Move();
    private static readonly ContextCallback s_take = static self => ((CurrentActivity<T>)self!).Take();

    private Activity? _activity;
    private ExecutionContext? _context;
    private IAsyncEnumerator<T>? _items;
    private ValueTask<bool> _moved;
    private Action<T>? _taker;
    private T? _item;

    /// <summary>Asks for the next item.</summary>
    /// <param name="activity">The current one meanwhile; null for that of the caller.</param>
    /// <param name="items">Whom.</param>
    public ValueTask<bool> MoveNextAsync(Activity? activity, IAsyncEnumerator<T> items)
    {
        if (activity is null)
        {
            return items.MoveNextAsync();
        }

        _items = items;
        Run(activity, s_move);
        return _moved;
    }

    /// <summary>Hands an item over.</summary>
    /// <param name="activity">The current one meanwhile; null for that of the caller.</param>
    /// <param name="taker">To whom.</param>
    /// <param name="item">The item.</param>
    public void Take(Activity? activity, Action<T> taker, T item)
    {
        if (activity is null)
        {
            taker(item);
            return;
        }

        (_taker, _item) = (taker, item);
        Run(activity, s_take);
    }

    [SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "Handed out once, by the very call that had it made.")]
    private void Move() => _moved = _items!.MoveNextAsync();

    private void Take() => _taker!(_item!);

    private void Run(Activity activity, ContextCallback step)
    {
        if (_context is null || !ReferenceEquals(activity, _activity))
        {
            var before = Activity.Current;
            Activity.Current = activity;
            (_activity, _context) = (activity, ExecutionContext.Capture());
            Activity.Current = before;
        }

        if (_context is null)
        {
            throw new InvalidOperationException("A stream is not read where contexts do not flow.");
        }

        ExecutionContext.Run(_context, step, this);
    }
}
