using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>Puts the settings together.</summary>
public static partial class SettingsServices
{
    /// <summary>The folder of the keys within the data folder.</summary>
    public const string KeysFolder = "keys";

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

    /// <summary>
    /// Adds <see cref="ISecretProtector"/>, and data protection whose keys lie in the data folder. They are kept in clear
    /// text there, as everywhere without a key store of the system: what guards them is that the folder is its owner's alone.
    /// A <see cref="DataFolder"/> must be registered.
    /// </summary>
    public static IServiceCollection AddSettingsProtection(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("OllamaStudio");
        services.AddOptions<KeyManagementOptions>().Configure<DataFolder, ILoggerFactory>(static (options, folder, loggers) =>
        {
            try
            {
                options.XmlRepository = new FileSystemXmlRepository(folder.CreateWithin(KeysFolder), loggers);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // The studio runs without its folder; ASP.NET then looks for a place of its own, the memory at last.
                LogNoKeysFolder(loggers.CreateLogger(typeof(SettingsServices)), folder.Path, problem.Message);
            }
        });
        // Said at every start, and answered in the comment above.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error));
        services.AddSingleton<ISecretProtector, DataProtectionSecretProtector>();
        return services;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Keys cannot be kept in {Folder}: {Reason} Secrets that are saved now may not be readable after a restart.")]
    private static partial void LogNoKeysFolder(ILogger logger, string folder, string reason);
}
