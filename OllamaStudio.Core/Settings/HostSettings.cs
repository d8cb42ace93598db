using System.Collections.Immutable;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace OllamaStudio.Core.Settings;

/// <summary>What the process needs to know before it starts, from the same layers; of these the settings page changes the log level alone.</summary>
public sealed record HostSettings
{
    /// <summary>Key of <see cref="LogLevel"/>.</summary>
    public const string LogLevelKey = "LogLevel";

    // The one of them that changes while the studio runs: what is logged before there are settings goes by it as well.
    private static readonly SettingDefinition<Level> s_logLevel = new(
        LogLevelKey,
        "Log level",
        SettingFormats.Named((Level.Debug, "DEBUG"), (Level.Information, "INFO"), (Level.Warning, "WARNING"), (Level.Error, "ERROR")),
        new(settings => settings.LogLevel, (settings, value) => settings with { LogLevel = value }))
    {
        Group = new("logs", "Logs"),
        IsAdvanced = true,
        Help = "The least that the studio logs of itself, on the console and on its page of logs. It never logs content.",
        TestId = "setting-log-level",
        Variables = [new("LOG_LEVEL")],
        Meaning = "`DEBUG`, `INFO`, `WARNING`, `ERROR`",
        DefaultText = "`INFO`",
    };

    private static readonly SettingDefinition<int> s_port = new("Port", "Port", SettingFormats.Whole(0, 65_535))
    {
        Variables = [new("PORT")],
        Meaning = "port of the web app on 127.0.0.1; beyond loopback by `--urls` / `ASPNETCORE_URLS` with `AllowedHosts`, and only with a token",
        DefaultText = "`5080`",
    };

    private static readonly SettingDefinition<string> s_dataFolder = new("DataFolder", "Data folder", SettingFormats.Code)
    {
        Variables = [new("OLLAMASTUDIO_DATA")],
        Meaning = "folder of settings, keys and access token; one studio at a time uses it",
        DefaultText = $"`{Settings.DataFolder.DefaultName}` in the home folder",
    };

    /// <summary>TCP port of the web app on 127.0.0.1. <c>PORT</c>. 0 lets the system choose.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>The least level that is logged. <c>LOG_LEVEL</c>: <c>DEBUG</c>, <c>INFO</c>, <c>WARNING</c> or <c>ERROR</c>; null where it is not set.</summary>
    public Level? LogLevel { get; init; }

    /// <summary>The folder of settings and keys as a person wrote it. <c>OLLAMASTUDIO_DATA</c>; null where it is not set.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Values that made no sense; the next layer's, or the default, is used in their place.</summary>
    public ImmutableArray<SettingFault> Faults { get; init; } = [];

    /// <summary>Whether the port that was asked for makes no sense: another would not be found.</summary>
    public bool IsPortFaulty => Faults.Any(fault => fault.Key == s_port.Key);

    /// <summary>The definitions of these settings.</summary>
    public static IEnumerable<SettingDefinition> Definitions => [s_logLevel, s_port, s_dataFolder];

    /// <summary>Reads them: command line before environment before appsettings.json.</summary>
    public static HostSettings Read(SettingsLayers layers)
    {
        var faults = new List<SettingFault>();
        var settings = new HostSettings();
        return settings with
        {
            Port = s_port.TryRead(layers, faults, out var port, out _) ? port : settings.Port,
            LogLevel = s_logLevel.TryRead(layers, faults, out var level, out _) ? level : null,
            DataFolder = s_dataFolder.TryRead(layers, faults, out var folder, out _) ? folder : null,
            Faults = [.. faults],
        };
    }
}
