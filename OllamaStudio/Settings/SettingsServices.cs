using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Export;
using OllamaStudio.Core.Tools.Mcp;

namespace OllamaStudio.Settings;

/// <summary>Puts the settings together.</summary>
public static class SettingsServices
{
    /// <summary>Adds the settings in force and the protection of their secrets. <see cref="SettingsLayers"/> and a <see cref="DataFolder"/> must be registered.</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        services.AddSettingsProtection();
        services.AddSingleton(CreateCatalog());
        services.AddSingleton<SettingsService>();
        services.AddSingleton<ISettings>(static provider => provider.GetRequiredService<SettingsService>());
        return services;
    }

    /// <summary>Every setting of the studio, in the order of the page and of the README's table.</summary>
    public static SettingCatalog CreateCatalog() => new(
        [
            .. OllamaSettingDefinitions.All,
            .. ChatSettingDefinitions.All,
            .. ExportSettingDefinitions.All,
            .. TelemetrySettingDefinitions.All,
            .. McpSettingDefinitions.All,
            .. HostSettings.Definitions,
        ],
        ExportSettingDefinitions.Limits);
}
