using System.Collections.Immutable;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Shared;

/// <summary>What is said of a model beside its name, in few words; what is unknown is left out.</summary>
public static class ModelFacts
{
    // Ollama's word where a file does not say.
    private const string Unknown = "unknown";

    private const string Embedding = "embedding";

    private static readonly ImmutableArray<string> Told = [ModelCapabilities.Tools, "thinking", ModelCapabilities.Vision];

    /// <summary>All of it: <c>8.2B · Q4_K_M · 5.2 GB · context up to 40k</c>, the last one the longest that it was made for.</summary>
    public static string Of(OllamaModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Join([.. Made(model), model.Size > 0 ? ByteText.Of(model.Size) : null, Longest(model)]);
    }

    /// <summary>The same without the size on disk, and with the context that it was given in memory where it is there: <c>8.2B · Q4_K_M · context 16k</c>.</summary>
    public static string Brief(OllamaModel model, OllamaRunningModel? running)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Join([.. Made(model), Context(running?.ContextLength) is { } given ? $"context {given}" : Longest(model)]);
    }

    /// <summary>What it can do beyond answering, in Ollama's words, and <c>cloud</c> where it answers from elsewhere.</summary>
    public static IEnumerable<string> Tags(OllamaModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var able = Told.Where(word => model.Capabilities.Contains(word, StringComparer.OrdinalIgnoreCase));
        return model.RemoteHost is null ? able : able.Append("cloud");
    }

    /// <summary>The same as <see cref="Tags"/>, and that it turns text into vectors.</summary>
    public static IEnumerable<string> Abilities(OllamaModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Capabilities.Contains(Embedding, StringComparer.OrdinalIgnoreCase) ? Tags(model).Append(Embedding) : Tags(model);
    }

    /// <summary>Its size in parameters and its quantization, each null where unknown.</summary>
    public static (string? Size, string? Quantization) Known(OllamaModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return (Word(model.ParameterSize), Word(model.QuantizationLevel));

        static string? Word(string? fact) => string.IsNullOrEmpty(fact) || fact.Equals(Unknown, StringComparison.OrdinalIgnoreCase) ? null : fact;
    }

    private static string? Longest(OllamaModel model) => Context(model.ContextLength) is { } longest ? $"context up to {longest}" : null;

    private static IEnumerable<string?> Made(OllamaModel model) => [model.ParameterSize, model.QuantizationLevel];

    /// <summary>Tokens of context: <c>16k</c>; null where unknown.</summary>
    public static string? Context(int? tokens) => tokens is { } some ? CountText.Window(some) : null;

    private static string Join(IEnumerable<string?> facts) =>
        string.Join(" · ", facts.Where(static fact => !string.IsNullOrEmpty(fact) && !fact.Equals(Unknown, StringComparison.OrdinalIgnoreCase)));
}
