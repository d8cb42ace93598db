using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace OllamaStudio.Tests.Support;

/// <summary>MudBlazor for components that are drawn without a page around them.</summary>
internal static class MudBlazorServices
{
    /// <summary>As in the studio; a popover's place is optional, and its housekeeping has a clock of its own, whatever clock the test holds.</summary>
    public static void AddMudBlazor(this IServiceCollection services)
    {
        services.AddMudServices(static options => options.PopoverOptions.CheckForPopoverProvider = false);
        var popovers = services.Last(static service => service.ServiceType == typeof(IPopoverService)).ImplementationType!;
        services.AddScoped(provider => (IPopoverService)ActivatorUtilities.CreateInstance(provider, popovers, TimeProvider.System));
    }
}
