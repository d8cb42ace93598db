using System.Diagnostics;
using OpenTelemetry;

namespace OllamaStudio.Benchmarks.Turns;

/// <summary>Keeps the last batch and nothing older: an endpoint that takes everything at once.</summary>
internal sealed class LastBatchExporter : BaseExporter<Activity>
{
    private readonly List<Activity> _batch = [];

    public override ExportResult Export(in Batch<Activity> batch)
    {
        _batch.Clear();
        foreach (var activity in batch)
        {
            _batch.Add(activity);
        }

        return ExportResult.Success;
    }
}
