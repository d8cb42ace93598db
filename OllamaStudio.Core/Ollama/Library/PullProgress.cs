namespace OllamaStudio.Core.Ollama.Library;

/// <summary>How far a pull is. Ollama tells of a layer when it begins with it: what is still to come is not known before.</summary>
/// <param name="Completed">Bytes that are there, of the layers told of.</param>
/// <param name="Total">Bytes of the layers told of; 0 while none was.</param>
/// <param name="LayersDone">Layers that are there whole.</param>
/// <param name="BytesPerSecond">How fast it went in the last seconds; null while that says nothing.</param>
public sealed record PullProgress(long Completed, long Total, int LayersDone, double? BytesPerSecond)
{
    /// <summary>Share of what is known of, 0–1; null while nothing is.</summary>
    public double? Fraction => Total > 0 ? Math.Clamp((double)Completed / Total, 0, 1) : null;

    /// <summary>How long what is known of still takes at that speed; null where the speed is unknown.</summary>
    public TimeSpan? Left => BytesPerSecond is > 0 and var speed && (Total - Completed) / speed is < 3.2e7 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
}

/// <summary>
/// Adds up the lines of a pull. Its speed is that of the last <see cref="Window"/>, counted from the second line of each layer on: the first
/// tells what was there already. Not safe for concurrent use.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class PullMeter(TimeProvider time)
{
    /// <summary>How far the speed looks back.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    // Shorter stretches make wild numbers.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    // A manifest has a handful of layers; a server that tells of more is not believed.
    private const int MostLayers = 1_000;

    private readonly Dictionary<string, (long Completed, long Total)> _layers = new(StringComparer.Ordinal);

    // At most one a tenth of a second, of the last window: some fifty.
    private readonly Queue<(long Time, long Loaded)> _marks = new();
    private long _loaded;
    private long _lastMark;

    /// <summary>Takes a line in.</summary>
    public PullProgress Add(OllamaProgress line)
    {
        if (line is { Digest: { } digest, Total: { } total } && (_layers.ContainsKey(digest) || _layers.Count < MostLayers))
        {
            var completed = Math.Min(line.Completed ?? 0, total);
            _loaded += _layers.TryGetValue(digest, out var before) ? Math.Max(0, completed - before.Completed) : 0;
            _layers[digest] = (completed, total);
            Mark();
        }

        return new PullProgress(
            _layers.Values.Sum(static layer => layer.Completed), _layers.Values.Sum(static layer => layer.Total),
            _layers.Values.Count(static layer => layer.Completed == layer.Total), Speed());
    }

    private void Mark()
    {
        var now = time.GetTimestamp();
        if (_marks.Count > 0 && time.GetElapsedTime(_lastMark, now) < TimeSpan.FromMilliseconds(100))
        {
            return;
        }

        _marks.Enqueue((_lastMark = now, _loaded));
        while (time.GetElapsedTime(_marks.Peek().Time, now) > Window)
        {
            _marks.Dequeue();
        }
    }

    private double? Speed() =>
        _marks.TryPeek(out var first) && time.GetElapsedTime(first.Time) is var past && past >= Shortest && _loaded > first.Loaded ? (_loaded - first.Loaded) / past.TotalSeconds : null;
}
