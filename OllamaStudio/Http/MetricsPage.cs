using OpenTelemetry.Metrics;

namespace OllamaStudio.Http;

/// <summary>The page that Prometheus scrapes.</summary>
public static class MetricsPage
{
    internal const string Path = "/metrics";

    /// <summary>Joins the host's metrics with the exporter that the page answers from.</summary>
    public static IServiceCollection AddMetricsPage(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddPrometheusExporter());
        return services;
    }

    /// <summary><c>/metrics</c>, in Prometheus' text or, where it is asked for, OpenMetrics with the trace ids of examples. It asks for the access token like all else.</summary>
    public static IEndpointRouteBuilder MapMetricsPage(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPrometheusScrapingEndpoint(Path);
        return endpoints;
    }
}
