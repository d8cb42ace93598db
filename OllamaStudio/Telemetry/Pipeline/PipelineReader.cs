using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Telemetry.Pipeline;

/// <summary>Puts together what is known of the pipeline now.</summary>
internal static class PipelineReader
{
    /// <summary>Reads it.</summary>
    public static PipelineData Read(IExportMonitor export, ITailSampling sampling, StudioSettings settings)
    {
        var (books, state, tail) = (export.Books, export.Current.State, sampling.Current);
        return new PipelineData
        {
            State = state,
            Started = books.Started,
            Running = books.Running,
            Ended = books.Ended,
            LeftOut = books.LeftOut,
            Held = tail.IsOn || books.Held > 0 ? books.Held : null,
            Dropped = books.Dropped,
            Kept = books.Kept,
            IsMoving = books.IsMoving || books.Destinations.Any(static destination => destination.IsMoving),
            KeptByRule = tail.IsOn ? (tail.Kept.GetValueOrDefault(TailRule.Error), tail.Kept.GetValueOrDefault(TailRule.Slow) + tail.Kept.GetValueOrDefault(TailRule.Slowest)) : null,
            Pushes =
            [
                .. from destination in settings.Telemetry.Destinations
                   from status in export.SignalsOf(destination.Id)
                   where status.State is not ExportState.Off
                   select new PipelinePush(DestinationKinds.TitleOf(destination), status),
            ],
            Destinations =
            [
                .. from destination in books.Destinations
                   let status = export.StatusOf(destination.Id)
                   where status.State is not ExportState.Off || destination.Waiting > 0 || (state is not ExportState.Off && destination.Kept + destination.Found > 0)
                   select Of(destination, status, settings.Telemetry),
            ],
        };
    }

    private static PipelineDestination Of(DestinationBooks books, ExportStatus status, TelemetrySettings settings)
    {
        // One that was removed is counted for as long as it still sends what it has.
        var wanted = settings.Destinations.FirstOrDefault(destination => destination.Id == books.Id);
        var endpoint = status.Endpoint.Length > 0 ? status.Endpoint : wanted?.Endpoint ?? ""; // one that is off has none in force
        var host = Uri.TryCreate(endpoint, UriKind.Absolute, out var address) ? address.Authority : endpoint;
        var name = wanted is null ? host : DestinationKinds.TitleOf(wanted);
        var isPhoenix = wanted is not null && DestinationKinds.Of(wanted).Kind is DestinationKind.Phoenix or DestinationKind.PhoenixCloud;
        var protocol = wanted?.Protocol is DestinationProtocol.Grpc ? "gRPC" : "HTTP";
        return new PipelineDestination
        {
            Id = books.Id,
            Name = name,
            Where = isPhoenix ? $"{DestinationKinds.ProjectOf(wanted!)} · {protocol}" : name == host ? protocol : $"{host} · {protocol}",
            Status = status,
            Kept = books.Kept,
            NotOffered = books.NotOffered == 0 ? null : books.NotOffered,
            Found = books.SpoolFiles is null && books.Found == 0 ? null : books.Found,
            Waiting = books.Waiting,
            Blocked = books.Blocked,
            QueueSize = settings.Batch.MaxQueueSize,
            SpoolBytes = books.SpoolBytes,
            SpoolProblem = books.SpoolProblem,
            SetAside = books.SetAside,
            Sent = books.Sent,
            Dropped = books.Dropped,
            Refused = books.Refused,
            Expired = books.Expired,
            Resent = books.Resent,
            Stored = books.Stored,
            Unproved = books.Unproved,
            LetGo = books.LetGo is 0 ? null : books.LetGo,
            LookUps = books.LookUps,
        };
    }
}
