using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell;

/// <summary>The pages of the studio.</summary>
public partial class NavRail
{
    [Inject]
    public required NavigationManager Navigation { get; set; }

    private string Path => Navigation.ToBaseRelativePath(Navigation.Uri).Split('?', '#')[0];

    private IEnumerable<(string Href, string Icon, string Label, bool Active)> Items =>
    [
        ("/", "chat", "Chat", Path.Length == 0 || IsUnder("chat")),
        ("/traces", "traces", "Traces", IsUnder("traces")),
        ("/dashboard", "dashboard", "Dashboard", IsUnder("dashboard")),
        ("/models", "models", "Models", IsUnder("models")),
        ("/telemetry", "telemetry", "Telemetry", IsUnder("telemetry")),
        ("/settings", "settings", "Settings", IsUnder("settings")),
    ];

    protected override void OnInitialized() => Navigation.LocationChanged += OnLocationChanged;

    private bool IsUnder(string page) =>
        Path.Equals(page, StringComparison.OrdinalIgnoreCase) || Path.StartsWith(page + "/", StringComparison.OrdinalIgnoreCase);

    private void OnLocationChanged(object? sender, LocationChangedEventArgs args) => Redraw();

    protected override void OnDispose() => Navigation.LocationChanged -= OnLocationChanged;
}
