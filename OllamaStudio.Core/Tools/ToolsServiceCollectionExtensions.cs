using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Tools.BuiltIn;
using OllamaStudio.Core.Tools.Mcp;

namespace OllamaStudio.Core.Tools;

/// <summary>Adds the tools that a model may call.</summary>
public static class ToolsServiceCollectionExtensions
{
    /// <summary>The built-in tools, those of MCP servers, and the box that holds both.</summary>
    public static IServiceCollection AddTools(this IServiceCollection services)
    {
        services.AddSingleton<IToolSource, BuiltInTools>();
        services.AddSingleton<ToolBox>();
        services.AddSingleton<McpServers>();
        services.AddSingleton<IMcpMonitor>(static provider => provider.GetRequiredService<McpServers>());
        services.AddSingleton<IToolSource>(static provider => provider.GetRequiredService<McpServers>());
        services.AddHostedService(static provider => provider.GetRequiredService<McpServers>());
        return services;
    }
}
