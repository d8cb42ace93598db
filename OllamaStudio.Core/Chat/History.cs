using System.Collections.Immutable;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Chat;

/// <summary>What of a conversation is sent to the model.</summary>
public static class History
{
    /// <summary>
    /// The newest <paramref name="limit"/> messages in order, the reply that is being generated left out. Failed and empty
    /// replies are left out with it; a stopped reply's text goes along, for the person has read it. A history never
    /// begins with a reply whose prompt was cut off.
    /// </summary>
    public static IReadOnlyList<ChatMessage> Select(ImmutableArray<MessageRecord> messages, int limit)
    {
        var sent = messages
            .Where(message => message.Role is MessageRole.User || (message.State is MessageState.Complete or MessageState.Stopped && message.Text.Length > 0))
            .TakeLast(Math.Max(1, limit))
            .SkipWhile(message => message.Role is MessageRole.Assistant)
            .Select(ToChatMessage);
        return [.. sent];
    }

    private static ChatMessage ToChatMessage(MessageRecord message)
    {
        if (message.Role is MessageRole.User)
        {
            return new ChatMessage(ChatRole.User, message.Text);
        }

        List<AIContent> contents = [];
        if (message.Thinking.Length > 0)
        {
            contents.Add(new TextReasoningContent(message.Thinking));
        }

        contents.Add(new TextContent(message.Text));
        return new ChatMessage(ChatRole.Assistant, contents);
    }
}
