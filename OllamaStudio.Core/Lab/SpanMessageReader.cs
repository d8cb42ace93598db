using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Lab;

/// <summary>
/// Reads messages as the GenAI conventions write them:
/// <c>[{"role":"user","parts":[{"type":"text","content":"Hi"}]}]</c>, with parts of type <c>reasoning</c>, <c>tool_call</c>
/// (<c>id</c>, <c>name</c>, <c>arguments</c>) and <c>tool_call_response</c> (<c>id</c>, <c>response</c>).
/// </summary>
internal static class SpanMessageReader
{
    /// <summary>The messages; empty where the text is none of them, as that of another program may be.</summary>
    public static List<ChatMessage> Read(string? json)
    {
        try
        {
            return json is not null && JsonNode.Parse(json) is JsonArray messages ? [.. messages.OfType<JsonObject>().Select(Read)] : [];
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return []; // doubled names are an ArgumentException
        }
    }

    private static ChatMessage Read(JsonObject message)
    {
        List<AIContent> contents = message["parts"] is JsonArray parts ? [.. parts.OfType<JsonObject>().Select(Part).OfType<AIContent>()] : [];
        return new ChatMessage(new ChatRole(Text(message["role"]) is { Length: > 0 } role ? role : "user"), contents);
    }

    private static AIContent? Part(JsonObject part) => Text(part["type"]) switch
    {
        "text" => new TextContent(Text(part["content"])),
        "reasoning" => new TextReasoningContent(Text(part["content"])),
        "tool_call" => new FunctionCallContent(
            Text(part["id"]), Text(part["name"]), part["arguments"] is { } arguments ? ToolJson.Parse(Text(arguments)) : new Dictionary<string, object?>(StringComparer.Ordinal)),
        "tool_call_response" => new FunctionResultContent(Text(part["id"]), Text(part["response"])),
        _ => null,
    };

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : node?.ToJsonString() ?? "";
}
