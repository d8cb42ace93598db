namespace OllamaStudio.Core.Chat;

/// <content>Where the replies are that traces are of.</content>
public sealed partial class Conversations
{
    /// <summary>
    /// The reply that each trace is of, by trace id: in the conversation that its spans name, else in another one, as where a branch was moved out, and then in the
    /// one that had it first. A trace that no reply is of, as that of a replay, or of one that was deleted, is not among them. The store is asked once at most, and
    /// nothing is opened.
    /// </summary>
    /// <param name="traces">Ids of traces, 32 lower-case hexadecimal digits, and of the conversations that their spans name; null for none.</param>
    public IReadOnlyDictionary<string, TracedReply> FindReplies(IEnumerable<(string TraceId, string? SessionId)> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        var found = new Dictionary<string, TracedReply>(StringComparer.Ordinal);
        var open = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (trace, session) in traces)
        {
            if (session is not null && _opened.GetValueOrDefault(session)?.FindReply(trace) is { } reply)
            {
                found[trace] = new TracedReply(trace, session, reply.Id);
            }
            else
            {
                open[trace] = session;
            }
        }

        if (open.Count == 0)
        {
            return found;
        }

        // Of what is in memory, memory has the last word: what was moved out of it may still be stored, and what is said in it not yet.
        var elsewhere = (_store?.FindReplies(open.Keys) ?? []).Where(reply => FindSummary(reply.ConversationId) is not null
                && (_opened.GetValueOrDefault(reply.ConversationId) is not { } opened || opened.FindReply(reply.TraceId) is not null))
            .Concat(FindUnstored().SelectMany(conversation => conversation.AllMessages
                .Where(message => message.TraceId is { } trace && open.ContainsKey(trace)).Select(message => new TracedReply(message.TraceId!, conversation.Id, message.Id))));
        foreach (var reply in elsewhere)
        {
            if (!found.TryGetValue(reply.TraceId, out var known) || (reply.ConversationId == open[reply.TraceId] && known.ConversationId != reply.ConversationId))
            {
                found[reply.TraceId] = reply;
            }
        }

        return found;
    }
}

/// <summary>The reply that a trace is of.</summary>
/// <param name="TraceId">The trace's id, 32 lower-case hexadecimal digits.</param>
/// <param name="ConversationId">The conversation that it is in.</param>
/// <param name="MessageId">The reply itself.</param>
public sealed record TracedReply(string TraceId, string ConversationId, string MessageId);
