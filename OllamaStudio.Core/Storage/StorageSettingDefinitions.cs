using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Storage;

/// <summary>The settings of how long what was recorded is kept.</summary>
public static class StorageSettingDefinitions
{
    private static readonly SettingAccessor<StorageSettings> s_storage = new(
        settings => settings.Storage, (settings, value) => settings with { Storage = value });

    /// <summary>The section of the page that tells of a person's data.</summary>
    public static SettingGroup Group { get; } = new("data", "Your data") { Help = "All of it is on this machine. Conversations are kept until you delete them; what was measured goes by age and size." };

    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<int>("Storage:SpanDays", "Keep traces (days)", SettingFormats.Whole(1, 36_500), s_storage.Then(
            settings => settings.SpanDays, (settings, value) => settings with { SpanDays = value }))
        {
            Group = Group,
            Help = "Older traces are deleted.",
            TestId = "setting-span-days",
        },
        new SettingDefinition<int>("Storage:SpanMegabytes", "Traces take at most (MB)", SettingFormats.Whole(10, 1_000_000), s_storage.Then(
            settings => settings.SpanMegabytes, (settings, value) => settings with { SpanMegabytes = value }))
        {
            Group = Group,
            Help = "Beyond that the oldest traces are deleted.",
            TestId = "setting-span-megabytes",
        },
        new SettingDefinition<int>("Storage:MaxTraces", "Most traces", SettingFormats.Whole(1_000, 100_000_000), s_storage.Then(
            settings => settings.MaxTraces, (settings, value) => settings with { MaxTraces = value }))
        {
            Group = Group,
            IsAdvanced = true,
            Help = "Beyond that the oldest traces are deleted.",
            TestId = "setting-max-traces",
        },
        new SettingDefinition<int>("Storage:RollupDays", "Keep counts (days)", SettingFormats.Whole(1, 36_500), s_storage.Then(
            settings => settings.RollupDays, (settings, value) => settings with { RollupDays = value }))
        {
            Group = Group,
            IsAdvanced = true,
            Help = "The counts behind the dashboard, per minute and hour; they hold no content.",
            TestId = "setting-rollup-days",
        },
    ];
}
