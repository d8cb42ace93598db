using Microsoft.Extensions.DependencyInjection;

namespace OllamaStudio.Core.Lab;

/// <summary>Adds what looks into model calls and makes them again.</summary>
public static class LabServiceCollectionExtensions
{
    /// <summary>The reader of recorded calls, and their replay.</summary>
    public static IServiceCollection AddLab(this IServiceCollection services)
    {
        services.AddSingleton<CallReader>();
        services.AddSingleton<ReplayRunner>();
        services.AddSingleton<PromptPreview>();
        return services;
    }
}
