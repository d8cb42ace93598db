using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry;

/// <summary>What models cost.</summary>
public interface IPriceList
{
    /// <summary>The price in force for that model; null where it has none. Quick, and safe to use from any thread.</summary>
    ModelPrice? Find(string model);
}
