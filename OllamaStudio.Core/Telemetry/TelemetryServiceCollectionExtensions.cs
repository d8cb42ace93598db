using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry;

/// <summary>Adds what decides what spans hold.</summary>
public static class TelemetryServiceCollectionExtensions
{
    /// <summary>The capture of content, with the switches that the environment has for it.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton(static provider => CaptureOptions.From(name => provider.GetRequiredService<SettingsLayers>().Environment.GetValueOrDefault(name)));
        services.AddSingleton<ContentCapture>();
        return services;
    }
}
