using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Ollama;

/// <summary>
/// <c>options</c> of a request. Null means the model's own value. Changing <see cref="NumCtx"/>, <see cref="NumGpu"/>,
/// <see cref="NumBatch"/>, <see cref="NumThread"/> or <see cref="UseMmap"/> between requests reloads the model.
/// </summary>
public sealed record OllamaOptions
{
    /// <summary>Context window in tokens.</summary>
    public int? NumCtx { get; init; }

    /// <summary>Tokens of the prompt that are read at a time.</summary>
    public int? NumBatch { get; init; }

    /// <summary>Layers on the GPU; 0 for none, -1 for as many as fit.</summary>
    public int? NumGpu { get; init; }

    /// <summary>The GPU that holds what is not split.</summary>
    public int? MainGpu { get; init; }

    /// <summary>Whether the model file is mapped into memory.</summary>
    public bool? UseMmap { get; init; }

    /// <summary>CPU threads; 0 for the server's choice.</summary>
    public int? NumThread { get; init; }

    /// <summary>Tokens of the prompt that stay when the context is shifted.</summary>
    public int? NumKeep { get; init; }

    /// <summary>Seed of sampling; the same seed and prompt give the same answer.</summary>
    public long? Seed { get; init; }

    /// <summary>Most tokens to generate; -1 for no limit.</summary>
    public int? NumPredict { get; init; }

    /// <summary>How free the choice of words is; 0 takes the likeliest.</summary>
    public float? Temperature { get; init; }

    /// <summary>Choose among that many of the likeliest tokens.</summary>
    public int? TopK { get; init; }

    /// <summary>Choose among the likeliest tokens that together reach that probability (0–1).</summary>
    public float? TopP { get; init; }

    /// <summary>Leave out tokens below that share of the likeliest one's probability (0–1).</summary>
    public float? MinP { get; init; }

    /// <summary>Locally typical sampling (0–1; 1 is off).</summary>
    public float? TypicalP { get; init; }

    /// <summary>How far back repetition is looked for, in tokens; 0 is off, -1 is the whole context.</summary>
    public int? RepeatLastN { get; init; }

    /// <summary>How strongly repetition is punished; 1 is off.</summary>
    public float? RepeatPenalty { get; init; }

    /// <summary>Punishment of tokens that were used at all.</summary>
    public float? PresencePenalty { get; init; }

    /// <summary>Punishment of tokens by how often they were used.</summary>
    public float? FrequencyPenalty { get; init; }

    /// <summary>Texts that end the answer. Always an array on the wire: a string is refused.</summary>
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>Options that this client does not know by name, sent as they are; null for none. Settable: the serializer's generator asks it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}
