using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry.Logs;

/// <summary>Has the log follow the settings. They log themselves, so that the log cannot ask for them.</summary>
public sealed class LogSettings(LogLevels levels, LogRecorder recorder, SettingsService settings, ContentCapture capture) : IHostedService, IDisposable
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        recorder.Use(capture);
        settings.Changed += Follow;
        Follow();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => settings.Changed -= Follow;

    // What nobody has set leaves it to the configuration, whose own default it is.
    private void Follow()
    {
        var level = settings.Current.LogLevel;
        levels.Set(level is LogLevel.Information && settings.FixedBy(HostSettings.LogLevelKey) is null ? null : level);
    }
}
