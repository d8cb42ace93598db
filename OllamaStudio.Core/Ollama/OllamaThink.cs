using System.Text.Json.Serialization;
using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Core.Ollama;

/// <summary>Whether and how hard a model thinks before it answers: <c>true</c>, <c>false</c> or a level on the wire.</summary>
[JsonConverter(typeof(ThinkConverter))]
public readonly record struct OllamaThink
{
    private OllamaThink(string value) => Value = value;

    /// <summary>Thinking on. Refused by models that cannot think.</summary>
    public static OllamaThink On { get; } = new("true");

    /// <summary>Thinking off.</summary>
    public static OllamaThink Off { get; } = new("false");

    /// <summary>A little; for models that have levels.</summary>
    public static OllamaThink Low { get; } = new("low");

    /// <summary>The middle level.</summary>
    public static OllamaThink Medium { get; } = new("medium");

    /// <summary>A lot.</summary>
    public static OllamaThink High { get; } = new("high");

    /// <summary>As much as the model can.</summary>
    public static OllamaThink Max { get; } = new("max");

    /// <summary><c>true</c>, <c>false</c>, or the level's name; null in the default value, which is off.</summary>
    public string? Value { get; }

    /// <summary>Reads <c>true</c>, <c>false</c>, or a level's name, whatever its case; null for anything else.</summary>
    public static OllamaThink? Parse(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        "true" => On,
        "false" => Off,
        "low" => Low,
        "medium" => Medium,
        "high" => High,
        "max" => Max,
        _ => null,
    };

    /// <inheritdoc />
    public override string ToString() => Value ?? "false";
}
