using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>The setting of what models cost.</summary>
public static partial class PriceSettingDefinitions
{
    /// <summary>Key of <see cref="PriceSettings.Models"/>.</summary>
    public const string ModelsKey = "Prices:Models";

    private const int MaxNameLength = 200;
    private const double MaxPrice = 1_000_000;
    private const double MaxWatts = 100_000;
    private const double MaxElectricityPrice = 1_000;

    /// <summary>The list of prices, each checked in the order of its form.</summary>
    public static ListFormat<ModelPrice> Format { get; } = new(PriceJson.Default.ModelPrice, "price")
    {
        Most = 200,
        Needs = "a Model, and an InputPrice and an OutputPrice or Watts",
        Name = static price => price.Model,
        Tidy = static price => price with { Model = price.Model.Trim() },
        Rules =
        [
            new(nameof(ModelPrice.Model), "model", Model),
            new(nameof(ModelPrice.InputPrice), "tokens read", static (price, _) =>
                price is { InputPrice: null, OutputPrice: null, Watts: null } ? "Enter what a million tokens cost, or the watts that the machine draws."
                : price is { InputPrice: null, OutputPrice: not null } or { InputPrice: null, CachedPrice: not null } ? "Enter this one too; 0 where reading costs nothing."
                : Within(price.InputPrice, MaxPrice)),
            new(nameof(ModelPrice.CachedPrice), "tokens cached", static (price, _) => Within(price.CachedPrice, MaxPrice)),
            new(nameof(ModelPrice.OutputPrice), "tokens written", static (price, _) =>
                price is { OutputPrice: null, InputPrice: not null } ? "Enter this one too; 0 where writing costs nothing." : Within(price.OutputPrice, MaxPrice)),
            new(nameof(ModelPrice.Watts), "watts", static (price, _) =>
                price is { Watts: null, ElectricityPrice: not null } ? "Enter the watts that the machine draws while it answers." : Within(price.Watts, MaxWatts)),
            new(nameof(ModelPrice.ElectricityPrice), "electricity", static (price, _) =>
                price is { ElectricityPrice: not null, InputPrice: not null } ? "A model costs by its tokens or by electricity; leave one of them empty." : Within(price.ElectricityPrice, MaxElectricityPrice)),
        ],
    };

    /// <summary>All of them: one.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<ImmutableArray<ModelPrice>>(ModelsKey, "Prices of models", Format, new(
            settings => settings.Prices.Models, (settings, value) => settings with { Prices = new() { Models = value } }))
        {
            Group = TelemetrySettingDefinitions.Metrics,
            Help = "In US dollars. Of several that fit a model the first one holds. What was already answered keeps its cost.",
        },
    ];

    private static string? Model(ModelPrice price, IReadOnlyList<ModelPrice> others) =>
        price.Model.Length == 0 ? "It needs a model, such as qwen3:8b, or qwen3:* for all of its tags."
        : price.Model.Length > MaxNameLength ? $"It may have at most {MaxNameLength} characters."
        : price.Model.Any(char.IsControl) ? "It must not contain line breaks or other control characters."
        : others.Any(other => string.Equals(other.Model, price.Model, StringComparison.OrdinalIgnoreCase)) ? "This model has a price already."
        : null;

    private static string? Within(double? value, double most) =>
        value is null || (value >= 0 && value <= most) ? null : FormattableString.Invariant($"It must be a number from 0 to {most:N0}, such as 0.15.");

    [JsonSerializable(typeof(ModelPrice))]
    private sealed partial class PriceJson : JsonSerializerContext;
}
