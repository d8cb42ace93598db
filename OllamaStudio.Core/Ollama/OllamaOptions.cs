using System.Text.Json;
using System.Text.Json.Serialization;
using OllamaSharp.Models;

namespace OllamaStudio.Core.Ollama;

/// <summary>
/// <c>options</c> of a request: OllamaSharp's, and what they cannot carry. Null means the model's own value. Changing
/// <c>num_ctx</c>, <c>num_gpu</c>, <c>num_batch</c>, <c>num_thread</c> or <c>use_mmap</c> between requests reloads the model.
/// </summary>
public sealed class OllamaOptions : RequestOptions
{
    /// <summary>Seed of sampling; the same seed and prompt give the same answer. OllamaSharp's has 32 bits, Ollama's 64.</summary>
    [JsonPropertyName("seed")]
    public new long? Seed { get; set; }

    /// <summary>Options that nobody here knows by name, sent as they are; null for none.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}
