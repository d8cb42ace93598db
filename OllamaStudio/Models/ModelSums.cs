using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Models;

/// <summary>What was stored of each model's calls, by the names that they were asked by.</summary>
/// <param name="sums">The sums.</param>
public sealed class ModelSums(IReadOnlyDictionary<string, Rollup> sums)
{
    /// <summary>Calls of all of them.</summary>
    public long Count { get; } = sums.Values.Sum(static sum => sum.Count);

    /// <summary>The name that a model was asked by, with its tag or without; null where it was not.</summary>
    public string? NameOf(string model) => sums.ContainsKey(model) ? model : sums.Keys.FirstOrDefault(name => ModelNames.Same(name, model));

    /// <summary>Its sum; null where it was not asked.</summary>
    public Rollup? Of(string model) => NameOf(model) is { } name ? sums[name] : null;
}
