using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Logs;
using OpenTelemetry.Logs;

namespace OllamaStudio.Core.Telemetry;

/// <summary>Adds what decides what spans hold, and the log.</summary>
public static class TelemetryServiceCollectionExtensions
{
    // The framework logs each drawing of a page at Debug; the page that shows the log would draw what drawing it logged.
    private const string Framework = "Microsoft.AspNetCore";

    /// <summary>The capture of content, with the switches that the environment has for it, and the host's logging, which an exporter can join.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton(static provider => CaptureOptions.From(name => provider.GetRequiredService<SettingsLayers>().Environment.GetValueOrDefault(name)));
        services.AddSingleton<ContentCapture>();

        services.AddSingleton<LogStore>();
        services.AddSingleton<LogRecorder>();
        services.AddSingleton<LogLevels>();
        services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(static provider => provider.GetRequiredService<LogLevels>());
        services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(static provider => provider.GetRequiredService<LogLevels>());
        services.AddHostedService<LogSettings>();
        services.AddLogging(static logging => logging.AddFilter<OpenTelemetryLoggerProvider>(Framework, LogLevel.Warning));
        services.AddOpenTelemetry().WithLogging(
            static logging => logging.AddProcessor(static provider => provider.GetRequiredService<LogRecorder>()),
            static options => options.IncludeFormattedMessage = true);
        return services;
    }
}
