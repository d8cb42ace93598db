using System.IO.Enumeration;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>The prices of the settings, as they are in force when asked for.</summary>
public sealed class PriceList(ISettings settings) : IPriceList
{
    /// <inheritdoc />
    public ModelPrice? Find(string model) => settings.Current.Prices.Models.FirstOrDefault(price => Fits(price.Model, model));

    private static bool Fits(string priced, string model) => priced.Contains('*', StringComparison.Ordinal)
        ? FileSystemName.MatchesSimpleExpression(priced, model)
        : ModelNames.Same(priced, model);
}
