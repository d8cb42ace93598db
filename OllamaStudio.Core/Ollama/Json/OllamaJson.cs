using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>Source-generated JSON of the requests: snake case, nulls left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OllamaChatRequest))]
[JsonSerializable(typeof(OllamaCreateRequest))]
[JsonSerializable(typeof(ModelRequest))]
[JsonSerializable(typeof(PullRequest))]
[JsonSerializable(typeof(CopyRequest))]
[JsonSerializable(typeof(OllamaLogprob[]))]
internal sealed partial class OllamaJson : JsonSerializerContext;

/// <summary>The context that is used.</summary>
internal static class Wire
{
    /// <summary>
    /// With relaxed escaping: bodies go to a server, not into a page, and "ü" as "\u00fc" would only make them longer and
    /// harder to read in a capture.
    /// </summary>
    public static OllamaJson Json { get; } = new(new JsonSerializerOptions(OllamaJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
