using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>Adds what is learnt from many spans.</summary>
public static class InsightsServiceCollectionExtensions
{
    /// <summary>The dashboard's reader, that of baselines, and the prices.</summary>
    public static IServiceCollection AddInsights(this IServiceCollection services)
    {
        services.AddSingleton<DashboardReader>();
        services.AddSingleton<BaselineReader>();
        services.AddSingleton<IPriceList, PriceList>();
        return services;
    }
}
