using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Components.Chat;

/// <summary>Says so when the demo answers, or nobody does, and offers the switch.</summary>
public partial class ServerBanner : IDisposable
{
    [Inject]
    public required OllamaServers Servers { get; set; }

    private bool OllamaIsUp => Servers.Status.Ollama.State is ServerState.Up;

    protected override void OnInitialized() => Servers.Changed += OnServersChanged;

    private void OnServersChanged() => _ = InvokeAsync(StateHasChanged);

    private Task UseOllamaAsync() => Servers.UseAsync(ServerKind.Ollama, CancellationToken.None);

    private Task UseDemoAsync() => Servers.UseAsync(ServerKind.Demo, CancellationToken.None);

    public void Dispose()
    {
        Servers.Changed -= OnServersChanged;
        GC.SuppressFinalize(this);
    }
}
