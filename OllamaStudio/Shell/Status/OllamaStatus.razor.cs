using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell.Status;

/// <summary>Which server answers, and how it stands; switches, and checks the connection in a span.</summary>
public partial class OllamaStatus
{
    private bool _checking;
    private ConnectionCheck? _check;

    [Inject]
    public required ConnectionVerifier Verifier { get; set; }

    [Inject]
    public required ISettings Settings { get; set; }

    private ServersStatus Status => Servers.Status;

    private string State => Status switch
    {
        { Active: ServerKind.Demo } => "demo",
        { Ollama.State: ServerState.Up } => "up",
        { Ollama.State: ServerState.Down } => "down",
        _ => "unknown",
    };

    // Red only what had worked, or what a person chose. Where nothing ever answered, nothing is broken.
    private bool IsGone => Status.Ollama is { State: ServerState.Down, HasAnswered: true };

    private string Icon => State is "down" || IsGone ? "warning" : "server";

    private string? Tone => State switch { "up" => "ok", _ when State is "down" || IsGone => "error", _ => null };

    private string Label => State switch
    {
        "up" => $"Ollama {Status.Ollama.Version}",
        "down" => "Ollama down",
        "demo" when IsGone => "Ollama is gone",
        "demo" when Status.Ollama.State is ServerState.Down => "No Ollama yet",
        "demo" => "Demo",
        _ => "Looking for Ollama",
    };

    private string Title => State switch
    {
        "up" => $"Ollama {Status.Ollama.Version} answers at {Status.Ollama.Address}",
        "down" => $"Ollama is not responding at {Status.Ollama.Address}",
        "demo" when IsGone => $"Ollama no longer responds at {Status.Ollama.Address}; the built-in demo is answering",
        "demo" when Status.Ollama.State is ServerState.Down => "No Ollama yet: the built-in demo is answering",
        "demo" => "The built-in demo is answering",
        _ => "Looking for Ollama",
    };

    private Task UseAsync(ServerKind kind) => Servers.UseAsync(kind, CancellationToken.None);

    private async Task CheckAsync()
    {
        _checking = true;
        try
        {
            using var lease = Servers.LeaseConfigured();
            _check = await Verifier.VerifyAsync(lease.Client, Settings.Current.Ollama.Model, CancellationToken.None);
        }
        catch (OllamaException error)
        {
            _check = new ConnectionCheck { Error = error.Message };
        }
        finally
        {
            _checking = false;
        }
    }

    private static string Describe(ServerStatus server) => server.State switch
    {
        ServerState.Up => $"{server.Address}, version {server.Version}, {CountText.Of(server.Models.Count, "model")}",
        ServerState.Down => $"{server.Address}: {server.Error}",
        _ => "not asked yet",
    };

    private string DescribeCheck(ConnectionCheck check) => check.Error is { } error
        ? $"Failed: {error}"
        : $"Version {check.Version}, {CountText.Of(check.Models.Count, "model")}, in {DurationText.Of(check.Duration)}. " +
          (check.ModelAvailable ? $"{Settings.Current.Ollama.Model} is installed." : $"{Settings.Current.Ollama.Model} is not installed.");
}
