using OllamaStudio.Core.Chat;

namespace OllamaStudio.Shared;

/// <summary>What the parts of one open window ask of each other. One per circuit.</summary>
public sealed class StudioUi
{
    private string? _pendingModel;
    private FindRequest? _pendingFind;
    private string? _leftTrace;

    /// <summary>Whether the window is on a Mac, where ⌘ is the key of shortcuts.</summary>
    public bool IsMac { get; set; }

    /// <summary>What the key of shortcuts is called: "⌘" on a Mac, else "Ctrl".</summary>
    public string Ctrl => IsMac ? "⌘" : "Ctrl";

    /// <summary>Whether the window is in sight: the browser shows its tab.</summary>
    public bool IsInSight { get; private set; } = true;

    /// <summary>Raised when it came into sight, or went out of it.</summary>
    public event Action? SightChanged;

    /// <summary>Raised, with its id and that of the conversation whose message asked, when a trace is to be pointed out in the live spans.</summary>
    public event Action<string, string?>? TraceRequested;

    /// <summary>Raised when a model is to be used in the chat that is shown, or in a new one.</summary>
    public event Action? ModelRequested;

    /// <summary>Raised when the list of shortcuts is asked for.</summary>
    public event Action? HelpRequested;

    /// <summary>Raised when something is to be found in the conversation that is shown, or in the next.</summary>
    public event Action? FindRequested;

    /// <summary>It came into sight, or went out of it.</summary>
    public void Show(bool isInSight)
    {
        IsInSight = isInSight;
        SightChanged?.Invoke();
    }

    /// <summary>Points out a trace in the live spans, and opens them.</summary>
    /// <param name="traceId">Its id.</param>
    /// <param name="conversationId">The conversation of the message that asks, which knows why a trace is not there; null for none.</param>
    public void RequestTrace(string traceId, string? conversationId = null) => TraceRequested?.Invoke(traceId, conversationId);

    /// <summary>Asks for a model by its name; kept until a chat is there to take it.</summary>
    public void RequestModel(string model)
    {
        _pendingModel = model;
        ModelRequested?.Invoke();
    }

    /// <summary>The model that was asked for, once per request; null where none was.</summary>
    public string? TakeModel() => Interlocked.Exchange(ref _pendingModel, null);

    /// <summary>Asks for something to be found; kept until its conversation is there to take it.</summary>
    public void RequestFind(FindRequest request)
    {
        _pendingFind = request;
        FindRequested?.Invoke();
    }

    /// <summary>
    /// Makes a conversation that a search has found ready to be opened: on the branch in which it was said, unless a reply holds
    /// another one, and at the place.
    /// </summary>
    public void RequestHit(Conversations store, ConversationHit hit)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(hit);
        if (hit.MessageId is { } message)
        {
            if (hit.IsHidden)
            {
                store.Show(hit.Conversation.Id, message);
            }

            RequestFind(new FindRequest(hit.Conversation.Id, message, hit.Words ?? ""));
        }
    }

    /// <summary>
    /// Makes a conversation ready to be opened at the reply that a trace is of, on its branch; it opens as it stands where no reply
    /// of it is, and on the branch that is shown while another reply is being generated.
    /// </summary>
    public void RequestReply(Conversations store, string conversationId, string traceId)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (store.Find(conversationId) is { } conversation && conversation.AllMessages.FirstOrDefault(message => message.TraceId == traceId) is { } reply)
        {
            if (conversation.Messages.All(message => message.Id != reply.Id))
            {
                store.Show(conversationId, reply.Id);
            }

            RequestFind(new FindRequest(conversationId, reply.Id, ""));
        }
    }

    /// <summary>What is to be found in that conversation, once per request; null for nothing.</summary>
    public FindRequest? TakeFind(string conversationId) =>
        _pendingFind?.ConversationId == conversationId ? Interlocked.Exchange(ref _pendingFind, null) : null;

    /// <summary>A page is shown, of that conversation or of none: nobody looks any more for what was to be found in another one.</summary>
    public void KeepFind(string? conversationId)
    {
        if (_pendingFind?.ConversationId != conversationId)
        {
            _pendingFind = null;
        }
    }

    /// <summary>A trace is shown from which a person may go back to the list, to its row; null once they went elsewhere.</summary>
    public void LeaveTrace(string? traceId) => _leftTrace = traceId;

    /// <summary>The trace that was left for the list, by its id, once; null for none.</summary>
    public string? TakeTrace() => Interlocked.Exchange(ref _leftTrace, null);

    /// <summary>Asks for the list of shortcuts.</summary>
    public void RequestHelp() => HelpRequested?.Invoke();
}

/// <summary>Something that is to be found and shown.</summary>
/// <param name="ConversationId">In which conversation.</param>
/// <param name="MessageId">In which of its messages, where it begins.</param>
/// <param name="Query">The text; empty where the message itself is to be shown.</param>
public sealed record FindRequest(string ConversationId, string MessageId, string Query);
