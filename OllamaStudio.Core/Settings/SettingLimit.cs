namespace OllamaStudio.Core.Settings;

/// <summary>
/// One number may not be above another. Entered so, it is a fault; where the two come from different layers, the lesser is
/// cut to the greater.
/// </summary>
/// <param name="Lesser">The number that must not be above.</param>
/// <param name="Greater">The number that bounds it.</param>
/// <param name="LesserName">What a sentence calls the lesser: "the size of a batch".</param>
/// <param name="GreaterName">What a sentence calls the greater: "the size of the queue".</param>
public sealed record SettingLimit(SettingDefinition<int> Lesser, SettingDefinition<int> Greater, string LesserName, string GreaterName)
{
    internal bool IsBroken(StudioSettings settings) => Lesser.Get(settings) > Greater.Get(settings);

    internal StudioSettings Fit(StudioSettings settings) => IsBroken(settings) ? Lesser.Set(settings, Greater.Get(settings)) : settings;

    /// <summary>The fault of values that were entered: at whichever of the two can be changed.</summary>
    internal SettingFault Fault(StudioSettings settings, bool isLesserFixed) => isLesserFixed
        ? new(Greater.Key, null, FormattableString.Invariant($"It must be at least {LesserName}, {Lesser.Get(settings):N0}."))
        : new(Lesser.Key, null, FormattableString.Invariant($"It may be at most {GreaterName}, {Greater.Get(settings):N0}."));

    /// <summary>The fault of values that were read; null where the lesser is only what nobody set.</summary>
    internal SettingFault? FaultOfLayers(StudioSettings settings, string? lesserSource) => Lesser.Get(settings) == Lesser.Get(new())
        ? null
        : new(Lesser.Key, lesserSource, FormattableString.Invariant($"It is larger than {GreaterName}, {Greater.Get(settings):N0}, which is used in its place."));
}
