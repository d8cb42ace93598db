using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Insights.Coverage;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Core.Insights.Residency;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>Adds what is learnt from many spans.</summary>
public static class InsightsServiceCollectionExtensions
{
    /// <summary>The dashboard's reader, that of baselines, the prices, the alerts, what was seen of the contract, and which models were in memory.</summary>
    public static IServiceCollection AddInsights(this IServiceCollection services)
    {
        services.AddSingleton<DashboardReader>();
        services.AddSingleton<BaselineReader>();
        services.AddSingleton<IPriceList, PriceList>();
        services.AddSingleton<AlertSamples>();
        services.AddSingleton<ISpanObserver>(static provider => provider.GetRequiredService<AlertSamples>());
        services.AddSingleton<CoverageCollector>();
        services.AddSingleton<ISpanObserver>(static provider => provider.GetRequiredService<CoverageCollector>());
        services.AddSingleton<ResidencyRecorder>();
        services.AddSingleton<ISpanObserver>(static provider => provider.GetRequiredService<ResidencyRecorder>());
        services.AddSingleton<Forecaster>();
        services.AddSingleton<ISpanObserver>(static provider => provider.GetRequiredService<Forecaster>());
        services.AddSingleton<ServerPulse>();
        services.AddSingleton<SilenceJudge>();
        services.AddSingleton<AlertWebhook>();
        services.AddSingleton<AlertService>();
        services.AddSingleton<IAlerts>(static provider => provider.GetRequiredService<AlertService>());
        services.AddHostedService(static provider => provider.GetRequiredService<AlertService>());
        return services;
    }
}
