using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Logs;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OllamaStudio.Core.Telemetry;

/// <summary>Adds what decides what spans hold, the host's metrics, and the log.</summary>
public static class TelemetryServiceCollectionExtensions
{
    // The framework logs each drawing of a page at Debug; the page that shows the log would draw what drawing it logged.
    private const string Framework = "Microsoft.AspNetCore";

    /// <summary>
    /// The capture of content, with the switches that the environment has for it, and metrics and logs: whoever reads or sends them
    /// joins at the same <c>WithMetrics</c> and <c>WithLogging</c>.
    /// </summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton(static provider => CaptureOptions.From(name => provider.GetRequiredService<SettingsLayers>().Environment.GetValueOrDefault(name)));
        services.AddSingleton<ContentCapture>();
        services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddMeter(StudioDiagnostics.Name).SetExemplarFilter(ExemplarFilterType.TraceBased));

        // As the settings have it at start: a reader's resource never changes.
        services.ConfigureOpenTelemetryMeterProvider(static (provider, metrics) => metrics.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes(
            StudioResource.Describe(provider.GetRequiredService<ISettings>().Current.Telemetry).Select(static pair => KeyValuePair.Create(pair.Key, (object)pair.Value)))));

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
