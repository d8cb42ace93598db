using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat;

/// <content>A reply that ended too early goes on, in a version of its own.</content>
public sealed partial class ChatService
{
    private readonly ContinuationProbe _probe = new();

    /// <summary>Whether a reply ended before its end: it was stopped, interrupted or cut at the token limit, has some text, and called no tools.</summary>
    public static bool CanContinue(MessageRecord reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return reply is { Role: MessageRole.Assistant, Text.Length: > 0, ToolCalls.IsEmpty: true }
            && reply is { State: MessageState.Stopped or MessageState.Interrupted } or { State: MessageState.Complete, FinishReason: "length" };
    }

    /// <summary>
    /// Has a reply go on: beside it stands another that begins with its text. It stays as it is. The model that wrote it goes on with it, where that is
    /// still there; the turns to come ask the conversation's own.
    /// </summary>
    /// <param name="conversation">Where it stands.</param>
    /// <param name="replyId">The reply.</param>
    /// <param name="model">The model that is asked where the reply's own is gone.</param>
    /// <param name="whenFull">What becomes of this one where the messages do not fit; null as the setting says.</param>
    /// <returns>False where it cannot go on, one is being generated, or the conversation was deleted.</returns>
    public bool Continue(Conversation conversation, string replyId, string model, ContextFull? whenFull = null)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return conversation.Messages.FirstOrDefault(message => message.Id == replyId) is { } partial && CanContinue(partial)
            && Begin(conversation, prompt: null, OwnModelOf(partial) ?? model, replyId, whenFull, isOnce: true, continued: partial);
    }

    private async Task<IEnumerable<ChatMessage>> PrepareContinuationAsync(Generation generation, MessageRecord partial, OllamaClient client, string model, ChatOptions options, CancellationToken cancellationToken)
    {
        var status = servers.Status.Current;
        var asked = options.Clone();
        asked.ModelId = model;
        var goesOn = await _probe.GoesOnAsync(client, status.Version, status.DigestOf(model), asked, mayAsk: _generations.Count <= 1 && generation.WouldFind(asked), cancellationToken);
        return generation.Continue(new Continuation(partial.Text, goesOn), partial.Stats).Messages(partial);
    }
}
