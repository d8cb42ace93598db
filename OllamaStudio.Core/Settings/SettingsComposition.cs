using System.Collections.Frozen;
using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>The settings as they come out of their layers at start.</summary>
internal sealed class SettingsComposition
{
    private SettingsComposition(
        StudioSettings current, StudioSettings beneath, FrozenDictionary<string, string> fixedBy, ImmutableArray<SettingFault> faults)
    {
        Current = current;
        Beneath = beneath;
        FixedBy = fixedBy;
        Faults = faults;
    }

    /// <summary>What is in force.</summary>
    public StudioSettings Current { get; }

    /// <summary>What would hold if nothing were saved or fixed: appsettings.json over the defaults.</summary>
    public StudioSettings Beneath { get; }

    /// <summary>By key, what fixes a setting.</summary>
    public FrozenDictionary<string, string> FixedBy { get; }

    /// <summary>Values that were passed over.</summary>
    public ImmutableArray<SettingFault> Faults { get; }

    /// <summary>Puts the layers on each other.</summary>
    public static SettingsComposition Of(SettingCatalog catalog, SettingsLayers layers, SettingsFile file, ISecretProtector protector)
    {
        var faults = new List<SettingFault>();
        var appSettings = SettingSource.AppSettings(layers);
        var beneath = catalog.OfStudio.Aggregate(new StudioSettings(), (settings, setting) => setting.Apply(appSettings, settings, faults, out _));

        var current = beneath;
        var fixedBy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in catalog.OfStudio)
        {
            current = setting.Load(file, protector, current, faults);
            foreach (var source in SettingSource.Fixing(layers))
            {
                current = setting.Apply(source, current, faults, out var from);
                if (from is not null)
                {
                    fixedBy[setting.Key] = from;
                    break;
                }
            }
        }

        faults.AddRange(catalog.Limits
            .Where(limit => limit.IsBroken(current))
            .Select(limit => limit.FaultOfLayers(current, fixedBy.GetValueOrDefault(limit.Lesser.Key)))
            .OfType<SettingFault>());
        return new(catalog.Fit(current), beneath, fixedBy.ToFrozenDictionary(StringComparer.Ordinal), [.. faults]);
    }
}
