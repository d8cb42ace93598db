using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelContextProtocol;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>
/// Reads JSON of programs that cut texts in the middle of a character, as JavaScript does: <c>"\ud83d"</c> is half of one, which
/// no text of ours can hold. It becomes U+FFFD here, at the border, so that nothing behind it has to expect it.
/// </summary>
internal static partial class WellFormed
{
    /// <summary>The value, halves of characters in its texts replaced.</summary>
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
            JsonSerializer.Deserialize<string>(EscapePattern().Replace(text.GetRawText(), static escape => escape.Groups["half"].Success ? @"\ufffd" : escape.Value)),
        _ => node?.DeepClone(),
    };

    // Takes escapes one after the other, so that \\ud83d, which is a backslash and text, is none.
    [GeneratedRegex(@"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EscapePattern();
}
