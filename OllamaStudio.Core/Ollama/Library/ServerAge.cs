using System.Collections.Immutable;

namespace OllamaStudio.Core.Ollama.Library;

/// <summary>What a server is too old for, of what the studio uses where it is there.</summary>
public static class ServerAge
{
    // The first from Ollama's pull requests 12519 and 12545: merged and taken back in October 2025, in releases from 0.12.6 on.
    private static readonly ImmutableArray<(Version Since, string What)> s_news =
    [
        (new(0, 12, 6), "refusing a prompt that is too long (truncate:false, 0.12.6)"),
        (new(0, 30, 0), "capabilities in the list of models (0.30)"),
        (new(0, 32, 0), "longest context in the list of models (0.32)"),
        (new(0, 33, 3), "counts of cached tokens (0.33.3)"),
    ];

    /// <summary>What it lacks, each with the version that has it; empty where it lacks nothing or its version cannot be read.</summary>
    /// <param name="version">As it tells it, such as <c>0.33.0-rc2</c>; null where unknown.</param>
    public static ImmutableArray<string> Lacks(string? version)
    {
        // A release candidate of 0.33.3 is taken for it.
        var number = version?.Split('-', '+')[0].TrimStart('v');
        return Version.TryParse(number, out var known) && known > new Version(0, 0, 0)
            ? [.. s_news.Where(news => known < news.Since).Select(static news => news.What)]
            : [];
    }
}
