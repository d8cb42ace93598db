using System.Text.RegularExpressions;

namespace OllamaStudio.Simulator.Models;

/// <summary>A model's name with its tag; names without one mean <c>:latest</c>, and case does not count.</summary>
internal readonly partial record struct ModelName(string Name, string Tag)
{
    /// <summary>As lists show it: with its tag, always.</summary>
    public string Display => $"{Name}:{Tag}";

    /// <summary>As the scheduler's refusals write it.</summary>
    public string Full => $"registry.ollama.ai/library/{Display}";

    /// <summary>Reads a name; false for an empty one or one with characters that Ollama refuses.</summary>
    public static bool TryParse(string? text, out ModelName name)
    {
        var match = NamePattern().Match(text?.Trim().ToLowerInvariant() ?? "");
        name = new ModelName(match.Groups["name"].Value, match.Groups["tag"] is { Success: true } tag ? tag.Value : "latest");
        return match.Success;
    }

    [GeneratedRegex(@"^(registry\.ollama\.ai/)?(library/)?(?<name>[a-z0-9][a-z0-9_./-]{0,79})(:(?<tag>[a-z0-9][a-z0-9_.-]{0,79}))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex NamePattern();
}
