using System.Collections.Concurrent;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// How long the gaps between two pieces of a reply are, by model: counted in steps of an eighth, from a millisecond to two hours, since the
/// studio started. At most 100 models. Safe for concurrent use.
/// </summary>
internal sealed class PieceGaps
{
    private const int ModelsKept = 100;
    private const int Fewest = 200;
    private const int Buckets = 136;
    private const double Step = 1.125;

    private readonly ConcurrentDictionary<string, long[]> _models = new(StringComparer.Ordinal);

    /// <summary>Counts one.</summary>
    public void Add(string model, TimeSpan gap)
    {
        if (_models.Count >= ModelsKept && !_models.ContainsKey(model))
        {
            return;
        }

        Interlocked.Increment(ref _models.GetOrAdd(model, static _ => new long[Buckets])[Bucket(gap)]);
    }

    /// <summary>The gap that 99 of 100 are below, by an eighth at most too long; null of fewer than 200.</summary>
    public TimeSpan? Percentile99(string model)
    {
        if (!_models.TryGetValue(model, out var counts) || counts.Sum() is not (>= Fewest and var all))
        {
            return null;
        }

        var (bucket, below) = (0, counts[0]);
        while (below < all * 0.99 && bucket < Buckets - 1)
        {
            below += counts[++bucket];
        }

        return TimeSpan.FromMilliseconds(Math.Pow(Step, bucket));
    }

    private static int Bucket(TimeSpan gap) => Math.Clamp((int)Math.Ceiling(Math.Log(Math.Max(1, gap.TotalMilliseconds), Step)), 0, Buckets - 1);
}
