using System.Collections.Immutable;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Push;

namespace OllamaStudio.Telemetry.Pipeline;

/// <summary>What became of every span since the studio started, as the page draws it. What nobody counts is null and not 0.</summary>
public sealed record PipelineData
{
    /// <summary>How the export stands as a whole.</summary>
    public required ExportState State { get; init; }

    /// <summary>Spans that began.</summary>
    public long? Started { get; init; }

    /// <summary>Spans that have not ended.</summary>
    public long? Running { get; init; }

    /// <summary>Spans that ended.</summary>
    public long? Ended { get; init; }

    /// <summary>Ended spans that sampling left out.</summary>
    public long? LeftOut { get; init; }

    /// <summary>Ended spans of traces that are not decided; null where each is decided at once.</summary>
    public long? Held { get; init; }

    /// <summary>Ended spans that had no destination, or found no room.</summary>
    public long? Dropped { get; init; }

    /// <summary>Ended spans that were handed to the destinations.</summary>
    public long? Kept { get; init; }

    /// <summary>Traces that a rule kept whatever the sampling ratio: with an error, and slow ones.</summary>
    public (long Errors, long Slow)? KeptByRule { get; init; }

    /// <summary>Whether spans moved all the while it was counted, so that the sums may be off by those.</summary>
    public bool IsMoving { get; init; }

    /// <summary>Each destination's own.</summary>
    public ImmutableArray<PipelineDestination> Destinations { get; init; } = [];

    /// <summary>Metrics and logs at the destinations that get any. They are no part of the counts of spans.</summary>
    public ImmutableArray<PipelinePush> Pushes { get; init; } = [];

    /// <summary>Spans that are lost: dropped, refused and expired anywhere. What has nowhere to go because the export is off is not lost.</summary>
    public long Lost => (State is ExportState.Off ? 0 : Dropped ?? 0) + Destinations.Sum(static destination => (destination.Dropped ?? 0) + (destination.Refused ?? 0) + (destination.Expired ?? 0));
}

/// <summary>What became of the spans of one destination.</summary>
public sealed record PipelineDestination
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What a person calls it: <c>Phoenix</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is, and how it is spoken to: <c>localhost:4318 · HTTP</c>.</summary>
    public required string Where { get; init; }

    /// <summary>How it stands.</summary>
    public required ExportStatus Status { get; init; }

    /// <summary>Spans that it took, to send them.</summary>
    public long? Kept { get; init; }

    /// <summary>Spans that the studio kept and that were not offered to it; null where there are none.</summary>
    public long? NotOffered { get; init; }

    /// <summary>Spans that it found on disk when the studio started; null where it keeps nothing there.</summary>
    public long? Found { get; init; }

    /// <summary>Spans that wait to be sent.</summary>
    public long? Waiting { get; init; }

    /// <summary>Those of <see cref="Waiting"/> that are refused as things stand.</summary>
    public long? Blocked { get; init; }

    /// <summary>Most spans that wait for a batch.</summary>
    public long? QueueSize { get; init; }

    /// <summary>Bytes on disk; null where it keeps nothing there.</summary>
    public long? SpoolBytes { get; init; }

    /// <summary>Files that were found on disk and are broken: how many spans were in them nobody knows.</summary>
    public int SetAside { get; init; }

    /// <summary>Why nothing is kept on disk; null where it can be, or nothing is to be.</summary>
    public string? SpoolProblem { get; init; }

    /// <summary>Spans that were accepted.</summary>
    public long? Sent { get; init; }

    /// <summary>Spans that found no room.</summary>
    public long? Dropped { get; init; }

    /// <summary>Spans that were refused, or lost.</summary>
    public long? Refused { get; init; }

    /// <summary>Spans that waited for too long; null where none is given up for that.</summary>
    public long? Expired { get; init; }

    /// <summary>Spans that were sent again, beside the sums; null where nobody counts them.</summary>
    public long? Resent { get; init; }

    /// <summary>Spans of <see cref="Sent"/> that were read back; null where delivery is not proved.</summary>
    public long? Stored { get; init; }

    /// <summary>Spans of <see cref="Sent"/> that were not looked up yet; null where delivery is not proved.</summary>
    public long? Unproved { get; init; }

    /// <summary>Spans of <see cref="Sent"/> that are not looked up any more; null where there are none.</summary>
    public long? LetGo { get; init; }

    /// <summary>Requests that read back; null where delivery is not proved.</summary>
    public long? LookUps { get; init; }

    /// <summary>Whether it fails, as red: something that had worked, or refuses.</summary>
    public bool IsFailing => Status.State is ExportState.Failing;
}

/// <summary>Metrics or logs at one destination.</summary>
/// <param name="Name">What a person calls the destination.</param>
/// <param name="Status">How they stand there.</param>
public sealed record PipelinePush(string Name, SignalStatus Status);
