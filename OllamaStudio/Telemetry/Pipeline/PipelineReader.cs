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
        var (books, status, tail) = (export.Books, export.Current, sampling.Current);
        return new PipelineData
        {
            State = status.State,
            Started = books.Started,
            Running = books.Running,
            Ended = books.Ended,
            LeftOut = books.LeftOut,
            Held = tail.IsOn || books.Held > 0 ? books.Held : null,
            Dropped = books.Dropped,
            Kept = books.Kept,
            KeptByRule = tail.IsOn ? (tail.Kept.GetValueOrDefault(TailRule.Error), tail.Kept.GetValueOrDefault(TailRule.Slow) + tail.Kept.GetValueOrDefault(TailRule.Slowest)) : null,
            Destinations = status.State is ExportState.Off ? [] : [.. books.Destinations.Select(destination => Of(destination, status, settings.Telemetry))],
        };
    }

    private static PipelineDestination Of(DestinationBooks books, ExportStatus status, TelemetrySettings settings)
    {
        var host = Uri.TryCreate(status.Endpoint, UriKind.Absolute, out var address) ? address.Authority : status.Endpoint;
        var isPhoenix = ReceiverText.NameOf(status.Endpoint) is "Phoenix";
        return new PipelineDestination
        {
            Id = books.Id,
            Name = isPhoenix ? "Phoenix" : host,
            Where = isPhoenix ? $"project {settings.Destination.ProjectName} · HTTP" : "HTTP",
            Status = status,
            Kept = books.Kept,
            Found = books.SpoolFiles is null && books.Found == 0 ? null : books.Found,
            Waiting = books.Waiting,
            Blocked = books.Blocked,
            QueueSize = settings.Batch.MaxQueueSize,
            SpoolBytes = books.SpoolBytes,
            SpoolProblem = books.SpoolProblem,
            Sent = books.Sent,
            Dropped = books.Dropped,
            Refused = books.Refused,
            Expired = books.Expired,
            Resent = books.Resent,
            Stored = books.Stored,
            Unproved = books.Unproved,
            LookUps = books.LookUps,
        };
    }
}
