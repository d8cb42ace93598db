using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary><c>{"model":"llama3.1:8b"}</c></summary>
internal sealed record ModelRequest(string Model);

/// <summary><c>{"model":"llama3.1:8b","insecure":true}</c></summary>
internal sealed record PullRequest(string Model, bool? Insecure);

/// <summary><c>{"source":"llama3.1:8b","destination":"mine"}</c></summary>
internal sealed record CopyRequest(string Source, string Destination);

/// <summary><c>{"version":"0.33.0"}</c></summary>
internal sealed record VersionAnswer(string? Version);

/// <summary><c>{"models":[…]}</c> of <c>/api/tags</c>.</summary>
internal sealed record TagsAnswer(TagsModel?[]? Models);

/// <summary>One model of <c>/api/tags</c>.</summary>
internal sealed record TagsModel
{
    public string? Name { get; init; }

    public string? Model { get; init; }

    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset? ModifiedAt { get; init; }

    public long? Size { get; init; }

    public string? Digest { get; init; }

    public ModelFacts? Details { get; init; }

    public string?[]? Capabilities { get; init; }

    public string? RemoteHost { get; init; }
}

/// <summary><c>details</c> of a model; <c>families</c> is left aside: it is null as often as not, and <c>family</c> says the same.</summary>
internal sealed record ModelFacts(string? Family, string? ParameterSize, string? QuantizationLevel);

/// <summary><c>{"models":[…]}</c> of <c>/api/ps</c>.</summary>
internal sealed record PsAnswer(PsModel?[]? Models);

/// <summary>One model of <c>/api/ps</c>.</summary>
internal sealed record PsModel
{
    public string? Name { get; init; }

    public string? Model { get; init; }

    public long? Size { get; init; }

    public long? SizeVram { get; init; }

    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset? ExpiresAt { get; init; }

    public long? ContextLength { get; init; }
}

/// <summary>The answer of <c>/api/embed</c>; its durations are nanoseconds.</summary>
internal sealed record EmbedAnswer(string? Model, float[][]? Embeddings, long? TotalDuration, long? LoadDuration, long? PromptEvalCount)
{
    public OllamaStats? ToStats() => (TotalDuration ?? LoadDuration ?? PromptEvalCount) is null ? null : new OllamaStats
    {
        TotalDuration = Lenient.Duration(TotalDuration),
        LoadDuration = Lenient.Duration(LoadDuration),
        PromptEvalCount = PromptEvalCount >= 0 ? PromptEvalCount : null,
    };
}

/// <summary>The answer of <c>/api/show</c>.</summary>
internal sealed record ShowAnswer
{
    public string?[]? Capabilities { get; init; }

    public ModelFacts? Details { get; init; }

    public Dictionary<string, JsonElement>? ModelInfo { get; init; }

    public string? Parameters { get; init; }

    public string? Template { get; init; }

    public string? System { get; init; }

    public string? License { get; init; }
}
