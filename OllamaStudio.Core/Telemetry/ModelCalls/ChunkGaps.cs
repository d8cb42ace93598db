using System.Diagnostics;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>
/// The times between the chunks of one reply, on their way to the metrics: many at a time, and all but one of them without a current span. An exemplar
/// for each would cost more than everything else that is measured of a turn, and the next chunk's would take its place; the one that is made is of the
/// longest, which is what somebody would want to look at. Whoever reads the metrics meanwhile is at most <see cref="Most"/> chunks behind.
/// </summary>
internal sealed class ChunkGaps(string? model, MetricNaming naming)
{
    private const int Most = 128;

    private readonly TimeSpan[] _waiting = new TimeSpan[Most];
    private int _count;
    private TimeSpan? _longest;

    /// <summary>Takes the next.</summary>
    public void Add(TimeSpan gap)
    {
        if (_longest is not { } longest)
        {
            _longest = gap;
            return;
        }

        if (_count == Most)
        {
            Flush();
        }

        (_longest, _waiting[_count++]) = gap > longest ? (gap, longest) : (longest, gap);
    }

    /// <summary>The reply has ended; the exemplar of the longest names the current span.</summary>
    public void End()
    {
        Flush();
        if (_longest is { } longest)
        {
            StudioMetrics.ChunksReceived(model, [longest], naming);
            _longest = null;
        }
    }

    private void Flush()
    {
        var span = Activity.Current;
        Activity.Current = null;
        StudioMetrics.ChunksReceived(model, _waiting.AsSpan(0, _count), naming);
        Activity.Current = span;
        _count = 0;
    }
}
