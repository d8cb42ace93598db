using Microsoft.Extensions.DependencyInjection.Extensions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Core.Tools;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Http;
using OllamaStudio.Settings;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Shell;

namespace OllamaStudio;

/// <summary>Puts the studio together, one <c>Add…()</c> for each module.</summary>
public static class Composition
{
    /// <summary>
    /// Adds everything beside the web itself. Hosted services start in this order, so the export listens before the first
    /// span; how they end is <see cref="OrderlyEnd"/>'s affair.
    /// </summary>
    public static IServiceCollection AddStudio(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSettings(CreateSettingCatalog());
        services.AddTelemetry();
        services.AddLogs();
        services.AddSpans();
        services.AddExport();
        services.AddDemo();
        services.AddOllama();
        services.AddTools();
        services.AddChat();
        services.AddInsights();
        services.AddLab();
        services.AddStorage();
        services.AddHostedService<OrderlyEnd>();

        // One that failed is logged, and the studio goes on without it: the chat needs none of them.
        services.Configure<HostOptions>(static host => host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);

        services.AddShell();
        return services;
    }

    /// <summary>Every setting, as its feature defines it, in the order of the settings page and of the README's table.</summary>
    public static SettingCatalog CreateSettingCatalog() => new(
        [
            .. OllamaSettingDefinitions.All,
            .. ChatSettingDefinitions.All,
            .. ExportSettingDefinitions.All,
            .. TelemetrySettingDefinitions.All,
            .. TailSamplingSettingDefinitions.All,
            .. PriceSettingDefinitions.All,
            .. AlertSettingDefinitions.All,
            .. McpSettingDefinitions.All,
            .. StorageSettingDefinitions.All,
            .. HostSettings.Definitions,
            .. AccessSettings.Definitions,
        ],
        ExportSettingDefinitions.Limits);
}
