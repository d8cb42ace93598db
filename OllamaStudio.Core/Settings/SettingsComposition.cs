using System.Collections.Frozen;
using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>The settings as they come out of their layers at start.</summary>
/// <param name="Current">What is in force.</param>
/// <param name="Beneath">What would hold if nothing were saved or fixed: appsettings.json over the defaults.</param>
/// <param name="FixedBy">By key, what fixes a setting.</param>
/// <param name="Faults">Values that were passed over.</param>
internal sealed record SettingsComposition(
    StudioSettings Current, StudioSettings Beneath, FrozenDictionary<string, string> FixedBy, ImmutableArray<SettingFault> Faults)
{
    /// <summary>Puts the layers on each other.</summary>
    public static SettingsComposition Of(SettingCatalog catalog, SettingsLayers layers, SettingsDocument saved)
    {
        var faults = new List<SettingFault>();
        var beneath = catalog.OfStudio.Aggregate(new StudioSettings(), (settings, setting) => setting.Apply([layers.Beneath], settings, faults, out _));

        var current = beneath;
        var fixedBy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in catalog.OfStudio)
        {
            current = setting.Apply(layers.Fixing, setting.Load(saved, current, beneath, faults), faults, out var from);
            if (from is not null)
            {
                fixedBy[setting.Key] = from;
            }
        }

        faults.AddRange(catalog.Limits
            .Where(limit => limit.IsBroken(current))
            .Select(limit => limit.FaultOfLayers(current, fixedBy.GetValueOrDefault(limit.Lesser.Key)))
            .OfType<SettingFault>());
        return new(catalog.Fit(current), beneath, fixedBy.ToFrozenDictionary(StringComparer.Ordinal), [.. faults]);
    }
}
