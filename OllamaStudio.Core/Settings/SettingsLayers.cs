using System.Collections;
using Microsoft.Extensions.Configuration;

namespace OllamaStudio.Core.Settings;

/// <summary>
/// Where settings come from beside the settings page, as plain text: the command line, the environment and appsettings.json.
/// Read once at start; a value that is empty counts as unset (as the OpenTelemetry specification asks for its variables).
/// </summary>
public sealed class SettingsLayers
{
    /// <summary>The section of appsettings.json that holds the settings, and the prefix of their keys on the command line.</summary>
    public const string SectionName = "OllamaStudio";

    private static readonly Dictionary<string, string> s_empty = [];

    /// <summary>Arguments by name, without their dashes; names do not differ by case.</summary>
    public IReadOnlyDictionary<string, string> CommandLine { get; init => field = new Dictionary<string, string>(value, StringComparer.OrdinalIgnoreCase); } = s_empty;

    /// <summary>Environment variables by name.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = s_empty;

    /// <summary>The section <see cref="SectionName"/> of appsettings.json, flattened: <c>Telemetry:ServiceName</c>, <c>Telemetry:RedactionPatterns:0</c>.</summary>
    public IReadOnlyDictionary<string, string> AppSettings { get; init => field = new Dictionary<string, string>(value, StringComparer.OrdinalIgnoreCase); } = s_empty;

    /// <summary>
    /// The layers that fix a setting, highest first. Beside its variables a setting may be given there as .NET writes
    /// configuration keys: <c>OllamaStudio__Telemetry__ServiceName</c>.
    /// </summary>
    internal IEnumerable<SettingSource> Fixing
    {
        get
        {
            SettingSource[] layers =
            [
                new(CommandLine, SectionName + ":", ":", name => "--" + name),
                new(Environment, SectionName + "__", "__", name => name),
            ];
            foreach (var layer in layers)
            {
                layer.Layers = layers;
            }

            return layers;
        }
    }

    /// <summary>The layer beneath what is saved.</summary>
    internal SettingSource Beneath => new(AppSettings, "", ":", _ => "appsettings.json") { HasVariables = false };

    /// <summary>Gathers the layers of a process.</summary>
    /// <param name="arguments">The command line: <c>--NAME=value</c>, <c>--NAME value</c>; a name alone means <c>true</c>; others are passed over.</param>
    /// <param name="environment">What <see cref="System.Environment.GetEnvironmentVariables()"/> returns.</param>
    /// <param name="appSettings">The configuration of the JSON files only: variables and arguments mixed into it would lose their rank.</param>
    public static SettingsLayers Read(IReadOnlyList<string> arguments, IDictionary environment, IConfiguration appSettings)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(appSettings);

        var variables = environment.Cast<DictionaryEntry>().ToDictionary(
            variable => (string)variable.Key,
            variable => variable.Value as string ?? "",
            OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        var section = appSettings.GetSection(SectionName).AsEnumerable(makePathsRelative: true)
            .Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Key, setting => setting.Value!);
        return new() { CommandLine = Parse(arguments), Environment = variables, AppSettings = section };
    }

    private static Dictionary<string, string> Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || arguments[i].Length == 2)
            {
                continue;
            }

            var argument = arguments[i][2..];
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                parsed[argument[..equals]] = argument[(equals + 1)..];
            }
            else if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                parsed[argument] = arguments[++i];
            }
            else
            {
                parsed[argument] = "true";
            }
        }

        return parsed;
    }
}
