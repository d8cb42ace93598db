namespace OllamaStudio.Core.Settings;

/// <summary>Where a value stands in the settings: how it is read there, and how settings are made that have another.</summary>
/// <param name="Get">Reads it.</param>
/// <param name="Set">Gives the settings with that value in place of theirs.</param>
public sealed record SettingAccessor<T>(Func<StudioSettings, T> Get, Func<StudioSettings, T, StudioSettings> Set)
{
    /// <summary>The place of a value within this one.</summary>
    public SettingAccessor<TPart> Then<TPart>(Func<T, TPart> get, Func<T, TPart, T> set) =>
        new(settings => get(Get(settings)), (settings, part) => Set(settings, set(Get(settings), part)));
}
