using System.Text.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary><c>{"id":"call_1","function":{"index":0,"name":"add","arguments":{"a":1}}}</c></summary>
internal static class ToolCallReader
{
    private static readonly JsonElement NoArguments = JsonElement.Parse("{}");

    /// <summary>Reads a call at the reader's position, forgiving what models get wrong: no id, no arguments, arguments as text.</summary>
    public static OllamaToolCall Read(ref Utf8JsonReader reader)
    {
        string? id = null;
        (string Name, int? Index, JsonElement Arguments) function = ("", null, NoArguments);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return new OllamaToolCall { Name = "", Arguments = NoArguments };
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = Lenient.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("function"u8))
            {
                function = ReadFunction(ref reader);
            }
            else
            {
                Lenient.Skip(ref reader);
            }
        }

        return new OllamaToolCall { Id = id, Name = function.Name, Index = function.Index, Arguments = function.Arguments };
    }

    private static (string Name, int? Index, JsonElement Arguments) ReadFunction(ref Utf8JsonReader reader)
    {
        (string Name, int? Index, JsonElement Arguments) function = ("", null, NoArguments);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return function;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                function.Name = Lenient.ReadString(ref reader) ?? "";
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                function.Index = Lenient.ReadCount(ref reader) is { } index and <= int.MaxValue ? (int)index : null;
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                reader.Read();
                function.Arguments = Open(JsonElement.ParseValue(ref reader));
            }
            else
            {
                Lenient.Skip(ref reader);
            }
        }

        return function;
    }

    /// <summary>Some models write the arguments as text that holds JSON; some leave them out.</summary>
    public static JsonElement Open(JsonElement arguments)
    {
        if (arguments.ValueKind == JsonValueKind.Null)
        {
            return NoArguments;
        }

        if (arguments.ValueKind != JsonValueKind.String)
        {
            return arguments;
        }

        string text = arguments.GetString()!;
        if (string.IsNullOrWhiteSpace(text))
        {
            return NoArguments;
        }

        try
        {
            JsonElement inner = WellFormed.Parse(text);
            return inner.ValueKind switch { JsonValueKind.Object => inner, JsonValueKind.Null => NoArguments, _ => arguments };
        }
        catch (JsonException)
        {
            return arguments;
        }
    }
}
