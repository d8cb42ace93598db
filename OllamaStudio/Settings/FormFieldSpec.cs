using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>How one setting becomes the text of a field, and the other way round.</summary>
/// <param name="Key">One of <see cref="SettingKeys"/>.</param>
/// <param name="Read">The text; a secret is never in it (see <see cref="FormField.Kept"/>).</param>
/// <param name="Write">The settings with what the text says. A text that cannot be read becomes a value that the setting's rule refuses, or is told to the last argument.</param>
internal sealed record FormFieldSpec(
    string Key, Func<StudioSettings, string> Read, Func<StudioSettings, string, Action<string>, StudioSettings> Write);
