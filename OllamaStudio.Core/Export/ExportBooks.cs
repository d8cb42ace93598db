using System.Collections.Immutable;

namespace OllamaStudio.Core.Export;

/// <summary>
/// What became of every span since start, each counted once. At any moment
/// <see cref="Started"/> = <see cref="Ended"/> + <see cref="Running"/>, and
/// <see cref="Ended"/> = <see cref="LeftOut"/> + <see cref="Held"/> + <see cref="Dropped"/> + <see cref="Kept"/>. Each of them is counted for
/// itself, where it happens, or by who has the spans; none is worked out of the others, so that a span that gets lost between two places shows.
/// </summary>
public sealed record ExportBooks
{
    /// <summary>Spans that began.</summary>
    public long Started { get; init; }

    /// <summary>Spans that began and have not ended.</summary>
    public long Running { get; init; }

    /// <summary>Spans that ended.</summary>
    public long Ended { get; init; }

    /// <summary>Ended spans that sampling left out, at the head or at the end of their trace.</summary>
    public long LeftOut { get; init; }

    /// <summary>Ended spans of traces that the rules of tail sampling have not decided.</summary>
    public long Held { get; init; }

    /// <summary>Ended spans that were to be sent while there was no destination to send to.</summary>
    public long Dropped { get; init; }

    /// <summary>Ended spans that were handed to the destinations that were there.</summary>
    public long Kept { get; init; }

    /// <summary>Each destination's own. Never default.</summary>
    public ImmutableArray<DestinationBooks> Destinations { get; init; } = [];

    /// <summary>Whether spans moved all the while it was counted, so that the sums may be off by those.</summary>
    public bool IsMoving { get; init; }
}

/// <summary>
/// What became of the spans of one destination since start, each counted once. At any moment
/// the studio's <see cref="ExportBooks.Kept"/> = <see cref="Kept"/> + <see cref="Dropped"/> + <see cref="NotOffered"/>,
/// <see cref="Kept"/> + <see cref="Found"/> = <see cref="Sent"/> + <see cref="Waiting"/> + <see cref="Refused"/> + <see cref="Expired"/>,
/// and where delivery is proved <see cref="Sent"/> = <see cref="Stored"/> + <see cref="Unproved"/> + <see cref="LetGo"/>. Each is counted for itself.
/// </summary>
public sealed record DestinationBooks
{
    /// <summary>The destination's id: stable, and the name of its folder in the spool.</summary>
    public required string Id { get; init; }

    /// <summary>Spans that were handed to it and found no room in its queue.</summary>
    public long Dropped { get; init; }

    /// <summary>Spans that were handed to it and that it took, to send them.</summary>
    public long Kept { get; init; }

    /// <summary>Spans that the studio kept for others, while this one was off or not there.</summary>
    public long NotOffered { get; init; }

    /// <summary>Spans that it found in its spool, left by an earlier run.</summary>
    public long Found { get; init; }

    /// <summary>Spans that the receiver accepted. Those that are found missing there afterwards wait again, and count here no more.</summary>
    public long Sent { get; init; }

    /// <summary>Spans that the receiver accepted since start, each time anew: it never becomes less.</summary>
    public long Accepted { get; init; }

    /// <summary>Spans that wait to be sent, for the first time or again.</summary>
    public long Waiting { get; init; }

    /// <summary>Spans of <see cref="Waiting"/> that the receiver refuses for good as things stand (a missing key, say). They go out again when a setting changes, when a person says so, and after a newer request is accepted.</summary>
    public long Blocked { get; init; }

    /// <summary>Spans of <see cref="Blocked"/> that were refused once more after newer ones were accepted: what is wrong is with them and not with the way there.</summary>
    public long Stuck { get; init; }

    /// <summary>Spans that are lost: the receiver did not take them, they were given up, or they stayed missing although they were accepted.</summary>
    public long Refused { get; init; }

    /// <summary>Spans that were given up because they waited too long or there was no more room for them.</summary>
    public long Expired { get; init; }

    /// <summary>Spans that were sent once more, whether or not they had arrived before. Beside the sums.</summary>
    public long Resent { get; init; }

    /// <summary>Spans of <see cref="Sent"/> that were read back; null where delivery is not proved: then they are accepted, and nothing more is known.</summary>
    public long? Stored { get; init; }

    /// <summary>Spans of <see cref="Sent"/> that were not read back so far; null where delivery is not proved.</summary>
    public long? Unproved { get; init; }

    /// <summary>
    /// Spans of <see cref="Sent"/> that are not read back any more: for too long nobody could, or there was no room for them, or they were sent
    /// before it was known that they can be. They are accepted, and stay at that. Null where delivery is not proved.
    /// </summary>
    public long? LetGo { get; init; }

    /// <summary>Requests that read spans back; null where delivery is not proved.</summary>
    public long? LookUps { get; init; }

    /// <summary>Files in the spool; null where it keeps nothing on disk.</summary>
    public int? SpoolFiles { get; init; }

    /// <summary>Bytes of those; null where it keeps nothing on disk.</summary>
    public long? SpoolBytes { get; init; }

    /// <summary>Files of the spool that could not be read and were set aside.</summary>
    public int SetAside { get; init; }

    /// <summary>Why nothing is written to the spool for now, in a sentence; null where it can be. What waits is then in memory, and ends with the process.</summary>
    public string? SpoolProblem { get; init; }

    /// <summary>Whether spans moved all the while it was counted, so that the sums may be off by those.</summary>
    public bool IsMoving { get; init; }
}
