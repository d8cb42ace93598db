using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OllamaStudio.Simulator.Models;

/// <summary>A model of the simulator: a name with capabilities, and nothing that was ever trained.</summary>
internal sealed record DemoModel
{
    public required ModelName Name { get; init; }

    /// <summary>One sentence for a person who asks what this is.</summary>
    public required string Description { get; init; }

    /// <summary>Of <see cref="Capability"/>.</summary>
    public required ImmutableArray<string> Capabilities { get; init; }

    /// <summary>Bytes on disk that it pretends to take.</summary>
    public required long Size { get; init; }

    /// <summary>Longest context, in tokens.</summary>
    public int MaxContext { get; init; } = 32768;

    public DateTimeOffset ModifiedAt { get; init; }

    /// <summary>The model that this one was created from; null for an original.</summary>
    public ModelName? Parent { get; init; }

    /// <summary>System prompt of its own; empty for none.</summary>
    public string System { get; init; } = "";

    /// <summary>Options of its own (the Modelfile's <c>PARAMETER</c> lines).</summary>
    public IReadOnlyDictionary<string, JsonElement> Parameters { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>The name that decides how it behaves: its own, or that of the original it was copied or created from.</summary>
    public string Behaviour { get; init; } = "";

    /// <summary>Whether its template ends an answer that stands last too, so that the model begins anew where others go on; of real models a third are so.</summary>
    public bool EndsEveryMessage => Behaviour == "demo-thinking";

    public bool Can(string capability) => Capabilities.Contains(capability);

    /// <summary>64 hexadecimal digits, without a prefix, as lists show it.</summary>
    public string Digest => Hash($"{Behaviour}|{Size}|{System}|{string.Join(',', Parameters)}");

    /// <summary>The weights first, then three small parts, as in real models.</summary>
    public ImmutableArray<Layer> Layers =>
    [
        new(LayerDigest("weights"), Size - 12_345),
        new(LayerDigest("template"), 1_482),
        new(LayerDigest("license"), 10_378),
        new(LayerDigest("parameters"), 485),
    ];

    private string LayerDigest(string part) => "sha256:" + Hash($"{Behaviour}/{part}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>A part of a model as a registry stores it.</summary>
/// <param name="Digest">With its prefix, as progress lines show it: <c>sha256:…</c>.</param>
/// <param name="Total">Bytes.</param>
internal sealed record Layer(string Digest, long Total);

/// <summary>Ollama's names of what a model can do.</summary>
internal static class Capability
{
    public const string Completion = "completion";
    public const string Tools = "tools";
    public const string Thinking = "thinking";
    public const string Vision = "vision";
    public const string Embedding = "embedding";
}

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
