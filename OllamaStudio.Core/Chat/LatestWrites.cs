namespace OllamaStudio.Core.Chat;

/// <summary>
/// Writes the newest value of each key in the background. One write a key is under way; of what comes meanwhile only the last counts. What
/// is not written yet is known here: at most one value a key, and none for long unless the store is in trouble. Safe to use from any thread.
/// </summary>
/// <param name="write">Writes a value; where it fails, whoever is written to has said so.</param>
internal sealed class LatestWrites<T>(Func<string, T, Task> write)
{
    private readonly Dictionary<string, Pending> _pending = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The values that are not written yet.</summary>
    public IReadOnlyList<T> Values
    {
        get
        {
            lock (_gate)
            {
                return [.. _pending.Values.Select(static pending => pending.Value)];
            }
        }
    }

    /// <summary>The value of that key, where it is not written yet.</summary>
    public bool TryFind(string key, out T value)
    {
        lock (_gate)
        {
            var isPending = _pending.TryGetValue(key, out var pending);
            value = isPending ? pending!.Value : default!;
            return isPending;
        }
    }

    /// <summary>Has that value written, once <paramref name="after"/> has ended, however it does.</summary>
    public void Write(string key, T value, Task? after = null)
    {
        var pending = new Pending(value, after ?? Task.CompletedTask);
        bool isUnderWay;
        lock (_gate)
        {
            isUnderWay = _pending.ContainsKey(key);
            _pending[key] = pending;
        }

        if (!isUnderWay)
        {
            _ = WriteAsync(key, pending);
        }
    }

    private async Task WriteAsync(string key, Pending pending)
    {
        while (true)
        {
            await pending.After.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await write(key, pending.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_gate)
            {
                if (ReferenceEquals(_pending[key], pending))
                {
                    _pending.Remove(key);
                    return;
                }

                pending = _pending[key];
            }
        }
    }

    private sealed record Pending(T Value, Task After);
}
