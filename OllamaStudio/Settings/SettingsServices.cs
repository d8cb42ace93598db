using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>Puts the settings together.</summary>
public static class SettingsServices
{
    /// <summary>Adds the settings in force and the protection of their secrets. <see cref="SettingsLayers"/> and a <see cref="DataFolder"/> must be registered.</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services, SettingCatalog catalog)
    {
        services.AddSettingsProtection();
        services.AddSingleton(catalog);
        services.AddSingleton<SettingsService>();
        services.AddSingleton<AnsweredServers>();
        services.AddSingleton<ISettings>(static provider => provider.GetRequiredService<SettingsService>());
        return services;
    }
}
