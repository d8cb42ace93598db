using System.Collections.Immutable;
using System.Text.Json;

namespace OllamaStudio.Core.Ollama;

/// <summary>What a server tells of one model (<c>/api/show</c>).</summary>
public sealed record OllamaModelDetails
{
    /// <summary>What it can do (<c>completion</c>, <c>tools</c>, <c>thinking</c>, <c>vision</c> …).</summary>
    public ImmutableArray<string> Capabilities { get; init; } = [];

    /// <summary>Longest context it was trained for, in tokens; null where the server does not say.</summary>
    public int? ContextLength { get; init; }

    /// <summary><c>general.architecture</c>; null where unknown.</summary>
    public string? Architecture { get; init; }

    /// <summary>Family; null where unknown.</summary>
    public string? Family { get; init; }

    /// <summary>Size in parameters; null where unknown.</summary>
    public string? ParameterSize { get; init; }

    /// <summary>Quantization; null where unknown.</summary>
    public string? QuantizationLevel { get; init; }

    /// <summary>The Modelfile's parameters as padded text; null where there are none.</summary>
    public string? Parameters { get; init; }

    /// <summary>Prompt template; null where unknown.</summary>
    public string? Template { get; init; }

    /// <summary>System prompt; null where there is none.</summary>
    public string? System { get; init; }

    /// <summary>Licence text; null where unknown.</summary>
    public string? License { get; init; }

    /// <summary><c>model_info</c>, values of mixed types; never null.</summary>
    public IReadOnlyDictionary<string, JsonElement> ModelInfo { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;
}
