using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Decides what a demo model says.</summary>
internal static class ReplyAuthor
{
    public static Reply Write(Conversation conversation) => new()
    {
        Text = $"You said: “{conversation.Question}”. This is the built-in demo of OllamaStudio, not a real model.",
        Thinking = conversation.Think == ThinkLevel.None ? "" : "The person wants to see how thinking looks.",
        Calls = Tools.ToolPlanner.Plan(conversation),
    };
}
