using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Shared;

/// <summary>A component that shows how the servers stand: redrawn when that changes, until it is disposed.</summary>
public abstract class ServersComponent : ComponentBase, IDisposable
{
    [Inject]
    public required OllamaServers Servers { get; set; }

    protected override void OnInitialized() => Servers.Changed += OnServersChanged;

    public void Dispose()
    {
        Servers.Changed -= OnServersChanged;
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what else the component holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Called on any thread after that changed; redraws.</summary>
    protected virtual void OnServersChanged() => _ = InvokeAsync(StateHasChanged);
}
