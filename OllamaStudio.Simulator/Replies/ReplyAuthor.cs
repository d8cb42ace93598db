using System.Text.Json.Nodes;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Tools;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Decides what a demo model says: the same for the same conversation and seed.</summary>
internal static class ReplyAuthor
{
    public static Reply Write(Conversation conversation)
    {
        var fails = conversation.Model.Behaviour == DemoCatalog.Faults;
        var calls = fails || conversation.Format is not null ? [] : ToolPlanner.Plan(conversation);
        return new Reply
        {
            Thinking = ThinkingAuthor.Write(conversation),
            Calls = calls,
            Text = conversation.Format is { } schema ? Structured(conversation, schema)
                : !calls.IsEmpty ? ""
                : conversation.ToolResults.Count > 0 ? ToolAnswer.Write(conversation)
                : fails ? FaultReply.Write(conversation)
                : TopicReply.Write(conversation),
        };
    }

    /// <summary>An answer in JSON: a small value of the schema that was sent, or an object of our own.</summary>
    private static string Structured(Conversation conversation, JsonObject schema)
    {
        var value = schema.Count > 0 ? SampleValue.Make(schema, "demo") : new JsonObject
        {
            ["source"] = "built-in demo of OllamaStudio, no real model",
            ["question"] = conversation.Question,
            ["number"] = conversation.Number,
        };
        return value?.ToJsonString(WireContext.Wire.Options) ?? "null";
    }
}
