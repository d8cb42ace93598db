namespace OllamaStudio.Core.Chat;

/// <summary>What the person thinks of a reply.</summary>
/// <param name="Thumb">Good or bad.</param>
/// <param name="Note">Why, in the person's words; at most <see cref="MaxNoteLength"/> characters, empty for nothing.</param>
public sealed record ReplyFeedback(ReplyThumb Thumb, string Note = "")
{
    /// <summary>Longest note, in UTF-16 characters.</summary>
    public const int MaxNoteLength = 4_000;
}

/// <summary>Good or bad.</summary>
public enum ReplyThumb
{
    /// <summary>A good reply.</summary>
    Up,

    /// <summary>A bad reply.</summary>
    Down,
}
