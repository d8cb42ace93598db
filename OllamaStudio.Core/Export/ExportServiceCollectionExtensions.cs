using Microsoft.Extensions.DependencyInjection;

namespace OllamaStudio.Core.Export;

/// <summary>Adds the export of spans.</summary>
public static class ExportServiceCollectionExtensions
{
    /// <summary>The service that sends spans, and how it stands.</summary>
    public static IServiceCollection AddExport(this IServiceCollection services)
    {
        services.AddSingleton<ExportService>();
        services.AddSingleton<IExportMonitor>(static provider => provider.GetRequiredService<ExportService>());
        services.AddHostedService(static provider => provider.GetRequiredService<ExportService>());
        return services;
    }
}
