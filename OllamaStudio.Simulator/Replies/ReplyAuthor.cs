using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Tools;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Decides what a demo model says: the same for the same conversation and seed.</summary>
internal static class ReplyAuthor
{
    public static Reply Write(Conversation conversation)
    {
        if (conversation.Format is not null)
        {
            return new Reply { Text = StructuredReply.Write(conversation), Thinking = ThinkingAuthor.Write(conversation) };
        }

        var calls = conversation.Model.Behaviour == DemoCatalog.Faults ? [] : ToolPlanner.Plan(conversation);
        return new Reply
        {
            Text = calls.IsEmpty ? Text(conversation) : "",
            Thinking = ThinkingAuthor.Write(conversation),
            Calls = calls,
        };
    }

    private static string Text(Conversation conversation) =>
        conversation.ToolResults.Count > 0 ? ToolAnswer.Write(conversation)
        : conversation.Model.Behaviour == DemoCatalog.Faults ? FaultReply.Write(conversation)
        : TopicReply.Write(conversation);
}
