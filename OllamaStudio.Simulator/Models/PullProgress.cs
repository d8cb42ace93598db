namespace OllamaStudio.Simulator.Models;

/// <summary>
/// How much of each layer is on disk already. Kept when a client leaves, so that the next pull goes on from there.
/// Only layers of the catalog's models have an entry: the number is fixed.
/// </summary>
internal sealed class PullProgress
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _completed = new(StringComparer.Ordinal);

    public long Completed(string digest)
    {
        lock (_lock)
        {
            return _completed.GetValueOrDefault(digest);
        }
    }

    /// <summary>Adds bytes; two pulls of the same layer help each other. Returns the new sum, at most the total.</summary>
    public long Add(string digest, long bytes, long total)
    {
        lock (_lock)
        {
            return _completed[digest] = Math.Min(total, _completed.GetValueOrDefault(digest) + bytes);
        }
    }

    /// <summary>Forgets a deleted model's layers: the next pull fetches them again.</summary>
    public void Forget(DemoModel model)
    {
        lock (_lock)
        {
            foreach (var layer in Layer.Of(model))
            {
                _completed.Remove(layer.Digest);
            }
        }
    }
}
