using System.Collections.Immutable;
using System.Diagnostics;
using OpenTelemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Where the host's tracing ends: hands each ended span that was sampled to every destination, exactly once, also while one's
/// settings change.
/// </summary>
internal sealed class SpanRouter : BaseProcessor<Activity>
{
    private ImmutableArray<Destination> _destinations = [];

    /// <summary>The destinations in force; none before the export started and after it ended.</summary>
    public ImmutableArray<Destination> Destinations
    {
        get => _destinations;
        set => ImmutableInterlocked.InterlockedExchange(ref _destinations, value);
    }

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        // The live panel records unsampled spans too; they arrive here and stay in the process.
        var destinations = Destinations;
        if (!data.Recorded || destinations.IsEmpty)
        {
            return;
        }

        SpanSize.Limit(data);
        foreach (var destination in destinations)
        {
            destination.Accept(data);
        }
    }
}
