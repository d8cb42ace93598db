using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Chat;

/// <summary>Takes what the person thinks of replies: kept with the message as it was said, and sent to where its spans are stored as the capture rule lets it.</summary>
public sealed class ReplyFeedbacks(Conversations conversations, Annotator annotator, ContentCapture capture, TimeProvider time)
{
    /// <summary>Keeps it; null withdraws it.</summary>
    /// <param name="conversationId">The conversation.</param>
    /// <param name="messageId">The reply.</param>
    /// <param name="feedback">A longer note than is kept is cut.</param>
    /// <returns>False where there is no such reply (any more), or it has not ended.</returns>
    public bool Set(string conversationId, string messageId, ReplyFeedback? feedback)
    {
        var kept = feedback is { } given ? given with { Note = TextCut.Start(given.Note.Trim(), ReplyFeedback.MaxNoteLength) } : null;
        if (conversations.Find(conversationId) is not { } conversation || conversation.SetFeedback(messageId, kept) is not { } reply)
        {
            return false;
        }

        conversations.Touch(); // lists of traces are narrowed by it

        // What is not recorded for export will never be there to be annotated, and of a temporary chat nothing is kept.
        if (reply is { TraceId: { } traceId, Sampled: true } && !conversation.IsTemporary)
        {
            annotator.Put(new Annotation
            {
                MessageId = messageId,
                TraceId = traceId,
                Label = kept switch { null => Annotation.Withdrawn, { Thumb: ReplyThumb.Up } => Annotation.ThumbsUp, _ => Annotation.ThumbsDown },
                Score = kept is null ? null : kept.Thumb is ReplyThumb.Up ? 1 : 0,
                Explanation = kept is { Note.Length: > 0 } ? Captured(kept.Note, reply.Capture) : null,
                ChangedAt = time.GetUtcNow(),
            });
        }

        return true;
    }

    // A note is content: none where the turn had none or nothing is captured now, else redacted, and cut as the lower of both levels has it.
    private string? Captured(string note, CaptureLevel ofTurn)
    {
        var policy = capture.Begin();
        return ofTurn is CaptureLevel.Off || !policy.Inputs ? null
            : ofTurn is CaptureLevel.Full && policy.Level is CaptureLevel.Full ? policy.Whole(note)
            : policy.Preview(note);
    }
}
