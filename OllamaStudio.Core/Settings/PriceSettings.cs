using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>What models cost.</summary>
public sealed record PriceSettings
{
    /// <summary>The prices; of several that fit a model the first one holds.</summary>
    public ImmutableArray<ModelPrice> Models { get; init; } = [];
}

/// <summary>What the calls of a model cost: by tokens, or by the electricity of the machine that it runs on.</summary>
public sealed record ModelPrice
{
    /// <summary>The model's name, or a pattern: <c>qwen3:*</c> is every tag of qwen3, <c>*</c> every model.</summary>
    public string Model { get; init; } = "";

    /// <summary>USD for a million tokens read. 0–1,000,000; null where it costs by electricity, or nothing is known.</summary>
    public double? InputPrice { get; init; }

    /// <summary>USD for a million tokens read that the server still had. 0–1,000,000; null for <see cref="InputPrice"/>.</summary>
    public double? CachedPrice { get; init; }

    /// <summary>USD for a million tokens written. 0–1,000,000; null as <see cref="InputPrice"/> is.</summary>
    public double? OutputPrice { get; init; }

    /// <summary>Watts that the machine draws while it works. Up to 100,000; null where unknown.</summary>
    public double? Watts { get; init; }

    /// <summary>USD for a kilowatt-hour. 0–1,000; null where energy is told without its cost.</summary>
    public double? ElectricityPrice { get; init; }
}
