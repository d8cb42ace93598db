using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>Reads values of the protocol, with half characters in their texts replaced at the border, so that nothing behind it has to expect them.</summary>
internal static class McpJson
{
    /// <summary>The value; <see cref="WellFormed"/> says what is replaced in it.</summary>
    /// <exception cref="JsonException">It is none of that type.</exception>
    /// <exception cref="InvalidOperationException">There is half a character in a name within it.</exception>
    public static T? Read<T>(JsonNode? node)
    {
        try
        {
            return node.Deserialize<T>(McpJsonUtilities.DefaultOptions);
        }
        catch (InvalidOperationException)
        {
            return Repair(node).Deserialize<T>(McpJsonUtilities.DefaultOptions);
        }
    }

    private static JsonNode? Repair(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Repair(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Repair)]),
        JsonValue value when value.GetValueKind() is JsonValueKind.String && value.TryGetValue(out JsonElement text) =>
            JsonSerializer.Deserialize<string>(WellFormed.Of(Encoding.UTF8.GetBytes(text.GetRawText()))),
        _ => node?.DeepClone(),
    };
}
