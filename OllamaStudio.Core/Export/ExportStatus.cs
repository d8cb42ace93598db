using System.Collections.Immutable;
using System.Diagnostics;
using OllamaStudio.Core.Export.Push;

namespace OllamaStudio.Core.Export;

/// <summary>A snapshot of the export's standing.</summary>
public sealed record ExportStatus
{
    /// <summary>How it stands.</summary>
    public ExportState State { get; init; }

    /// <summary>Of several destinations together, what a person calls the one whose state this is: <c>Phoenix</c>; else empty.</summary>
    public string Title { get; init; } = "";

    /// <summary>Where spans are sent to; without credentials.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Whether that is the address that the studio comes with, and nobody set another one.</summary>
    public bool IsPreset { get; init; }

    /// <summary>When a batch was last accepted, UTC; null where none was.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When a batch last failed, UTC; null where none did.</summary>
    public DateTimeOffset? LastFailure { get; init; }

    /// <summary>The last failure in plain words, with the endpoint's status and body where it answered; null where none.</summary>
    public string? LastError { get; init; }

    /// <summary>Spans accepted by the endpoint since start.</summary>
    public long Exported { get; init; }

    /// <summary>Spans in batches that were refused or did not arrive, since start.</summary>
    public long Failed { get; init; }

    /// <summary>Spans dropped because there was no room for them, since start.</summary>
    public long Dropped { get; init; }

    /// <summary>Spans that ended and wait to be sent.</summary>
    public long Waiting { get; init; }

    /// <summary>Waiting spans that the endpoint refuses as things stand, a key missing, say: they go out again when a setting changes, on "try now", or after a newer request was accepted.</summary>
    public long Blocked { get; init; }

    /// <summary>Why unsent spans cannot be written to disk for now, in a sentence; null where they can be, or are not to be.</summary>
    public string? SpoolProblem { get; init; }

    /// <summary>When what failed goes out again, UTC; null where nothing waits for that.</summary>
    public DateTimeOffset? NextTry { get; init; }

    /// <summary>Of all destinations together, how metrics and logs stand where they are sent; of one alone, empty. Never default. Nothing of them is in the other members.</summary>
    public ImmutableArray<SignalStanding> Signals { get; init; } = [];

    /// <summary>Waiting spans that are for another address than <see cref="Endpoint"/>; null where there are none.</summary>
    public LeftBehindSpans? LeftBehind { get; init; }
}

/// <summary>Spans that an endpoint did not take before the settings named another one. They go nowhere until a person says so.</summary>
/// <param name="Spans">How many; among those that wait.</param>
/// <param name="Addresses">Where they were to go, the oldest first; without credentials.</param>
/// <param name="Until">When they are given up without an answer, UTC.</param>
public sealed record LeftBehindSpans(int Spans, ImmutableArray<string> Addresses, DateTimeOffset Until);

/// <summary>How the export of spans stands.</summary>
public enum ExportState
{
    /// <summary>Switched off: spans stay in the process.</summary>
    Off,

    /// <summary>On, and nothing was sent yet.</summary>
    Idle,

    /// <summary>The last batch was accepted.</summary>
    Healthy,

    /// <summary>The last batch was refused or did not arrive.</summary>
    Failing,

    /// <summary>Nothing listens there, and nothing ever did: spans wait until somebody sets it up.</summary>
    Waiting,
}

/// <summary>What became of one trace's export.</summary>
public enum TraceExportState
{
    /// <summary>Nothing is known of it: not sampled, export off, or too long ago.</summary>
    Unknown,

    /// <summary>Some of its spans wait to be sent.</summary>
    Waiting,

    /// <summary>All of its ended spans were accepted by the endpoint.</summary>
    Exported,

    /// <summary>Some of its spans were refused, lost or dropped.</summary>
    Failed,

    /// <summary>It is held until it ends, and then exported or not.</summary>
    Undecided,

    /// <summary>It ended, and neither a rule nor the sampling ratio keeps it.</summary>
    LeftOut,
}

/// <summary>The export's standing, for whoever shows it. Safe to use from any thread.</summary>
public interface IExportMonitor
{
    /// <summary>The standing of all destinations together; of one alone, its own. Never null.</summary>
    ExportStatus Current { get; }

    /// <summary>What became of every span since start. Never null.</summary>
    ExportBooks Books { get; }

    /// <summary>The standing of one destination, by its <see cref="Settings.DestinationSettings.Id"/>; one that is off where there is none.</summary>
    ExportStatus StatusOf(string destination);

    /// <summary>The standing of metrics and of logs at one destination, in that order, whether or not they are sent there.</summary>
    ImmutableArray<SignalStatus> SignalsOf(string destination);

    /// <summary>What became of the trace of that id: the worst of any destination.</summary>
    TraceExportState StateOf(string traceId);

    /// <summary>
    /// Where a trace can be opened: its page at each destination that is on, that is there as far as is known, and whose kind has such pages.
    /// None where it is left out, and not one that it never came to, as far as is known: of traces of an earlier run nothing is.
    /// </summary>
    /// <param name="traceId">The trace.</param>
    /// <param name="spanId">The span to be shown in it; null for none.</param>
    ImmutableArray<ReceiverLink> LinksTo(string traceId, string? spanId);

    /// <summary>Raised with each test span that was sent, whatever came of it, on any thread: it is none of the studio's own spans.</summary>
    event Action<Activity>? TestSpanSent;

    /// <summary>Calls <paramref name="changed"/> after changes, on a pool thread, at most ten times a second, until the result is disposed.</summary>
    IDisposable Subscribe(Action changed);

    /// <summary>
    /// Sends one span to a destination, outside the batch, and says what came of it; against Phoenix the span is
    /// read back to prove that it was stored. Never throws except on cancellation.
    /// </summary>
    Task<TestExportResult> SendTestSpanAsync(string destination, CancellationToken cancellationToken);

    /// <summary>Sends again at once what waits for <see cref="ExportStatus.NextTry"/>, at that destination or, for null, at all. Does not wait for what comes of it.</summary>
    void TryNow(string? destination = null);

    /// <summary>Sends <see cref="ExportStatus.LeftBehind"/> to the endpoint in force, of that destination or of all. Does not wait for what comes of it.</summary>
    void SendLeftBehind(string? destination = null);

    /// <summary>Gives <see cref="ExportStatus.LeftBehind"/> up, of that destination or of all; its spans count as failed.</summary>
    void DiscardLeftBehind(string? destination = null);
}

/// <summary>A trace's page at a destination.</summary>
/// <param name="Destination">The destination's id.</param>
/// <param name="Title">What a person calls it.</param>
/// <param name="Address">The page, http or https.</param>
public sealed record ReceiverLink(string Destination, string Title, Uri Address);
