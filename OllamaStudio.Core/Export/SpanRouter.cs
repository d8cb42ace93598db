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
    private ImmutableArray<Generation> _generations = [new([])];
    private volatile TailSampler? _tail;
    private long _started;
    private long _running;
    private long _ended;
    private long _leftOut;
    private long _dropped;

    /// <summary>The destinations in force; none before the export started and after it ended. For one caller at a time.</summary>
    public ImmutableArray<Destination> Destinations
    {
        get => Current.Destinations;
        set
        {
            if (!Current.Destinations.SequenceEqual(value))
            {
                // The older ones stay: a span that is on its way to one is counted in it yet. There are as many as a person added and removed.
                ImmutableInterlocked.InterlockedExchange(ref _generations, Generations.Add(new(value)));
            }
        }
    }

    /// <summary>What decides of traces when they end; null where the head sampler alone decides.</summary>
    public TailSampler? Tail
    {
        get => _tail;
        set => _tail = value;
    }

    /// <summary>Whoever has spans on their way from their end to the destinations holds it.</summary>
    public CountGuard Guard { get; } = new();

    /// <summary>What it saw of every span since start, and what those destinations did, without what the rules of tail sampling hold and left out. Of one moment for who reads it by <see cref="Guard"/>.</summary>
    public ExportBooks Count(IEnumerable<Destination> destinations)
    {
        var generations = Generations;
        return new()
        {
            Started = Interlocked.Read(ref _started),
            Running = Interlocked.Read(ref _running),
            Ended = Interlocked.Read(ref _ended),
            LeftOut = Interlocked.Read(ref _leftOut),
            Dropped = Interlocked.Read(ref _dropped),
            Kept = generations.Sum(static one => Interlocked.Read(ref one.Kept)),
            Destinations =
            [
                .. from destination in destinations
                   let before = generations.Where(one => !one.Destinations.Contains(destination)).Sum(static one => Interlocked.Read(ref one.Kept))
                   select destination.Books with { NotOffered = before + destination.Missed },
            ],
        };
    }

    private ImmutableArray<Generation> Generations => ImmutableInterlocked.InterlockedCompareExchange(ref _generations, default, default);

    private Generation Current => Generations[^1];

    /// <inheritdoc />
    public override void OnStart(Activity data)
    {
        using var change = Guard.Begin();
        Interlocked.Increment(ref _started);
        Interlocked.Increment(ref _running);
    }

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        using var change = Guard.Begin();
        Interlocked.Decrement(ref _running);
        Interlocked.Increment(ref _ended);

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
        using var change = Guard.Begin();
        var generation = Current;
        if (generation.Destinations.IsEmpty)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        SpanSize.Limit(span);
        var isKept = false;
        foreach (var destination in generation.Destinations)
        {
            var isTaken = destination.Accept(span);
            isKept |= isTaken;
            destination.Miss(isTaken ? 0 : 1);
        }

        if (isKept)
        {
            Interlocked.Increment(ref generation.Kept);
            return;
        }

        // Where none took it, none missed what others have.
        Interlocked.Increment(ref _dropped);
        foreach (var destination in generation.Destinations)
        {
            destination.Miss(-1);
        }
    }

    /// <summary>Destinations that were there at the same time, and the spans that were kept meanwhile: what was kept without a destination, it was not offered.</summary>
    /// <param name="destinations">The destinations.</param>
    private sealed class Generation(ImmutableArray<Destination> destinations)
    {
        public long Kept;

        public ImmutableArray<Destination> Destinations => destinations;
    }
}
