namespace OllamaStudio.Core.Export.Annotations;

/// <summary>A person's word on a reply, on its way to where the reply's spans are stored. What it says went through the capture rule.</summary>
public sealed record Annotation
{
    /// <summary>The label of a good reply.</summary>
    public const string ThumbsUp = "thumbs-up";

    /// <summary>The label of a bad reply.</summary>
    public const string ThumbsDown = "thumbs-down";

    /// <summary>The label of what was taken back: Phoenix's route puts one in the place of the one before, and takes none away.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>The reply's id.</summary>
    public required string MessageId { get; init; }

    /// <summary>The trace of its turn, 32 hexadecimal digits. Its root is what is annotated.</summary>
    public required string TraceId { get; init; }

    /// <summary>One of the labels above.</summary>
    public required string Label { get; init; }

    /// <summary>1 for good, 0 for bad; null for what was taken back.</summary>
    public double? Score { get; init; }

    /// <summary>The person's words, redacted; null where there are none, or may not be sent.</summary>
    public string? Explanation { get; init; }

    /// <summary>When the person said so, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>An annotation for one destination.</summary>
/// <param name="Annotation">What it says.</param>
/// <param name="Destination">The destination's id.</param>
/// <param name="State">How it stands.</param>
/// <param name="Reason">Why it waits, or was refused; null where there is nothing to say.</param>
/// <param name="Tries">How often it was tried.</param>
public sealed record AnnotationDelivery(Annotation Annotation, string Destination, AnnotationState State, string? Reason, int Tries);

/// <summary>How an annotation stands.</summary>
public enum AnnotationState
{
    /// <summary>It waits: for the spans to be stored there, or for the destination.</summary>
    Waiting,

    /// <summary>The destination has it.</summary>
    Sent,

    /// <summary>The destination does not want it, or it was given up.</summary>
    Refused,

    /// <summary>It stays here: its trace is not sent there.</summary>
    Kept,
}

/// <summary>Keeps annotations until they are where they belong, and what became of them. Reads block for some milliseconds.</summary>
public interface IAnnotationStore
{
    /// <summary>Keeps one for each of those destinations, in the place of any before it. One that is taken back and was sent nowhere is forgotten.</summary>
    Task PutAsync(Annotation annotation, IReadOnlyCollection<string> destinations, DateTimeOffset now);

    /// <summary>Those that wait and are due, oldest first.</summary>
    IReadOnlyList<AnnotationDelivery> ReadDue(DateTimeOffset now, int most);

    /// <summary>When the next one is due, UTC; null where none waits.</summary>
    DateTimeOffset? NextDue();

    /// <summary>What became of a reply's.</summary>
    IReadOnlyList<AnnotationDelivery> Of(string messageId);

    /// <summary>The root span of a trace, 16 hexadecimal digits, and whether the trace was sampled out; null where it is not stored (yet).</summary>
    (string SpanId, bool IsSampledOut)? FindRoot(string traceId);

    /// <summary>Whether another reply, which was stored first, is of the same trace: this one came about as its copy, and both are of one span.</summary>
    bool IsOfCopy(string messageId, string traceId);

    /// <summary>Notes what became of one, unless it was changed meanwhile.</summary>
    /// <param name="tried">As it was tried.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="reason">Why; null for nothing to say.</param>
    /// <param name="due">When it is tried again, UTC.</param>
    Task NoteAsync(AnnotationDelivery tried, AnnotationState state, string? reason, DateTimeOffset due);

    /// <summary>Makes all that wait or were refused at those destinations due: their settings have changed.</summary>
    Task MakeDueAsync(IReadOnlyCollection<string> destinations, DateTimeOffset now);
}
