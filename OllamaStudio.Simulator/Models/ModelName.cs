namespace OllamaStudio.Simulator.Models;

/// <summary>A model's name with its tag; names without one mean <c>:latest</c>, and case does not count.</summary>
internal readonly record struct ModelName
{
    private const string DefaultHost = "registry.ollama.ai";
    private const string DefaultNamespace = "library";

    private ModelName(string name, string tag)
    {
        Name = name;
        Tag = tag;
    }

    public string Name { get; }

    public string Tag { get; }

    /// <summary>As lists show it: with its tag, always.</summary>
    public string Display => $"{Name}:{Tag}";

    /// <summary>As the scheduler's refusals write it.</summary>
    public string Full => $"{DefaultHost}/{DefaultNamespace}/{Display}";

    /// <summary>Reads a name; false for an empty one or one with characters that Ollama refuses.</summary>
    public static bool TryParse(string? text, out ModelName name)
    {
        var rest = text.AsSpan().Trim();
        foreach (var prefix in (ReadOnlySpan<string>)[DefaultHost + "/", DefaultNamespace + "/"])
        {
            rest = rest.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? rest[prefix.Length..] : rest;
        }

        var colon = rest.LastIndexOf(':');
        var tag = colon < 0 ? "latest" : rest[(colon + 1)..];
        var model = colon < 0 ? rest : rest[..colon];
        name = new ModelName(model.ToString().ToLowerInvariant(), tag.ToString().ToLowerInvariant());
        return IsPart(model, allowSlash: true) && IsPart(tag, allowSlash: false);
    }

    public override string ToString() => Display;

    private static bool IsPart(ReadOnlySpan<char> part, bool allowSlash)
    {
        if (part.IsEmpty || part.Length > 80 || !char.IsAsciiLetterOrDigit(part[0]))
        {
            return false;
        }

        foreach (var c in part)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.') && !(allowSlash && c == '/'))
            {
                return false;
            }
        }

        return true;
    }
}
