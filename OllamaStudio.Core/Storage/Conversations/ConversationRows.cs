namespace OllamaStudio.Core.Storage.Conversations;

// Rows as SQLite returns them: its integers are 64 bits wide.

internal sealed record SummaryRow(string Id, string Title, string? Model, long CreatedNs, long UpdatedNs, long Pinned, long Archived, string Tags);

internal sealed record HeadRow(
    string Id, string Title, string? Model, long CreatedNs, long UpdatedNs, long Pinned, long Archived, string Tags,
    long Key, string? Name, string DisabledTools, string? Parameters, string? SystemPrompt, string? Queued, string? SideBySide);

internal sealed record MessageRow(
    long Key, long Number, long? Parent, long Shown, string Id, string Role, string State, long CreatedNs, string? Model, byte[]? TraceId, long Sampled,
    string Capture, string? FinishReason, string? Error, string? NextStep, string? Stats, string? Pace, string Thinking, string Text, string? Thumb, string? Note);

internal sealed record FeedbackRow(string? Thumb, string? Note);

internal sealed record CallRow(
    long Key, long MessageKey, string Id, string Name, string Source, string State, long? DurationNs, long DroppedImages, long Round, long TextOffset, long ThinkingOffset,
    string Arguments, string Result);

internal sealed record ImageRow(long CallKey, string Id, string Hash, string MediaType, long Size);

internal sealed record AttachmentRow(long MessageKey, string Id, string Name, string Hash, string MediaType, long Size);

internal sealed record DraftFileRow(string Id, string Name, string Hash, string MediaType, long Size);

internal sealed record PieceRow(long MessageKey, long Thinking, string Text);

internal sealed record DraftRow(long WrittenNs, string Text);
