using System.Collections.Immutable;
using System.Diagnostics;
using OpenTelemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Where the host's tracing ends: hands each ended span that was sampled to every destination, exactly once, also while one's
/// settings change. Where rules decide of traces when they end, the <see cref="TailSampler"/> comes in between.
/// </summary>
internal sealed class SpanRouter : BaseProcessor<Activity>
{
    private ImmutableArray<Destination> _destinations = [];
    private volatile TailSampler? _tail;
    private long _started;
    private long _leftOut;
    private long _dropped;
    private long _kept;

    /// <summary>The destinations in force; none before the export started and after it ended.</summary>
    public ImmutableArray<Destination> Destinations
    {
        get => _destinations;
        set => ImmutableInterlocked.InterlockedExchange(ref _destinations, value);
    }

    /// <summary>What decides of traces when they end; null where the head sampler alone decides.</summary>
    public TailSampler? Tail
    {
        get => _tail;
        set => _tail = value;
    }

    /// <summary>What it saw of every span since start, without what the rules of tail sampling hold and left out.</summary>
    public ExportBooks Books => new()
    {
        // What ended is read before what began: nothing ends that did not begin.
        LeftOut = Interlocked.Read(ref _leftOut),
        Dropped = Interlocked.Read(ref _dropped),
        Kept = Interlocked.Read(ref _kept),
        Started = Interlocked.Read(ref _started),
    };

    /// <inheritdoc />
    public override void OnStart(Activity data) => Interlocked.Increment(ref _started);

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        // The live panel records unsampled spans too; they arrive here and stay in the process.
        if (!data.Recorded)
        {
            Interlocked.Increment(ref _leftOut);
            return;
        }

        if (_tail is { } tail)
        {
            tail.End(data);
        }
        else
        {
            Send(data);
        }
    }

    /// <summary>Hands an ended span to every destination.</summary>
    public void Send(Activity span)
    {
        var destinations = Destinations;
        if (destinations.IsEmpty)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        SpanSize.Limit(span);
        var isAccepted = false;
        foreach (var destination in destinations)
        {
            isAccepted |= destination.Accept(span);
        }

        Interlocked.Increment(ref isAccepted ? ref _kept : ref _dropped);
    }
}
