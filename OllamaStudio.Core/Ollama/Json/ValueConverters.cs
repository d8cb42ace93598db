using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary><c>{"type":"function","function":{"name":"add","description":"…","parameters":{…}}}</c>; written only.</summary>
internal sealed class ToolConverter : JsonConverter<OllamaTool>
{
    public override OllamaTool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("Tools are sent, never received.");

    public override void Write(Utf8JsonWriter writer, OllamaTool value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, value.Name);
        if (!string.IsNullOrEmpty(value.Description))
        {
            writer.WriteString("description"u8, value.Description);
        }

        writer.WritePropertyName("parameters"u8);
        value.Parameters.WriteTo(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}

/// <summary>Seconds as a number, or a duration as text.</summary>
internal sealed class KeepAliveConverter : JsonConverter<OllamaKeepAlive>
{
    public override OllamaKeepAlive Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => OllamaKeepAlive.Parse(reader.GetDouble().ToString(CultureInfo.InvariantCulture))!.Value,
        JsonTokenType.String => OllamaKeepAlive.Parse(reader.GetString()) ?? throw new JsonException("Not a duration."),
        _ => throw new JsonException("Not a duration."),
    };

    public override void Write(Utf8JsonWriter writer, OllamaKeepAlive value, JsonSerializerOptions options)
    {
        if (value.Text is null)
        {
            writer.WriteNumberValue(value.Seconds);
        }
        else
        {
            writer.WriteStringValue(value.Text);
        }
    }
}
