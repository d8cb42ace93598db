using Microsoft.Extensions.Configuration.Json;

namespace OllamaStudio;

/// <summary>The JSON files of the configuration, by themselves: environment and command line have their own rank.</summary>
public static class SettingsFiles
{
    /// <summary>A configuration of the JSON sources only.</summary>
    public static IConfiguration Of(IConfigurationBuilder configuration)
    {
        var files = new ConfigurationBuilder();
        foreach (var source in configuration.Sources.OfType<JsonConfigurationSource>())
        {
            files.Add(source);
        }

        return files.Build();
    }
}
