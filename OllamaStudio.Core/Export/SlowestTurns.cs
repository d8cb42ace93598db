namespace OllamaStudio.Core.Export;

/// <summary>
/// Tells the slowest twentieth of a model's traces from the others: exactly, over the newest <see cref="Window"/> of the model. Of the
/// <see cref="MaxModels"/> models used last; another one begins anew. Not safe to use from several threads.
/// </summary>
internal sealed class SlowestTurns
{
    /// <summary>Durations remembered of a model: 8 KB.</summary>
    public const int Window = 500;

    /// <summary>Durations that a model must have before it has a 95th percentile that anything is measured by.</summary>
    public const int Least = 20;

    /// <summary>Models remembered.</summary>
    public const int MaxModels = 64;

    private readonly Dictionary<string, Durations> _models = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>Whether it is longer than the 95th percentile of the model's, which is known only from <see cref="Least"/> on.</summary>
    public bool IsAmong(string model, TimeSpan duration) => _models.TryGetValue(model, out var known) && known.Percentile95 is { } limit && duration.Ticks > limit;

    /// <summary>Remembers a trace of the model.</summary>
    public void Add(string model, TimeSpan duration)
    {
        if (!_models.TryGetValue(model, out var known))
        {
            if (_models.Count == MaxModels)
            {
                _models.Remove(_models.MinBy(static each => each.Value.LastUse).Key);
            }

            _models[model] = known = new Durations();
        }

        known.LastUse = ++_uses;
        known.Add(duration.Ticks);
    }

    private sealed class Durations
    {
        private readonly Queue<long> _byAge = new();
        private readonly List<long> _sorted = [];

        public long LastUse { get; set; }

        /// <summary>By nearest rank.</summary>
        public long? Percentile95 => _sorted.Count < Least ? null : _sorted[(int)Math.Ceiling(_sorted.Count * 0.95) - 1];

        public void Add(long ticks)
        {
            if (_byAge.Count == Window)
            {
                _sorted.RemoveAt(_sorted.BinarySearch(_byAge.Dequeue()));
            }

            _byAge.Enqueue(ticks);
            var place = _sorted.BinarySearch(ticks);
            _sorted.Insert(place < 0 ? ~place : place, ticks);
        }
    }
}
