using System.Collections.Frozen;
using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>Every setting, once: the definitions that the features contribute, put together at composition.</summary>
public sealed class SettingCatalog
{
    private readonly FrozenDictionary<string, SettingDefinition> _byKey;

    /// <summary>Gathers definitions.</summary>
    /// <param name="definitions">All of them, in the order of the page and of the README's table.</param>
    /// <param name="limits">What binds two of them.</param>
    /// <exception cref="ArgumentException">Two have the same key.</exception>
    public SettingCatalog(IEnumerable<SettingDefinition> definitions, IEnumerable<SettingLimit>? limits = null)
    {
        All = [.. definitions];
        OfStudio = [.. All.Where(setting => setting.IsOfStudio)];
        Limits = [.. limits ?? []];
        _byKey = All.ToFrozenDictionary(setting => setting.Key, StringComparer.Ordinal);
    }

    /// <summary>All settings, those of the host too.</summary>
    public ImmutableArray<SettingDefinition> All { get; }

    /// <summary>The settings of <see cref="StudioSettings"/>.</summary>
    public ImmutableArray<SettingDefinition> OfStudio { get; }

    /// <summary>What binds two of them.</summary>
    public ImmutableArray<SettingLimit> Limits { get; }

    /// <summary>The setting of that key.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public SettingDefinition this[string key] =>
        _byKey.TryGetValue(key, out var setting) ? setting : throw new ArgumentException($"There is no setting {key}.", nameof(key));

    /// <summary>Cuts what is above its limit.</summary>
    internal StudioSettings Fit(StudioSettings settings) => Limits.Aggregate(settings, (fitted, limit) => limit.Fit(fitted));
}
