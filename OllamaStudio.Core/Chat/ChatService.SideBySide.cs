using System.Collections.Immutable;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat;

/// <content>One prompt that several models are asked.</content>
public sealed partial class ChatService
{
    /// <summary>
    /// Sends a prompt to several models, one after the other or all at once. Their replies are versions of one; the chat goes on from the one
    /// that the person keeps, and what is said before that is queued.
    /// </summary>
    /// <param name="conversation">Where it is sent.</param>
    /// <param name="prompt">The text.</param>
    /// <param name="models">The models, from <see cref="SideBySide.Fewest"/> to <see cref="SideBySide.Most"/> different ones.</param>
    /// <param name="isAtOnce">Whether all are asked at once.</param>
    /// <param name="files">The files that go with it.</param>
    /// <returns>False where nothing was sent, as with <see cref="Send(Conversation, string, string)"/>, or the models are too few, too many or not different.</returns>
    public bool SendSideBySide(Conversation conversation, string prompt, IReadOnlyList<string> models, bool isAtOnce, ImmutableArray<Attachment> files)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        ArgumentNullException.ThrowIfNull(models);
        if (!CanAsk(models) || !models.All(model => CanSend(prompt, model, files)))
        {
            return false;
        }

        var message = NewPrompt(prompt, files);
        var reply = NewReply(models[0]);
        var sides = new SideBySide
        {
            PromptId = message.Id,
            Columns = [new SideBySideColumn(models[0]) { ReplyId = reply.Id }, .. models.Skip(1).Select(static model => new SideBySideColumn(model) { IsWaiting = true })],
            IsAtOnce = isAtOnce,
        };
        if (!conversation.TryBegin(message, reply, sideBySide: sides))
        {
            return false;
        }

        Start(conversation, reply.Id, models[0]);
        BeginWaiting(conversation);
        return true;
    }

    /// <summary>Asks another model too for the last reply's prompt, and shows both side by side.</summary>
    /// <returns>False where that is not the last reply or has not ended, the model wrote it itself, or the conversation was deleted.</returns>
    public bool AskBeside(Conversation conversation, string replyId, string model)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        if (conversation.FindMessage(replyId) is not { Role: MessageRole.Assistant, IsStreaming: false, ParentId: { } promptId, Model: { } own } || !CanAsk([own, model]))
        {
            return false;
        }

        var isSet = conversation.TrySetSideBySide(new SideBySide
        {
            PromptId = promptId,
            Columns = [new SideBySideColumn(own) { ReplyId = replyId }, new SideBySideColumn(model) { IsWaiting = true }],
        });
        if (isSet)
        {
            BeginWaiting(conversation);
        }

        return isSet;
    }

    /// <summary>Asks one of the models that stand side by side, again where it was asked before: that reply stays as a version. In turn, where another one is being asked.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="column">Its place, from 0.</param>
    /// <param name="whenFull">What becomes of this one where the messages do not fit; null as the setting says.</param>
    /// <returns>False where it is being asked, or nothing stands side by side.</returns>
    public bool AskAgain(Conversation conversation, int column, ContextFull? whenFull = null) => AskAgain(conversation, column, new ColumnTurn(null, whenFull));

    /// <summary>Has a reply that stands side by side go on, as <see cref="Continue"/> does: in its place comes another that begins with its text. In turn, as with <see cref="AskAgain(Conversation, int, ContextFull?)"/>.</summary>
    /// <returns>False where it cannot go on, or nothing stands side by side.</returns>
    public bool ContinueColumn(Conversation conversation, int column)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return conversation.SideBySide?.Columns.ElementAtOrDefault(column)?.Reply is { } partial && CanContinue(partial) && AskAgain(conversation, column, new ColumnTurn(partial.Id, null));
    }

    /// <summary>Stops one of the models that stand side by side, or has it not asked at all; the others are asked as before.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="column">Its place, from 0.</param>
    public void StopColumn(Conversation conversation, int column)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        if (!conversation.SetWaiting(column, isWaiting: false) && conversation.SideBySide?.Columns.ElementAtOrDefault(column)?.ReplyId is { } replyId)
        {
            FindGeneration(replyId)?.Stop();
        }
    }

    /// <summary>
    /// Has the chat go on from one of the replies that stand side by side, and with its model. The others stay as versions; what of them is being
    /// written is stopped. A message that was queued meanwhile is sent.
    /// </summary>
    /// <returns>False where it is none of them, or has not ended.</returns>
    public bool Keep(Conversation conversation, string replyId)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        if (!conversation.TryKeep(replyId))
        {
            return false;
        }

        Stop(conversation);
        GoOnSideBySide(conversation);
        return true;
    }

    /// <summary>Shows the replies as versions of one again, none kept; refused while one is being written.</summary>
    public static bool LeaveSideBySide(Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return conversation.TryLeaveSideBySide();
    }

    // A reply of several has ended, or one was chosen.
    private void GoOnSideBySide(Conversation conversation)
    {
        if (conversation.TakeKept())
        {
            GoOn(conversation, isComplete: true);
            store.Touch();
        }
        else
        {
            BeginWaiting(conversation);
        }
    }

    private bool AskAgain(Conversation conversation, int column, ColumnTurn turn)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var isSet = conversation.SetWaiting(column, isWaiting: true, turn);
        BeginWaiting(conversation);
        return isSet;
    }

    private void BeginWaiting(Conversation conversation)
    {
        for (var i = 0; !_isStopping && i < (conversation.SideBySide?.Columns.Length ?? 0); i++)
        {
            if (conversation.SideBySide?.Columns.ElementAtOrDefault(i) is not { IsWaiting: true, Model: var model, Turn: var turn })
            {
                continue;
            }

            var continued = turn?.ContinuedId is { } id ? conversation.FindMessage(id) : null;
            var reply = NewReply(model, continued);
            if (conversation.TryBeginColumn(i, reply))
            {
                Start(conversation, reply.Id, model, turn?.WhenFull, continued);
            }
        }
    }

    private static bool CanAsk(IReadOnlyList<string> models) =>
        models.Count is >= SideBySide.Fewest and <= SideBySide.Most
        && models.Index().All(one => !models.Take(one.Index).Any(other => ModelNames.Same(one.Item, other)));
}
