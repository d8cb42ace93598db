using System.Collections.Immutable;

namespace OllamaStudio.Core.Ollama;

/// <summary>An installed model (<c>/api/tags</c>).</summary>
public sealed record OllamaModel
{
    /// <summary>Name with tag, such as <c>llama3.1:8b</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes on disk; 0 where unknown.</summary>
    public long Size { get; init; }

    /// <summary>SHA-256 of its manifest; empty where unknown.</summary>
    public string Digest { get; init; } = "";

    /// <summary>When it was last changed; null where unknown.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Family, such as <c>llama</c>; null where unknown.</summary>
    public string? Family { get; init; }

    /// <summary>Size in parameters as Ollama writes it, such as <c>8.0B</c>; null where unknown.</summary>
    public string? ParameterSize { get; init; }

    /// <summary>Quantization, such as <c>Q4_K_M</c>; null where unknown.</summary>
    public string? QuantizationLevel { get; init; }

    /// <summary>Longest context it was made for, in tokens; null where unknown, as before Ollama 0.32.</summary>
    public int? ContextLength { get; init; }

    /// <summary>What it can do (<c>completion</c>, <c>tools</c>, <c>thinking</c>, <c>vision</c> …); empty before Ollama 0.30, which leaves it to <c>/api/show</c>.</summary>
    public ImmutableArray<string> Capabilities { get; init; } = [];

    /// <summary>Host of a cloud model; null for a local one.</summary>
    public string? RemoteHost { get; init; }
}
