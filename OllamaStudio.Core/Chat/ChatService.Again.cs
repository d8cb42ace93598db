using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat;

/// <content>A reply that came to nothing is asked for once more.</content>
public sealed partial class ChatService
{
    /// <summary>
    /// Asks again for a reply that failed or was stopped, and of the same model, though another one was asked for that reply alone; of the conversation's,
    /// where the person has picked one since, or that model is gone. It stays as it is.
    /// </summary>
    /// <param name="conversation">Where it stands.</param>
    /// <param name="replyId">The reply.</param>
    /// <param name="model">The conversation's model.</param>
    /// <returns>False where there is no such reply, one is being generated, or the conversation was deleted.</returns>
    public bool Retry(Conversation conversation, string replyId, string model)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return conversation.FindMessage(replyId) is { } reply && !(conversation.ModelPickedAt > reply.CreatedAt) && OwnModelOf(reply) is { } own && !ModelNames.Same(own, model)
            ? RegenerateWith(conversation, replyId, own)
            : Regenerate(conversation, replyId, model);
    }

    /// <summary>
    /// Asks again where the messages did not fit, and of the model in whose window they did not, as long as it is there: what the person decided, they decided
    /// of its numbers. A reply that was to go on then, goes on.
    /// </summary>
    /// <param name="conversation">Where it stands.</param>
    /// <param name="replyId">The reply that did not come.</param>
    /// <param name="model">The model that is asked where the reply's own is gone.</param>
    /// <param name="whenFull">What becomes of this one where the messages do not fit; null as the setting says.</param>
    /// <returns>False where there is no such reply, one is being generated, or the conversation was deleted.</returns>
    public bool Fit(Conversation conversation, string replyId, string model, ContextFull? whenFull)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return conversation.FindMessage(replyId) is { } reply
            && (DidNotGoOn(reply) ? Continue(conversation, replyId, model, whenFull) : RegenerateWith(conversation, replyId, OwnModelOf(reply) ?? model, whenFull));
    }

    /// <summary>The same for one that stands side by side with others.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="column">Its place, from 0.</param>
    /// <param name="whenFull">What becomes of this one where the messages do not fit; null as the setting says.</param>
    /// <returns>False where it is being asked, or nothing stands side by side.</returns>
    public bool FitColumn(Conversation conversation, int column, ContextFull? whenFull)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return conversation.SideBySide?.Columns.ElementAtOrDefault(column)?.Reply is { } reply && DidNotGoOn(reply)
            ? AskAgain(conversation, column, new ColumnTurn(reply.Id, whenFull))
            : AskAgain(conversation, column, whenFull);
    }

    // It was to go on, and has the text that there was before.
    private static bool DidNotGoOn(MessageRecord reply) => reply is { State: MessageState.Interrupted, Stats.Exceeded: not null } && CanContinue(reply);

    private string? OwnModelOf(MessageRecord reply) => servers.Status.Current.Find(reply.Model ?? "")?.Name;
}
