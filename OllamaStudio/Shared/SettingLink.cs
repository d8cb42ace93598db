namespace OllamaStudio.Shared;

/// <summary>The way to one setting: its input on the settings page, which is scrolled to, unfolded and given the keyboard.</summary>
public static class SettingLink
{
    /// <summary>Id of the input on the page.</summary>
    /// <param name="key">The setting's key, such as <c>Telemetry:Capture</c>.</param>
    public static string IdOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return "field-" + key.Replace(':', '-').ToLowerInvariant();
    }

    /// <summary>Address of the input.</summary>
    /// <inheritdoc cref="IdOf" path="/param"/>
    public static string To(string key) => $"/settings#{IdOf(key)}";
}
