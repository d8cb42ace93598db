using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using Pairs = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace OllamaStudio.Core.Export;

/// <summary>The settings of which traces are exported whatever the sampling ratio says.</summary>
public static class TailSamplingSettingDefinitions
{
    /// <summary>Key of <see cref="TailSamplingSettings.Enabled"/>.</summary>
    public const string EnabledKey = "Telemetry:Tail:Enabled";

    private static readonly SettingAccessor<TailSamplingSettings> s_tail = new SettingAccessor<TelemetrySettings>(
        settings => settings.Telemetry, (settings, value) => settings with { Telemetry = value }).Then(
        settings => settings.Tail, (settings, value) => settings with { Tail = value });

    private static readonly SettingGroup s_bounds = new("tail", "Tail sampling");

    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<bool>(EnabledKey, "Tail sampling", SettingFormats.Flag("Decide when a trace ends"), s_tail.Then(
            settings => settings.Enabled, (settings, value) => settings with { Enabled = value }))
        {
            Group = TelemetrySettingDefinitions.Privacy,
            Help = "Traces are held until they end. Those that a rule keeps are exported, whatever the sampling ratio; it applies to the others.",
            TestId = "setting-tail",
        },
        new SettingDefinition<bool>("Telemetry:Tail:KeepErrors", "Always keep errors", SettingFormats.Flag("Each trace with an error"), s_tail.Then(
            settings => settings.KeepErrors, (settings, value) => settings with { KeepErrors = value }))
        {
            Group = TelemetrySettingDefinitions.Privacy,
            Help = "Whichever of its spans has it.",
            TestId = "setting-tail-errors",
        },
        new SettingDefinition<bool>("Telemetry:Tail:KeepSlowest", "Always keep the slowest", SettingFormats.Flag("Slower than p95 of the model"), s_tail.Then(
            settings => settings.KeepSlowest, (settings, value) => settings with { KeepSlowest = value }))
        {
            Group = TelemetrySettingDefinitions.Privacy,
            Help = "Of the model's newest 500 traces, once there are 20.",
            TestId = "setting-tail-slowest",
        },
        new SettingDefinition<double>("Telemetry:Tail:SlowSeconds", "Slower than (s)", SettingFormats.Number(0, 86_400, "30 keeps each trace of more than half a minute."), s_tail.Then(
            settings => settings.SlowSeconds, (settings, value) => settings with { SlowSeconds = value }))
        {
            Group = TelemetrySettingDefinitions.Privacy,
            IsAdvanced = true,
            Help = "Tail sampling keeps each trace that takes more seconds; 0 for no such rule.",
            TestId = "setting-tail-slow",
        },
        new SettingDefinition<double>("Telemetry:Tail:CostUsd", "Costlier than (USD)", SettingFormats.Number(0, 10_000, "0.1 keeps each trace of more than ten cents."), s_tail.Then(
            settings => settings.CostUsd, (settings, value) => settings with { CostUsd = value }))
        {
            Group = TelemetrySettingDefinitions.Privacy,
            IsAdvanced = true,
            Help = "Tail sampling keeps each trace that costs more; 0 for no such rule. Only a model with a price has a cost.",
            TestId = "setting-tail-cost",
        },
        new SettingDefinition<int>("Telemetry:Tail:Tokens", "More tokens than", SettingFormats.Whole(0, 100_000_000), s_tail.Then(
            settings => settings.Tokens, (settings, value) => settings with { Tokens = value }))
        {
            Group = TelemetrySettingDefinitions.Privacy,
            IsAdvanced = true,
            Help = "Tail sampling keeps each trace of more tokens, read and written together; 0 for no such rule.",
            TestId = "setting-tail-tokens",
        },
        new SettingDefinition<Pairs>("Telemetry:Tail:Shares", "Ratio by model", SettingFormats.Pairs("model"), s_tail.Then(
            settings => settings.Shares, (settings, value) => settings with { Shares = value }))
        {
            Group = TelemetrySettingDefinitions.Privacy,
            IsAdvanced = true,
            Help = "For traces of a model, or whose first span has that name, a share from 0 to 1 in place of the sampling ratio.",
            Rule = Shares,
        },
        new SettingDefinition<int>("Telemetry:Tail:MaxTraces", "Traces held", SettingFormats.Whole(1, 100_000), s_tail.Then(
            settings => settings.MaxTraces, (settings, value) => settings with { MaxTraces = value }))
        {
            Group = s_bounds,
            IsAdvanced = true,
            Help = "At most this many traces wait for their end; beyond that the oldest is decided at once, by what is known of it, and counted.",
            TestId = "setting-tail-traces",
        },
        new SettingDefinition<int>("Telemetry:Tail:MaxMegabytes", "Size held (MB)", SettingFormats.Whole(1, 10_000), s_tail.Then(
            settings => settings.MaxMegabytes, (settings, value) => settings with { MaxMegabytes = value }))
        {
            Group = s_bounds,
            IsAdvanced = true,
            Help = "At most this many megabytes of spans wait; beyond that the oldest traces are decided at once.",
            TestId = "setting-tail-megabytes",
        },
        new SettingDefinition<int>("Telemetry:Tail:MaxSeconds", "Time held (s)", SettingFormats.Whole(1, 86_400), s_tail.Then(
            settings => settings.MaxSeconds, (settings, value) => settings with { MaxSeconds = value }))
        {
            Group = s_bounds,
            IsAdvanced = true,
            Help = "A trace that has not ended after that many seconds is decided then.",
            TestId = "setting-tail-seconds",
        },
    ];

    /// <summary>Whether a variable (<c>OTEL_TRACES_SAMPLER</c>) gives the ratio: whoever sets it means the head sampler, and what that leaves out stays out.</summary>
    public static bool HeadDecidesFirst(SettingsService settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.FixedBy(TelemetrySettingDefinitions.SamplingRatioKey)?.Contains(OpenTelemetryVariables.Sampler.Name, StringComparison.Ordinal) is true;
    }

    private static string? Shares(Pairs value) =>
        SettingRules.Attributes(value) ?? (value.FirstOrDefault(static pair => TailPolicy.ShareOf(pair.Value) is null).Key is { } name
            ? $"The share of {name} must be a number from 0 to 1."
            : null);
}
