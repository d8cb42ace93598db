using Microsoft.Extensions.DependencyInjection.Extensions;
using OllamaStudio.Components.Layout;
using OllamaStudio.Components.Layout.Palette;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Live;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Capture;
using OllamaStudio.Core.Telemetry.Export;
using OllamaStudio.Core.Tools;
using OllamaStudio.Core.Tools.BuiltIn;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Settings;
using Radzen;

namespace OllamaStudio.Hosting;

/// <summary>Puts the studio together.</summary>
public static class StudioServices
{
    /// <summary>
    /// Adds everything beside the web itself. Hosted services start in this order, so the export listens before the first
    /// span; how they end is <see cref="OrderlyEnd"/>'s affair.
    /// </summary>
    public static IServiceCollection AddStudio(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);

        services.AddSettings();

        services.AddSingleton<SpanFeed>();
        services.AddSingleton<ISpanFeed>(provider => provider.GetRequiredService<SpanFeed>());
        services.AddSingleton<SpanListener>();

        services.AddSingleton<TelemetryPipeline>();
        services.AddSingleton<IExportMonitor>(provider => provider.GetRequiredService<TelemetryPipeline>());
        services.AddHostedService(provider => provider.GetRequiredService<TelemetryPipeline>());

        services.AddSingleton(provider => CaptureOptions.From(name => provider.GetRequiredService<SettingsLayers>().Environment.GetValueOrDefault(name)));
        services.AddSingleton<ContentCapture>();
        services.AddSingleton<ConnectionVerifier>();
        services.AddSingleton<TurnRunner>();
        services.AddSingleton<IChatPipeline, ChatPipeline>();

        services.AddSingleton<DemoServer>();
        services.AddSingleton<IDemoServer>(static provider => provider.GetRequiredService<DemoServer>());
        services.AddSingleton<IFaultLab>(static provider => provider.GetRequiredService<DemoServer>());
        services.AddSingleton<Func<OllamaEndpoint, OllamaClient>>(static provider => endpoint => new OllamaClient(
            endpoint, new OllamaRequestHandler(), new OllamaClientOptions { ApiKey = provider.GetRequiredService<ISettings>().Current.Ollama.ApiKey }));
        services.AddSingleton<OllamaServers>();
        services.AddHostedService(provider => provider.GetRequiredService<OllamaServers>());
        services.AddHostedService<StartupCheck>();

        services.AddSingleton<IToolSource, BuiltInTools>();
        services.AddSingleton<ToolBox>();
        services.AddSingleton<ModelCapabilities>();
        services.AddSingleton<ChatTools>();
        services.AddSingleton<McpServers>();
        services.AddSingleton<IMcpMonitor>(provider => provider.GetRequiredService<McpServers>());
        services.AddSingleton<IToolSource>(provider => provider.GetRequiredService<McpServers>());
        services.AddHostedService(provider => provider.GetRequiredService<McpServers>());

        services.AddSingleton<ConversationStore>();
        services.AddSingleton<ChatService>();
        services.AddHostedService(provider => provider.GetRequiredService<ChatService>());
        services.AddHostedService<OrderlyEnd>();

        services.AddRadzenComponents();
        services.AddScoped<StudioUi>();
        services.AddScoped<PaletteCommands>();
        return services;
    }
}
