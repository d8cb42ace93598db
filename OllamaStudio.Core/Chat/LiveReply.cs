using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <summary>A reply that is being written, or was last: what has come of it, and what of that was taken to be stored. No locks: the conversation guards it.</summary>
internal sealed class LiveReply(string id, ReplyDraft draft)
{
    private int _storedText;
    private int _storedThinking;
    private long _storedBytes;

    /// <summary>The reply's id.</summary>
    public string Id => id;

    /// <summary>What has come of it; an empty one once it has ended.</summary>
    public ReplyDraft Draft { get; set; } = draft;

    /// <summary>Whether something came that was not taken to be stored.</summary>
    public bool IsTextAhead { get; set; }

    /// <summary>Its tool calls as they were taken to be stored; empty where none were.</summary>
    public ImmutableArray<ToolCallRecord> StoredCalls { get; private set; } = [];

    /// <summary>Bytes, as UTF-8, that came and were not taken to be stored.</summary>
    public long Ahead => Draft.Bytes - _storedBytes;

    /// <summary>What came since it was last asked for, to be stored.</summary>
    /// <param name="number">The reply's number.</param>
    /// <param name="calls">Its tool calls, which are stored too.</param>
    public ImmutableArray<StoredPiece> TakePieces(int number, ImmutableArray<ToolCallRecord> calls)
    {
        ImmutableArray<StoredPiece> pieces = [];
        if (Draft.ThinkingLength > _storedThinking)
        {
            pieces = pieces.Add(new StoredPiece(number, IsThinking: true, _storedThinking, Draft.ThinkingFrom(_storedThinking)));
        }

        if (Draft.TextLength > _storedText)
        {
            pieces = pieces.Add(new StoredPiece(number, IsThinking: false, _storedText, Draft.TextFrom(_storedText)));
        }

        (StoredCalls, _storedText, _storedThinking, _storedBytes) = (calls, Draft.TextLength, Draft.ThinkingLength, Draft.Bytes);
        return pieces;
    }

    /// <summary>All of it is to be stored again.</summary>
    public void ForgetStored() => (StoredCalls, _storedText, _storedThinking, _storedBytes) = ([], 0, 0, 0);
}
