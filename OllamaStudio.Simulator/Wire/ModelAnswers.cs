using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OllamaStudio.Simulator.Wire;

internal sealed record ErrorAnswer(string Error);

internal sealed record VersionAnswer(string Version);

internal sealed record ModelList([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyList<ListedModel> Models);

internal sealed record RunningList([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyList<RunningModel> Models);

/// <summary>One model of <c>/api/tags</c>.</summary>
internal sealed record ListedModel
{
    public required string Name { get; init; }

    public required string Model { get; init; }

    public required string ModifiedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long Size { get; init; }

    public required string Digest { get; init; }

    public required DetailsPart Details { get; init; }

    public required IReadOnlyList<string> Capabilities { get; init; }
}

/// <summary>One model of <c>/api/ps</c>.</summary>
internal sealed record RunningModel
{
    public required string Name { get; init; }

    public required string Model { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long Size { get; init; }

    public required string Digest { get; init; }

    public required DetailsPart Details { get; init; }

    public required string ExpiresAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long SizeVram { get; init; }

    public required int ContextLength { get; init; }
}

/// <summary>The <c>details</c> of a model: Ollama writes all of them, empty or not.</summary>
internal sealed record DetailsPart
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string ParentModel { get; init; } = "";

    public string Format { get; init; } = "demo";

    public string Family { get; init; } = "demo";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Families { get; init; }

    public string ParameterSize { get; init; } = "";

    public string QuantizationLevel { get; init; } = "";
}

/// <summary>The answer of <c>/api/show</c>.</summary>
internal sealed record ShowAnswer
{
    public string? License { get; init; }

    public required string Modelfile { get; init; }

    public string? Parameters { get; init; }

    public string? Template { get; init; }

    public string? System { get; init; }

    public required DetailsPart Details { get; init; }

    public required JsonObject ModelInfo { get; init; }

    public required IReadOnlyList<string> Capabilities { get; init; }

    public required string ModifiedAt { get; init; }
}

/// <summary>A line of <c>/api/pull</c> and <c>/api/create</c>; <c>completed</c> is absent at 0.</summary>
internal sealed record ProgressLine(string Status, string? Digest = null, long Total = 0, long Completed = 0)
{
    /// <summary>The status of the last line where all went well.</summary>
    public const string Success = "success";
}

/// <summary>The answer of <c>/api/embed</c>.</summary>
internal sealed record EmbedAnswer
{
    public required string Model { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required IReadOnlyList<float[]> Embeddings { get; init; }

    public long TotalDuration { get; init; }

    public long LoadDuration { get; init; }

    public int PromptEvalCount { get; init; }
}
