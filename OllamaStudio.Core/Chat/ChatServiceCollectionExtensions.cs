using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Chat;

/// <summary>Adds conversations and the turns in them.</summary>
public static class ChatServiceCollectionExtensions
{
    /// <summary>The conversations, and the service that answers in them.</summary>
    public static IServiceCollection AddChat(this IServiceCollection services)
    {
        services.AddSingleton<TurnRunner>();
        services.AddSingleton<TokenRatios>();
        services.AddSingleton<ContextMeter>();
        services.AddSingleton<IChatPipeline, ChatPipeline>();
        services.AddSingleton<ChatTools>();
        services.AddSingleton<ModelParameters>();
        services.AddSingleton<ParameterSets>();
        services.AddSingleton<NewChatParameters>();
        services.AddSingleton<Conversations>();
        services.AddSingleton<ReplyFeedbacks>();
        services.AddSingleton<Drafts>();
        services.AddSingleton<DraftAttachments>();
        services.AddSingleton<DataExport>();
        services.AddSingleton<DataImport>();
        services.AddSingleton<ChatService>();
        services.AddSingleton<IReplyPaces>(static provider => provider.GetRequiredService<ChatService>());
        services.AddSingleton<ITurnOrder>(static provider => provider.GetRequiredService<ChatService>());
        services.AddSingleton<ICallsUnderWay>(static provider => provider.GetRequiredService<ChatService>());
        services.AddHostedService(static provider => provider.GetRequiredService<ChatService>());
        return services;
    }
}
