using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry;

/// <summary>What is known of a model and its server apart from what a call tells. A figure of one call compares with that of another only where these are the same.</summary>
/// <param name="ContextWindow">Tokens of context allocated for the model, above zero; null where unknown.</param>
/// <param name="ServerVersion">The server's version in its own words; null where unknown.</param>
/// <param name="Digest">The digest that the model's name stands for, in hexadecimal; null where unknown.</param>
public sealed record ModelFacts(int? ContextWindow, string? ServerVersion, string? Digest)
{
    /// <summary>Nothing is known.</summary>
    public static ModelFacts Unknown { get; } = new(null, null, null);

    /// <summary>The longest context that the model was made for, in tokens: Ollama gives it no more, whatever is asked. Null where unknown.</summary>
    public int? LongestContext { get; init; }

    /// <summary>What it costs; null where it has no price.</summary>
    public ModelPrice? Price { get; init; }
}
