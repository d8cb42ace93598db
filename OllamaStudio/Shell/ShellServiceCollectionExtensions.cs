using MudBlazor;
using MudBlazor.Services;
using OllamaStudio.Settings;
using OllamaStudio.Shared;
using OllamaStudio.Shell.Palette;

namespace OllamaStudio.Shell;

/// <summary>Adds what the frame around the pages keeps for each of them.</summary>
public static class ShellServiceCollectionExtensions
{
    /// <summary>MudBlazor, the state of the frame and the command palette's commands, for each open page its own; and for all of them the import, which outlives pages, and where caches were lost.</summary>
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        // A tooltip is for who looks for it, not for who passes by.
        MudGlobal.TooltipDefaults.Delay = TimeSpan.FromMilliseconds(400);
        MudGlobal.TooltipDefaults.Duration = TimeSpan.FromMilliseconds(120);
        services.AddMudServices(static options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomLeft;
            options.SnackbarConfiguration.SnackbarVariant = Variant.Filled;
        });
        services.AddSingleton<ImportRun>();
        services.AddSingleton<DownloadRuns>();
        services.AddSingleton<CacheLossFinder>();
        services.AddScoped<StudioUi>();
        services.AddScoped<PaletteCommands>();
        return services;
    }
}
