using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Primitives;

/// <summary>Writes what tools take and return as JSON.</summary>
internal static class ToolJson
{
    /// <summary>The abstractions' own way to write it, without the indentation and the escapes that would cost tokens.</summary>
    private static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions)
    {
        WriteIndented = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static JsonTypeInfo ArgumentsType => Compact.GetTypeInfo(typeof(IDictionary<string, object?>));

    /// <summary>The arguments of a call as one JSON object.</summary>
    public static string Arguments(FunctionCallContent call) => Write(ArgumentsOf(call));

    /// <summary>The same, to be redacted part by part.</summary>
    public static JsonNode ArgumentsNode(FunctionCallContent call) => JsonSerializer.SerializeToNode(ArgumentsOf(call), ArgumentsType)!;

    /// <summary>The same, to be sent.</summary>
    public static JsonElement ArgumentsElement(FunctionCallContent call) => JsonSerializer.SerializeToElement(ArgumentsOf(call), ArgumentsType);

    /// <summary>The same with the names in order: two calls say the same where these texts are equal.</summary>
    public static string Canonical(FunctionCallContent call) =>
        Write(new SortedDictionary<string, object?>(ArgumentsOf(call), StringComparer.Ordinal));

    /// <summary>Arguments written by <see cref="Arguments"/>; empty where the text is no JSON object.</summary>
    public static Dictionary<string, object?> Parse(string arguments)
    {
        try
        {
            return JsonSerializer.Deserialize(arguments, (JsonTypeInfo<Dictionary<string, object?>>)Compact.GetTypeInfo(typeof(Dictionary<string, object?>))) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Any value that a tool returned.</summary>
    public static string Value(object value) => JsonSerializer.Serialize(value, Compact.GetTypeInfo(typeof(object)));

    private static IDictionary<string, object?> ArgumentsOf(FunctionCallContent call) =>
        call.Arguments ?? new Dictionary<string, object?>(StringComparer.Ordinal);

    private static string Write(IDictionary<string, object?> values) => JsonSerializer.Serialize(values, ArgumentsType);
}
