using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>One section of the settings page: fields that stand open, and folds of those that few need.</summary>
/// <param name="Group">Id, heading and what to know.</param>
/// <param name="Fields">The fields that stand open.</param>
/// <param name="Folds">The others.</param>
internal sealed record SettingsSection(SettingGroup Group, ImmutableArray<FormField> Fields, ImmutableArray<SettingsSection.Fold> Folds)
{
    private static readonly SettingGroup s_advanced = new("advanced", "Advanced") { Help = "The defaults suit nearly everybody." };

    // In the order of the page.
    private static readonly ImmutableArray<(string Id, string Icon)> s_places =
        [("ollama", "server"), ("chat", "chat"), ("privacy", "eye"), ("export", "upload"), ("otlp", "upload"), ("service", "tag"), ("tools", "tool"), ("prices", "percent"), ("alerts", "bell"), ("data", "database"), (s_advanced.Id, "sliders")];

    /// <summary>The icon beside its name in the navigation.</summary>
    public string Icon => s_places.FirstOrDefault(place => place.Id == Group.Id).Icon ?? "settings";

    /// <summary>The sections that the fields make: one for each group, and one at the end for the groups in which all is advanced.</summary>
    public static ImmutableArray<SettingsSection> Of(IEnumerable<FormField> fields)
    {
        var groups = fields.GroupBy(field => field.Setting.Group!).ToLookup(group => group.All(field => field.Setting.IsAdvanced));
        var sections = groups[false].Select(group => new SettingsSection(
            group.Key,
            [.. group.Where(field => !field.Setting.IsAdvanced)],
            group.Any(field => field.Setting.IsAdvanced) ? [new("More", [.. group.Where(field => field.Setting.IsAdvanced)])] : []));
        SettingsSection advanced = new(s_advanced, [], [.. groups[true].Select(group => new Fold(group.Key.Title, [.. group]))]);
        return [.. sections.Append(advanced).Where(section => section.Fields.Length + section.Folds.Length > 0).OrderBy(Place)];
    }

    private static int Place(SettingsSection section) => s_places.Select(place => place.Id).Append(section.Group.Id).Index().First(place => place.Item == section.Group.Id).Index;

    /// <summary>Fields that are folded away at first.</summary>
    /// <param name="Title">What they are.</param>
    /// <param name="Fields">The fields.</param>
    internal sealed record Fold(string Title, ImmutableArray<FormField> Fields)
    {
        /// <summary>What is in it: <c>More: proxy login, headers for Ollama</c>.</summary>
        public string Summary => $"{Title}: {string.Join(", ", Fields.Select(each => char.ToLowerInvariant(each.Setting.Label[0]) + each.Setting.Label[1..]))}";

        /// <summary>Whether it stands open when the page is opened: where a value was passed over, which says so in it.</summary>
        public bool IsOpen => Fields.Any(each => each.PassedOver is not null);
    }
}
