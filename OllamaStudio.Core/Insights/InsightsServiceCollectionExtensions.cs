using Microsoft.Extensions.DependencyInjection;

namespace OllamaStudio.Core.Insights;

/// <summary>Adds what is learnt from many spans.</summary>
public static class InsightsServiceCollectionExtensions
{
    /// <summary>The dashboard's reader, and that of baselines.</summary>
    public static IServiceCollection AddInsights(this IServiceCollection services)
    {
        services.AddSingleton<DashboardReader>();
        services.AddSingleton<BaselineReader>();
        return services;
    }
}
