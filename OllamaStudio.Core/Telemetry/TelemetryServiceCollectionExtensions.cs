using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Settings;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OllamaStudio.Core.Telemetry;

/// <summary>Adds what decides what spans hold, and the host's metrics.</summary>
public static class TelemetryServiceCollectionExtensions
{
    /// <summary>
    /// The capture of content, with the switches that the environment has for it, and metrics: whoever reads them joins at the same
    /// <c>WithMetrics</c>. The push has a provider of its own, for it is not always on.
    /// </summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton(static provider => CaptureOptions.From(name => provider.GetRequiredService<SettingsLayers>().Environment.GetValueOrDefault(name)));
        services.AddSingleton<ContentCapture>();
        services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddStudio());

        // As the settings have it at start: a reader's resource never changes.
        services.ConfigureOpenTelemetryMeterProvider(static (provider, metrics) => metrics.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes(
            StudioResource.Describe(provider.GetRequiredService<ISettings>().Current.Telemetry).Select(static pair => KeyValuePair.Create(pair.Key, (object)pair.Value)))));
        return services;
    }

    /// <summary>The studio's instruments, with exemplars of spans that are recorded: whoever reads them reads the same.</summary>
    internal static MeterProviderBuilder AddStudio(this MeterProviderBuilder metrics) =>
        metrics.AddMeter(StudioDiagnostics.Name).SetExemplarFilter(ExemplarFilterType.TraceBased);
}
