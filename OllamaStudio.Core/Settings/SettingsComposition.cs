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
    public static SettingsComposition Of(SettingsLayers layers, SettingsFile file, ISecretProtector protector)
    {
        var faults = new List<SettingFault>();
        var appSettings = SettingSource.AppSettings(layers);
        var beneath = SettingCatalog.All.Aggregate(new StudioSettings(), (settings, setting) => setting.Apply(appSettings, settings, faults, out _));

        var current = beneath;
        var fixedBy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in SettingCatalog.All)
        {
            if (file.TryGet(setting.Key, out var saved))
            {
                current = setting.Load(saved, SettingsFile.Name, protector, current, faults);
            }

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

        var fitted = FitBatch(current);
        if (!ReferenceEquals(fitted, current) && current.Telemetry.Batch.MaxExportBatchSize != new BatchSettings().MaxExportBatchSize)
        {
            faults.Add(new(SettingKeys.MaxExportBatchSize, fixedBy.GetValueOrDefault(SettingKeys.MaxExportBatchSize), FormattableString.Invariant(
                $"It is larger than the queue; {fitted.Telemetry.Batch.MaxExportBatchSize:N0}, the size of the queue, is used.")));
        }

        return new(fitted, beneath, fixedBy.ToFrozenDictionary(StringComparer.Ordinal), [.. faults]);
    }

    /// <summary>Cuts the batch to the queue, where the two come from different layers: the processor takes no larger one.</summary>
    public static StudioSettings FitBatch(StudioSettings settings)
    {
        var batch = settings.Telemetry.Batch;
        return batch.MaxExportBatchSize <= batch.MaxQueueSize
            ? settings
            : settings with { Telemetry = settings.Telemetry with { Batch = batch with { MaxExportBatchSize = batch.MaxQueueSize } } };
    }
}
