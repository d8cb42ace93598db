namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>Both servers, and which of them answers.</summary>
/// <param name="Active">The server that new turns are sent to.</param>
/// <param name="Ollama">The server that the settings name.</param>
/// <param name="Demo">The built-in demo.</param>
public sealed record ServersStatus(ServerKind Active, ServerStatus Ollama, ServerStatus Demo)
{
    /// <summary>The server that new turns are sent to.</summary>
    public ServerStatus Current => Active is ServerKind.Demo ? Demo : Ollama;
}
