using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OllamaStudio.Simulator.Wire;

/// <summary>How answers are written: snake case, zero values left out, strings escaped as Go does.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(RunningList))]
[JsonSerializable(typeof(ShowAnswer))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(GenerateChunk))]
[JsonSerializable(typeof(EmbedAnswer))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class WireContext : JsonSerializerContext
{
    /// <summary>The one to write with; the generated default escapes text by .NET's rules.</summary>
    public static WireContext Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new GoStringConverter() },
    });
}
