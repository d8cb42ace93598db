namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>The built-in demo: a server like any other, once it runs.</summary>
public interface IDemoServer
{
    /// <summary>Where it listens; started on the first call.</summary>
    Task<OllamaEndpoint> StartAsync(CancellationToken cancellationToken);
}
