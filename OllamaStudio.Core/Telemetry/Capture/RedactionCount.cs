using System.Diagnostics;

namespace OllamaStudio.Core.Telemetry.Capture;

/// <summary>
/// Counts on a span what was hidden in what it says. The same text stands in several attributes of it, and what is hidden in each is one
/// thing: so different texts are counted, by their hashes, and no more of them is kept.
/// </summary>
internal static class RedactionCount
{
    // Unseen by exporters. As many hashes as the span's texts have secrets.
    private const string Property = "OllamaStudio.Redactions";

    /// <summary>Counts further ones. A span is written on by one thread at a time.</summary>
    public static void Add(Activity span, IEnumerable<Redaction> redactions)
    {
        var hidden = span.GetCustomProperty(Property) as HashSet<int> ?? [];
        hidden.UnionWith(redactions.Select(static one => string.GetHashCode(one.Hidden, StringComparison.Ordinal)));
        if (hidden.Count > 0)
        {
            span.SetCustomProperty(Property, hidden);
            span.SetTag(TelemetryNames.Llm.Redactions, hidden.Count);
        }
    }
}
