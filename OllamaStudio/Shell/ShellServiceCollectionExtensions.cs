using OllamaStudio.Shared;
using OllamaStudio.Shell.Palette;

namespace OllamaStudio.Shell;

/// <summary>Adds what the frame around the pages keeps for each of them.</summary>
public static class ShellServiceCollectionExtensions
{
    /// <summary>The state of the frame and the command palette's commands, for each open page its own.</summary>
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddScoped<StudioUi>();
        services.AddScoped<PaletteCommands>();
        return services;
    }
}
