using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Export.Push;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Logs;
using OpenTelemetry.Trace;

namespace OllamaStudio.Core.Export;

/// <summary>Adds the export of spans.</summary>
public static class ExportServiceCollectionExtensions
{
    /// <summary>
    /// The host's tracing, which lives as long as the host and ends in the router, the push of metrics, and the service behind these, which
    /// follows the settings. Logs come from the recorder that redacts them, where there is one.
    /// </summary>
    public static IServiceCollection AddExport(this IServiceCollection services)
    {
        services.AddSingleton<SpanRouter>();
        services.AddSingleton(static provider => new TailSampler(
            provider.GetRequiredService<SpanRouter>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<SettingsService>() is { } settings && TailSamplingSettingDefinitions.HeadDecidesFirst(settings)));
        services.AddSingleton<ITailSampling>(static provider => provider.GetRequiredService<TailSampler>());
        services.AddSingleton<ISamplingDecisions>(static provider => provider.GetRequiredService<TailSampler>());
        services.AddOpenTelemetry().WithTracing(tracing => tracing
            .AddSource(StudioDiagnostics.Name)
            .SetSampler(static provider => new HeadSampler(provider.GetRequiredService<ISettings>().SampledShare, provider.GetRequiredService<TailSampler>()))
            .AddProcessor(static provider => provider.GetRequiredService<SpanRouter>()));
        services.AddSingleton<MetricPush>();
        services.AddSingleton(static provider => new LogPush(
            provider.GetService<LogRecorder>(), provider.GetRequiredService<AnsweredServers>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SignalSender>>()));
        services.AddSingleton(static provider => new ExportService(
            provider.GetRequiredService<ISettings>(),
            provider.GetRequiredService<AnsweredServers>(),
            provider.GetRequiredService<SpanRouter>(),
            provider.GetRequiredService<TailSampler>(),
            provider.GetRequiredService<MetricPush>(),
            provider.GetRequiredService<LogPush>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ExportService>>(),
            provider.GetService<IExportedSpans>(),
            provider.GetService<DataFolder>()));
        services.AddSingleton<IExportMonitor>(static provider => provider.GetRequiredService<ExportService>());
        services.AddHostedService(static provider => provider.GetRequiredService<ExportService>());
        return services;
    }

    /// <summary>
    /// Goes last into the host's configuration. What says there that the SDK is disabled would do so for the life of the process,
    /// whatever a person sets later; the settings read the variables themselves.
    /// </summary>
    public static IConfigurationBuilder LeaveOpenTelemetryToSettings(this IConfigurationBuilder configuration) =>
        configuration.AddInMemoryCollection([new(OpenTelemetryVariables.DisabledName, bool.FalseString)]);

    private static double SampledShare(this ISettings settings) => settings.Current.Telemetry is { Exports: true } telemetry ? telemetry.SamplingRatio : 0;
}
