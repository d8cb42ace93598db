using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>The settings of what is watched.</summary>
public static partial class AlertSettingDefinitions
{
    /// <summary>Key of <see cref="AlertSettings.Rules"/>.</summary>
    public const string RulesKey = "Alerts:Rules";

    /// <summary>Key of <see cref="AlertSettings.WebhookUrl"/>.</summary>
    public const string WebhookKey = "Alerts:WebhookUrl";

    /// <summary>The longest window, in minutes: as far back as samples are kept.</summary>
    public const int MostMinutes = 60;

    private const int MostCount = 10_000;
    private const double MostThreshold = 1_000_000;

    private static readonly SettingGroup s_group = new("alerts", "Alerts") { Help = "The studio watches its own figures, of chat and gateway each for itself, and says when one is beyond its limit." };

    private static readonly SettingAccessor<AlertSettings> s_alerts = new(settings => settings.Alerts, (settings, value) => settings with { Alerts = value });

    /// <summary>The list of rules, each checked in the order of its form.</summary>
    public static ListFormat<AlertRule> Format { get; } = new(AlertRuleJson.Default.AlertRule, "rule")
    {
        Needs = "the Rule that it changes, such as errors",
        Name = static rule => rule.Rule,
        Tidy = static rule => rule with { Rule = rule.Rule.Trim() },
        Rules =
        [
            new(nameof(AlertRule.Rule), "rule", static (rule, others) =>
                AlertKind.Find(rule.Rule) is null ? $"It must be one of {string.Join(", ", AlertKind.All.Select(static kind => kind.Id))}."
                : others.Any(other => other.Rule == rule.Rule) ? "It is in the list already; leave one of them out."
                : null),
            new(nameof(AlertRule.Threshold), "limit", static (rule, _) => Threshold(rule)),
            new(nameof(AlertRule.WindowMinutes), "window", static (rule, _) => Whole(rule.WindowMinutes, 1, MostMinutes)),
            new(nameof(AlertRule.LeastCount), "least count", static (rule, _) => Whole(rule.LeastCount, 1, MostCount)),
            new(nameof(AlertRule.HoldMinutes), "hold", static (rule, _) => Whole(rule.HoldMinutes, 0, MostMinutes)),
        ],
    };

    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<ImmutableArray<AlertRule>>(RulesKey, "Alert rules", Format, s_alerts.Then(
            settings => settings.Rules, (settings, value) => settings with { Rules = value }))
        {
            Group = s_group,
            Help = "An alert begins when the figure was beyond its limit for as long as it must hold, and is over when it was within it for as long.",
        },
        new SettingDefinition<string?>(WebhookKey, "Webhook", SettingFormats.OptionalCode, s_alerts.Then(
            settings => settings.WebhookUrl, (settings, value) => settings with { WebhookUrl = value }))
        {
            Group = s_group,
            Help = "Told as JSON when an alert begins and when it is over: rule, figure, limit and window, and never a word of anybody. Three tries of five seconds.",
            Placeholder = "https://example.com/hook",
            Rule = static value => value is null || (Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
                ? null
                : "It must be a whole address that begins with http:// or https://, without a user name in it.",
            IsSecret = true,
            TestId = "setting-alert-webhook",
        },
    ];

    private static string? Threshold(AlertRule rule)
    {
        var most = AlertKind.Find(rule.Rule)?.Unit is AlertUnit.Percent ? 100 : MostThreshold;
        return rule.Threshold is null or >= 0 && !(rule.Threshold > most) ? null : FormattableString.Invariant($"It must be a number from 0 to {most:N0}.");
    }

    private static string? Whole(int value, int least, int most) => SettingRules.Between(least, most)(value);

    [JsonSerializable(typeof(AlertRule))]
    private sealed partial class AlertRuleJson : JsonSerializerContext;
}
