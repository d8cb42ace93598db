using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace OllamaStudio.Simulator.Wire;

// Zero values are left out, so what Ollama writes in any case is nullable here: 0 is not its default.

internal sealed record ErrorAnswer(string Error);

internal sealed record VersionAnswer(string Version);

internal sealed record ModelList(IReadOnlyList<ListedModel> Models);

/// <summary>One model of <c>/api/tags</c>.</summary>
internal sealed record ListedModel(
    string Name, string Model, string ModifiedAt, long? Size, string Digest, DetailsPart Details, ImmutableArray<string> Capabilities);

internal sealed record RunningList(IReadOnlyList<RunningModel> Models);

/// <summary>One model of <c>/api/ps</c>.</summary>
internal sealed record RunningModel(
    string Name, string Model, long? Size, string Digest, DetailsPart Details, string ExpiresAt, long? SizeVram, int ContextLength);

/// <summary>The <c>details</c> of a model: Ollama writes all of them, empty or not.</summary>
internal sealed record DetailsPart(
    string ParentModel, string Format, string Family, ImmutableArray<string> Families, string ParameterSize, string QuantizationLevel);

/// <summary>The answer of <c>/api/show</c>.</summary>
internal sealed record ShowAnswer(
    string License,
    string Modelfile,
    string? Parameters,
    string? Template,
    string? System,
    DetailsPart Details,
    JsonObject ModelInfo,
    ImmutableArray<string> Capabilities,
    string ModifiedAt);

/// <summary>A line of <c>/api/pull</c> and <c>/api/create</c>; <c>completed</c> is absent at 0.</summary>
internal sealed record ProgressLine(string Status, string? Digest = null, long Total = 0, long Completed = 0)
{
    /// <summary>The status of the last line where all went well.</summary>
    public const string Success = "success";
}

/// <summary>The answer of <c>/api/embed</c>.</summary>
internal sealed record EmbedAnswer(string Model, IReadOnlyList<float[]> Embeddings, long TotalDuration = 0, long LoadDuration = 0, int PromptEvalCount = 0);
