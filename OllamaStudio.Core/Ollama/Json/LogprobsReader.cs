using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary><c>[{"token":"Hi","logprob":-0.1,"top_logprobs":[…]}]</c>; what cannot be read is none.</summary>
internal static class LogprobsReader
{
    /// <summary>Reads the value where the reader stands on its name.</summary>
    public static ImmutableArray<OllamaLogprob> Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        JsonElement value = JsonElement.ParseValue(ref reader);
        try
        {
            return value.ValueKind == JsonValueKind.Array
                ? ImmutableCollectionsMarshal.AsImmutableArray(value.Deserialize(OllamaJson.Default.OllamaLogprobArray))
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
