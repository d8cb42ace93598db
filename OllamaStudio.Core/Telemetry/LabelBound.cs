using System.Collections.Concurrent;

namespace OllamaStudio.Core.Telemetry;

/// <summary>Keeps the values of a label few: beyond its bound every further one is <see cref="Other"/>. Safe to use from any thread.</summary>
/// <param name="most">Most values that are told apart.</param>
internal sealed class LabelBound(int most)
{
    /// <summary>What stands for all values beyond the bound.</summary>
    public const string Other = "other";

    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>The value to measure under.</summary>
    public string Of(string value) => _known.ContainsKey(value) || (_known.Count < most && _known.TryAdd(value, true)) ? value : Other;
}
