using System.Collections.Immutable;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace OllamaStudio.Core.Settings;

/// <summary>What the process needs to know before it starts, from the same layers; the settings page does not change it.</summary>
public sealed record HostSettings
{
    private static readonly SettingSpec<int> s_port = new(SettingKeys.Port, "Port", SettingFormats.Whole)
    {
        Variables = [new("PORT")],
        Rule = SettingRules.Between(0, 65_535),
    };

    private static readonly SettingSpec<Level> s_logLevel = new(SettingKeys.LogLevel, "Log level", SettingFormats.Choice(
        ("DEBUG", Level.Debug), ("INFO", Level.Information), ("WARNING", Level.Warning), ("ERROR", Level.Error)))
    {
        Variables = [new("LOG_LEVEL")],
    };

    /// <summary>TCP port of the web app on 127.0.0.1. <c>PORT</c>. 0 lets the system choose.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>The least level that is logged. <c>LOG_LEVEL</c>: <c>DEBUG</c>, <c>INFO</c>, <c>WARNING</c> or <c>ERROR</c>; null where it is not set.</summary>
    public Level? LogLevel { get; init; }

    /// <summary>Values that made no sense; the next layer's, or the default, is used in their place.</summary>
    public ImmutableArray<SettingFault> Faults { get; init; } = [];

    /// <summary>Reads them: command line before environment before appsettings.json.</summary>
    public static HostSettings Read(SettingsLayers layers)
    {
        ArgumentNullException.ThrowIfNull(layers);

        var faults = new List<SettingFault>();
        var settings = new HostSettings();
        if (TryRead(s_port, layers, faults, out var port))
        {
            settings = settings with { Port = port };
        }

        if (TryRead(s_logLevel, layers, faults, out var level))
        {
            settings = settings with { LogLevel = level };
        }

        return settings with { Faults = [.. faults] };
    }

    private static bool TryRead<T>(SettingSpec<T> spec, SettingsLayers layers, List<SettingFault> faults, out T? value)
    {
        foreach (var source in SettingSource.Fixing(layers).Append(SettingSource.AppSettings(layers)))
        {
            if (spec.TryRead(source, faults, out value, out _))
            {
                return true;
            }
        }

        value = default;
        return false;
    }
}
