using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Shared;

/// <summary>A component that shows how the servers stand: redrawn when that changes, until it is disposed.</summary>
public abstract class ServersComponent : StudioComponent
{
    private IDisposable? _watch;

    [Inject]
    public required OllamaServers Servers { get; set; }

    protected override void OnInitialized() => Servers.Changed += OnServersChanged;

    /// <summary>Has the servers looked at every few seconds while what it shows of them is in sight.</summary>
    protected void Watch(bool isInSight)
    {
        _watch?.Dispose();
        _watch = isInSight && !IsDisposed ? Servers.Watch(ServerInterest.Servers) : null;
    }

    protected override void OnDispose()
    {
        Servers.Changed -= OnServersChanged;
        Watch(isInSight: false);
    }

    /// <summary>Called on any thread after that changed; redraws.</summary>
    protected virtual void OnServersChanged() => Redraw();
}
