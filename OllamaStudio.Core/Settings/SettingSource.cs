namespace OllamaStudio.Core.Settings;

/// <summary>One layer of plain text that settings are read from, and how its values are named to a person.</summary>
internal sealed class SettingSource
{
    private readonly IReadOnlyDictionary<string, string> _values;
    private readonly string _prefix;
    private readonly string _separator;
    private readonly Func<string, string> _describe;

    private SettingSource(
        IReadOnlyDictionary<string, string> values, string prefix, string separator, bool hasVariables, Func<string, string> describe)
    {
        _values = values;
        _prefix = prefix;
        _separator = separator;
        HasVariables = hasVariables;
        _describe = describe;
    }

    /// <summary>Whether settings may also be given under the names of their environment variables.</summary>
    public bool HasVariables { get; }

    public static SettingSource CommandLine(SettingsLayers layers) =>
        new(layers.CommandLine, SettingsLayers.SectionName + ":", ":", hasVariables: true, name => "--" + name);

    /// <summary>Beside its own variables a setting may be given as .NET writes configuration keys: <c>OllamaStudio__Telemetry__ServiceName</c>.</summary>
    public static SettingSource Environment(SettingsLayers layers) =>
        new(layers.Environment, SettingsLayers.SectionName + "__", "__", hasVariables: true, name => name);

    public static SettingSource AppSettings(SettingsLayers layers) =>
        new(layers.AppSettings, "", ":", hasVariables: false, _ => "appsettings.json");

    /// <summary>The layers that fix a setting, highest first.</summary>
    public static IEnumerable<SettingSource> Fixing(SettingsLayers layers) => [CommandLine(layers), Environment(layers)];

    /// <summary>The value of that name; null where it is unset or empty.</summary>
    public string? this[string name] => _values.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>The value of that name, for a person: <c>--PORT</c>, <c>PORT</c>, <c>appsettings.json</c>.</summary>
    public string Describe(string name) => _describe(name);

    /// <summary>The name under which a setting's own key stands in this layer.</summary>
    public string OwnName(string key) => _prefix + key.Replace(":", _separator, StringComparison.Ordinal);

    /// <summary>What stands under a setting's own key: a text, or children (<c>…:0</c>, <c>…:team</c>); null for nothing.</summary>
    public RawSetting? Own(string key)
    {
        var name = OwnName(key);
        if (this[name] is { } text)
        {
            return RawSetting.Of(text);
        }

        var path = name + _separator;
        var children = _values
            .Where(value => value.Key.StartsWith(path, StringComparison.OrdinalIgnoreCase) && value.Key.Length > path.Length)
            .Select(value => KeyValuePair.Create(value.Key[path.Length..], value.Value))
            .ToArray();
        return children.Length > 0 ? RawSetting.Of(children) : null;
    }
}
