using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OllamaStudio.Simulator.Wire;

/// <summary>How requests are read and answers written: snake case, unknown fields passed over, zero values left out.</summary>
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(GenerateRequest))]
[JsonSerializable(typeof(ModelRequest))]
[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(EmbedRequest))]
[JsonSerializable(typeof(CopyRequest))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(RunningList))]
[JsonSerializable(typeof(ShowAnswer))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(GenerateChunk))]
[JsonSerializable(typeof(EmbedAnswer))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class WireContext : JsonSerializerContext
{
    public static WireContext Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>
/// Writes characters of four bytes as they are: a client has to bear them cut between two reads, and every encoder of
/// .NET's turns them into escapes.
/// </summary>
internal sealed class PlainTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (!value.Any(char.IsSurrogate))
        {
            writer.WriteStringValue(value);
            return;
        }

        var text = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            text.Append(rune.IsBmp ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(rune.ToString()) : rune.ToString());
        }

        writer.WriteRawValue(text.Append('"').ToString(), skipInputValidation: true);
    }
}

/// <summary>An answer of the form <c>{"error": "…"}</c>: with its status while nothing was sent, else as the stream's last line.</summary>
internal sealed class WireException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static WireException BadRequest(string message) => new(400, message);

    public static WireException ModelNotFound(string model) => new(404, $"model '{model}' not found");

    /// <summary>The queue is full, in Ollama's words, two blanks included.</summary>
    public static WireException Busy() => new(503, "server busy, please try again.  maximum pending requests exceeded");

    /// <summary>A model that the registry does not have.</summary>
    public static WireException NoManifest() => new(500, "pull model manifest: file does not exist");
}

internal sealed record ErrorAnswer(string Error);
