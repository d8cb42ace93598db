using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Retention;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Adds the store of spans.</summary>
internal static class SpanStoreServiceCollectionExtensions
{
    /// <summary>What writes, reads and deletes spans, and the one list of traces over feed and store.</summary>
    public static IServiceCollection AddSpanStore(this IServiceCollection services)
    {
        services.AddSingleton<SpanWriter>();
        services.AddSingleton<ISpanStore>(static provider => provider.GetRequiredService<SpanWriter>());
        services.AddSingleton<ISessionEraser>(static provider => provider.GetRequiredService<SpanWriter>());
        services.AddHostedService(static provider => provider.GetRequiredService<SpanWriter>());
        services.AddSingleton<ExportMarks>();
        services.AddSingleton<IExportedSpans>(static provider => provider.GetRequiredService<ExportMarks>());
        services.AddHostedService(static provider => provider.GetRequiredService<ExportMarks>());
        services.AddSingleton<AttributeBlocks>();
        services.AddHostedService(static provider => provider.GetRequiredService<AttributeBlocks>());
        services.AddSingleton<IRetention, SpanTrim>();
        services.AddSingleton<ITraceStore, SpanReader>();
        services.AddSingleton<ISavedQueries, SavedQueryStore>();
        services.AddSingleton<ITraces, TraceList>();
        return services;
    }
}
