using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Telemetry.Pipeline;

/// <summary>Puts together what is known of the pipeline now.</summary>
internal static class PipelineReader
{
    /// <summary>Reads it.</summary>
    public static PipelineData Read(IExportMonitor export, ITailSampling sampling, StudioSettings settings)
    {
        var (status, tail) = (export.Current, sampling.Current);
        var kept = status.Exported + status.Failed + status.Waiting;
        return new PipelineData
        {
            State = status.State,
            LeftOut = tail.IsOn ? tail.LeftOutSpans : null,
            Held = tail.IsOn ? tail.HeldSpans : null,
            Dropped = status.Dropped,
            Kept = kept,
            KeptByRule = tail.IsOn ? (tail.Kept.GetValueOrDefault(TailRule.Error), tail.Kept.GetValueOrDefault(TailRule.Slow) + tail.Kept.GetValueOrDefault(TailRule.Slowest)) : null,
            Destinations = status.State is ExportState.Off ? [] :
            [
                new()
                {
                    Id = "first",
                    Name = ReceiverText.NameOf(status.Endpoint) is "Phoenix" ? "Phoenix" : HostOf(status.Endpoint),
                    Where = ReceiverText.NameOf(status.Endpoint) is "Phoenix" ? $"project {settings.Telemetry.ProjectName} · HTTP" : $"{HostOf(status.Endpoint)} · HTTP",
                    Status = status,
                    Kept = kept,
                    Waiting = status.Waiting,
                    QueueSize = settings.Telemetry.Batch.MaxQueueSize,
                    Sent = status.Exported,
                    Refused = status.Failed,
                },
            ],
        };
    }

    private static string HostOf(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var address) ? address.Authority : endpoint;
}
