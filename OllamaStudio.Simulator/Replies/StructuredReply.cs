using System.Text.Json;
using System.Text.Json.Nodes;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Tools;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Replies;

/// <summary>An answer in JSON: a small value of the schema that was sent, or an object of our own.</summary>
internal static class StructuredReply
{
    public static string Write(Conversation conversation)
    {
        var value = conversation.Format is { Count: > 0 } schema
            ? SampleValue.Make(schema, "demo")
            : new JsonObject
            {
                ["source"] = "built-in demo of OllamaStudio, no real model",
                ["question"] = conversation.Question,
                ["number"] = conversation.Number,
            };
        return value?.ToJsonString(WireContext.Wire.Options) ?? "null";
    }
}
