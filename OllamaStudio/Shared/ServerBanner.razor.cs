using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Simulator.Faults;

namespace OllamaStudio.Shared;

/// <summary>Says so when the demo answers, or nobody does, and offers the switch.</summary>
public partial class ServerBanner
{
    [Inject]
    public required IFaultLab Lab { get; set; }

    private StandingFault? Armed => Lab.Armed;

    private bool OllamaIsUp => Servers.Status.Ollama.State is ServerState.Up;

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Lab.Changed += OnLabChanged;
    }

    protected override void OnDispose()
    {
        Lab.Changed -= OnLabChanged;
        base.OnDispose();
    }

    private void OnLabChanged() => Redraw();

    private Task UseOllamaAsync() => Servers.UseAsync(ServerKind.Ollama, CancellationToken.None);

    private Task UseDemoAsync() => Servers.UseAsync(ServerKind.Demo, CancellationToken.None);
}
