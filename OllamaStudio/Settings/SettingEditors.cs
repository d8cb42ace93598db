using System.Collections.Frozen;
using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools.Mcp;

namespace OllamaStudio.Settings;

/// <summary>Which component edits a setting: the one that fits its format or, for the few listed here, one of its own.</summary>
internal static class SettingEditors
{
    private static readonly FrozenDictionary<string, Type> s_own = new Dictionary<string, Type>
    {
        [DestinationSettingDefinitions.EndpointKey] = typeof(EndpointEditor),
        [DestinationSettingDefinitions.MoreKey] = typeof(DestinationsEditor),
        [TelemetrySettingDefinitions.CaptureKey] = typeof(ToggleEditor),
        [TelemetrySettingDefinitions.RedactionPatternsKey] = typeof(RedactionEditor),
        [TelemetrySettingDefinitions.SamplingRatioKey] = typeof(SamplingEditor),
        [TailSamplingSettingDefinitions.EnabledKey] = typeof(TailSamplingEditor),
        [PriceSettingDefinitions.ModelsKey] = typeof(PricesEditor),
        [AlertSettingDefinitions.RulesKey] = typeof(AlertRulesEditor),
        [ChatSettingDefinitions.PromptsKey] = typeof(PromptsEditor),
        [ChatSettingDefinitions.PresetsKey] = typeof(PresetsEditor),
        [ChatSettingDefinitions.ModelDefaultsKey] = typeof(ModelDefaultsEditor),
        [McpSettingDefinitions.ServersKey] = typeof(McpServersEditor),
        [McpSettingDefinitions.ServerUrlKey] = typeof(McpServerUrlEditor),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The component; a <see cref="SettingEditor"/>.</summary>
    public static Type ComponentOf(SettingDefinition setting) => s_own.GetValueOrDefault(setting.Key, typeof(SettingField));

    /// <summary>How the setting becomes a text.</summary>
    public static FieldText TextOf(SettingDefinition setting) => setting switch
    {
        SettingDefinition<ImmutableArray<McpServerSettings>> servers => FieldText.OfList(servers),
        SettingDefinition<ImmutableArray<DestinationSettings>> destinations => FieldText.OfList(destinations),
        SettingDefinition<ImmutableArray<ModelPrice>> prices => FieldText.OfList(prices),
        SettingDefinition<ImmutableArray<AlertRule>> rules => FieldText.OfList(rules),
        SettingDefinition<ImmutableArray<SavedPrompt>> prompts => FieldText.OfList(prompts),
        SettingDefinition<ImmutableArray<ParameterSet>> sets => FieldText.OfList(sets),
        _ => FieldText.Of(setting),
    };
}
