using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>One section of the settings page: its heading, and fields in one or more parts.</summary>
/// <param name="Group">Id and heading.</param>
/// <param name="Parts">The fields.</param>
internal sealed record SettingsSection(SettingGroup Group, ImmutableArray<SettingsSection.Part> Parts)
{
    private static readonly SettingGroup s_advanced = new("advanced", "Advanced");

    /// <summary>The sections that the fields make: one for each group, and the advanced ones of all groups at the end.</summary>
    public static ImmutableArray<SettingsSection> Of(IReadOnlyList<FormField> fields)
    {
        var sections = fields
            .Where(field => !field.Setting.IsAdvanced)
            .GroupBy(field => field.Setting.Group!)
            .Select(group => new SettingsSection(group.Key, [new(null, [.. group])]))
            .ToList();

        // Those of a group without a section of its own stand together under its name.
        var parts = fields
            .Where(field => field.Setting.IsAdvanced)
            .GroupBy(field => sections.Exists(section => section.Group == field.Setting.Group) ? null : field.Setting.Group!.Title)
            .OrderBy(part => part.Key is not null)
            .Select(part => new Part(part.Key, [.. part]))
            .ToImmutableArray();
        return parts.IsEmpty ? [.. sections] : [.. sections, new(s_advanced, parts)];
    }

    /// <summary>Fields under one legend.</summary>
    /// <param name="Legend">The legend; null for none.</param>
    /// <param name="Fields">The fields.</param>
    internal sealed record Part(string? Legend, ImmutableArray<FormField> Fields);
}
