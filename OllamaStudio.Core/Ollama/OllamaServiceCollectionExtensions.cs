using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Ollama;

/// <summary>Adds the servers that answer, and what is known of them.</summary>
public static class OllamaServiceCollectionExtensions
{
    /// <summary>The watch over the servers with the clients it makes, the connection check, and the models' capabilities. An <see cref="IDemoServer"/> has to be added beside it.</summary>
    public static IServiceCollection AddOllama(this IServiceCollection services)
    {
        services.AddSingleton<Func<OllamaEndpoint, OllamaClient>>(static provider => endpoint => new OllamaClient(
            endpoint, new OllamaRequestHandler(), new OllamaClientOptions { ApiKey = provider.GetRequiredService<ISettings>().Current.Ollama.ApiKey }));
        services.AddSingleton<OllamaServers>();
        services.AddHostedService(static provider => provider.GetRequiredService<OllamaServers>());
        services.AddSingleton<ConnectionVerifier>();
        services.AddSingleton<StartupCheck>();
        services.AddHostedService(static provider => provider.GetRequiredService<StartupCheck>());
        services.AddSingleton<ModelCapabilities>();
        return services;
    }
}
