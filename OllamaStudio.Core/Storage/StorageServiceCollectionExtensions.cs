using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Core.Insights.Residency;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Alerts;
using OllamaStudio.Core.Storage.Annotations;
using OllamaStudio.Core.Storage.Backups;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Storage.Retention;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Storage;

/// <summary>Adds the store.</summary>
public static class StorageServiceCollectionExtensions
{
    /// <summary>The database in the data folder, its writer, and what of the modules below is stored in it.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<StudioDatabase>();
        services.AddSingleton<StoreWriter>();
        services.AddSingleton<IStoreMonitor>(static provider => provider.GetRequiredService<StoreWriter>());
        services.AddHostedService(static provider => provider.GetRequiredService<StoreWriter>());
        services.AddSingleton<IConversationStore, ConversationStore>();
        services.AddSingleton<IPromptCounts, PromptCounts>();
        services.AddSingleton<RollupStore>();
        services.AddSingleton<IRollupStore>(static provider => provider.GetRequiredService<RollupStore>());
        services.AddSingleton<ICallStore, CallStore>();
        services.AddSingleton<IAlertStore, AlertStore>();
        services.AddSingleton<IAnnotationStore, AnnotationStore>();
        services.AddSingleton<Annotator>(); // here, for what it sends is kept first
        services.AddHostedService(static provider => provider.GetRequiredService<Annotator>());
        services.AddSingleton<IRetention, RollupRetention>();
        services.AddHostedService<RetentionService>();
        services.AddSingleton<IStudioData, StudioData>();
        services.AddSingleton<IEverythingEraser>(static provider => new EverythingEraser(
            provider.GetRequiredService<StoreWriter>(), provider.GetRequiredService<SpanWriter>(), provider.GetRequiredService<DataFolder>(),
            provider.GetRequiredService<ChatService>().StopAsync, provider.GetRequiredService<Core.Chat.Conversations>(), provider.GetRequiredService<SpanFeed>(), provider.GetRequiredService<AlertService>().Forget,
            () =>
            {
                provider.GetRequiredService<Forecaster>().Forget();
                provider.GetRequiredService<TokenRatios>().Forget();
                provider.GetRequiredService<ResidencyRecorder>().Forget();
            },
            provider.GetRequiredService<ExportService>().ForgetAsync));
        services.AddSpanStore();
        return services;
    }
}
