using Microsoft.Extensions.DependencyInjection;

namespace OllamaStudio.Core.Spans;

/// <summary>Adds the live feed of spans.</summary>
public static class SpansServiceCollectionExtensions
{
    /// <summary>The feed, and the listener that fills it once it is asked for.</summary>
    public static IServiceCollection AddSpans(this IServiceCollection services)
    {
        services.AddSingleton<SpanFeed>();
        services.AddSingleton<ISpanFeed>(static provider => provider.GetRequiredService<SpanFeed>());
        services.AddSingleton<SpanListener>();
        return services;
    }
}
