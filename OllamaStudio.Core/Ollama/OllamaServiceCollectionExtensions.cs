using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Ollama.Library;
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
            endpoint, new OllamaRequestHandler(), Options(endpoint, provider.GetRequiredService<ISettings>().Current.Ollama)));
        services.AddSingleton<OllamaServers>();
        services.AddHostedService(static provider => provider.GetRequiredService<OllamaServers>());
        services.AddSingleton<ConnectionVerifier>();
        services.AddSingleton<StartupCheck>();
        services.AddHostedService(static provider => provider.GetRequiredService<StartupCheck>());
        services.AddSingleton<ModelCapabilities>();
        services.AddSingleton<ModelLibrary>();
        return services;
    }

    // Login and headers are meant for the server that the settings name: the demo gets none.
    private static OllamaClientOptions Options(OllamaEndpoint endpoint, OllamaSettings settings) =>
        OllamaEndpoint.TryParse(settings.Host, out OllamaEndpoint named, out _) && named == endpoint
            ? new() { ApiKey = settings.ApiKey, Login = settings.Login, Headers = settings.Headers }
            : new() { ApiKey = settings.ApiKey };
}
