namespace OllamaStudio.Core.Ollama;

/// <summary>Speaks Ollama's HTTP protocol with one server. Safe for concurrent use; throws <see cref="OllamaException"/> and cancellation only.</summary>
public sealed class OllamaClient : IDisposable
{
    /// <summary>Makes a client. <paramref name="handler"/> replaces the transport (tests, tracing); null makes one that suits Ollama.</summary>
    public OllamaClient(OllamaEndpoint endpoint, HttpMessageHandler? handler = null)
    {
        _ = handler;
        Endpoint = endpoint;
    }

    /// <summary>The server.</summary>
    public OllamaEndpoint Endpoint { get; }

    /// <summary><c>GET /api/version</c>.</summary>
    public Task<string> GetVersionAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary><c>GET /api/tags</c>: the installed models.</summary>
    public Task<IReadOnlyList<OllamaModel>> ListModelsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary><c>GET /api/ps</c>: the models in memory.</summary>
    public Task<IReadOnlyList<OllamaRunningModel>> ListRunningModelsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary><c>POST /api/show</c>: one model.</summary>
    public Task<OllamaModelDetails> ShowModelAsync(string model, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
