using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Hosting;
using OllamaStudio.Simulator.Faults;

namespace OllamaStudio.Components.Chat;

/// <summary>Says so when the demo answers, or nobody does, and offers the switch.</summary>
public partial class ServerBanner : IDisposable
{
    [Inject]
    public required OllamaServers Servers { get; set; }

    [Inject]
    public required IFaultLab Lab { get; set; }

    private StandingFault? Armed => Lab.Armed;

    private bool OllamaIsUp => Servers.Status.Ollama.State is ServerState.Up;

    protected override void OnInitialized()
    {
        Servers.Changed += OnChanged;
        Lab.Changed += OnChanged;
    }

    private void OnChanged() => _ = InvokeAsync(StateHasChanged);

    private Task UseOllamaAsync() => Servers.UseAsync(ServerKind.Ollama, CancellationToken.None);

    private Task UseDemoAsync() => Servers.UseAsync(ServerKind.Demo, CancellationToken.None);

    public void Dispose()
    {
        Servers.Changed -= OnChanged;
        Lab.Changed -= OnChanged;
        GC.SuppressFinalize(this);
    }
}
