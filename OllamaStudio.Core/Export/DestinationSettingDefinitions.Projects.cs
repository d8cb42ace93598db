using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <content>Which project of Phoenix a destination's traces go to.</content>
public static partial class DestinationSettingDefinitions
{
    private static readonly SettingFormat<ProjectRule> s_projectRules = SettingFormats.Choice(
        (ProjectRule.One, "One for all", "All traces go to the project above."),
        (ProjectRule.Model, "One for each model", "The model’s name is added to the project’s: default-qwen3:8b. A trace without a model goes to the project above."),
        (ProjectRule.Conversation, "One for each conversation", "The beginning of the conversation’s id is added to the project’s. A trace that belongs to no conversation goes to the project above."));

    private static IEnumerable<SettingDefinition> ProjectsOf(Place at) =>
    [
        new SettingDefinition<string>(at.Key("ProjectName"), "Phoenix project", SettingFormats.Text, at.To.Then(
            settings => settings.ProjectName, (settings, value) => settings with { ProjectName = value }))
        {
            StoredAt = at.StoredAt(nameof(DestinationSettings.ProjectName)),
            Group = at.Group,
            IsAdvanced = !at.IsFirst,
            Help = "The Phoenix project that receives the traces.",
            Meaning = at.Meaning("Phoenix project"),
            Variables = [.. at.OfPhoenix("PHOENIX_PROJECT_NAME"), OpenTelemetryVariables.InResource(ResourceNames.OpenInferenceProjectName, ResourceNames.PhoenixProjectName)],
            Rule = SettingRules.Name,
            TestId = at.IsFirst ? "setting-project" : null,
        },
        new SettingDefinition<ProjectRule>(at.Prefix + nameof(DestinationSettings.ProjectRule), "Projects", s_projectRules, at.To.Then(
            settings => settings.ProjectRule, (settings, value) => settings with { ProjectRule = value }))
        {
            Group = at.Group,
            IsAdvanced = true,
            Help = "Phoenix creates a project when its first trace arrives, and keeps each trace in the project where it was first seen.",
            TestId = at.IsFirst ? "setting-project-rule" : null,
        },
    ];
}
