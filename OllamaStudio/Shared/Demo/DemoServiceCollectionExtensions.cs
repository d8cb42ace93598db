using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Shared.Demo;

/// <summary>Adds the built-in demo.</summary>
public static class DemoServiceCollectionExtensions
{
    /// <summary>The simulator, started when it is first needed, and the lab that lets it fail.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services)
    {
        services.AddSingleton<DemoServer>();
        services.AddSingleton<IDemoServer>(static provider => provider.GetRequiredService<DemoServer>());
        services.AddSingleton<IFaultLab>(static provider => provider.GetRequiredService<DemoServer>());
        return services;
    }
}
