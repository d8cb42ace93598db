using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Shell;

/// <summary>The pages of the studio.</summary>
public partial class NavRail
{
    private string? _chat; // the conversation that was shown last in this window, by its id

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required Conversations Store { get; set; }

    private string Path => Navigation.ToBaseRelativePath(Navigation.Uri).Split('?', '#')[0];

    private IEnumerable<(string Href, string Icon, string Label, bool Active)> Items =>
    [
        (ChatAddress, "chat", "Chat", IsChat),
        ("/traces", "traces", "Traces", IsUnder("traces")),
        ("/dashboard", "dashboard", "Dashboard", IsUnder("dashboard")),
        ("/models", "models", "Models", IsUnder("models")),
        ("/telemetry", "telemetry", "Telemetry", IsUnder("telemetry")),
        ("/settings", "settings", "Settings", IsUnder("settings")),
    ];

    private bool IsChat => Path.Length == 0 || IsUnder("chat");

    /// <summary>From another page back to where a person was; from a chat to a new one.</summary>
    private string ChatAddress => !IsChat && _chat is { } id && Store.FindSummary(id) is not null ? $"/chat/{id}" : "/";

    protected override void OnInitialized()
    {
        Navigation.LocationChanged += OnLocationChanged;
        Note();
    }

    private void Note()
    {
        if (IsChat)
        {
            _chat = Path.Split('/') is [_, { Length: > 0 } id] ? id : null;
        }
    }

    private bool IsUnder(string page) =>
        Path.Equals(page, StringComparison.OrdinalIgnoreCase) || Path.StartsWith(page + "/", StringComparison.OrdinalIgnoreCase);

    private void OnLocationChanged(object? sender, LocationChangedEventArgs args)
    {
        Note();
        Redraw();
    }

    protected override void OnDispose() => Navigation.LocationChanged -= OnLocationChanged;
}
