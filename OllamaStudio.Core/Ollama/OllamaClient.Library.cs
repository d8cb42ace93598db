using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Ollama.Transport;

namespace OllamaStudio.Core.Ollama;

/// <content>Getting, making and removing models.</content>
public sealed partial class OllamaClient
{
    /// <summary>
    /// <c>POST /api/pull</c>: progress until the model is installed. Ending before that throws. Cancelling stops the download;
    /// what was loaded is kept by Ollama, and the next pull goes on from there.
    /// </summary>
    /// <param name="model">The model's name.</param>
    /// <param name="insecure">Whether a registry without valid TLS is accepted.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    public IAsyncEnumerable<OllamaProgress> PullModelAsync(string model, bool insecure = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        byte[] body = Write(new PullRequest(model, insecure ? true : null), Wire.Json.PullRequest);
        return _transport.StreamAsync(
            OllamaCall.Post("api/pull", body, model), new ProgressParser("Pull it again: what was loaded is kept."), silence: null, cancellationToken);
    }

    /// <summary><c>POST /api/create</c>: progress until the model is made. Ending before that throws.</summary>
    public IAsyncEnumerable<OllamaProgress> CreateModelAsync(OllamaCreateRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[] body = Write(request, Wire.Json.OllamaCreateRequest);
        return _transport.StreamAsync(
            OllamaCall.Post("api/create", body, request.From ?? request.Model), new ProgressParser("Create it again."), silence: null, cancellationToken);
    }

    /// <summary><c>DELETE /api/delete</c>: removes an installed model.</summary>
    public async Task DeleteModelAsync(string model, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        byte[] body = Write(new ModelRequest(model), Wire.Json.ModelRequest);
        await _transport.ReadAsync(new OllamaCall(HttpMethod.Delete, "api/delete", body, model), cancellationToken);
    }

    /// <summary><c>POST /api/copy</c>: gives an installed model a second name; its data is shared, not doubled.</summary>
    public async Task CopyModelAsync(string source, string destination, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        byte[] body = Write(new CopyRequest(source, destination), Wire.Json.CopyRequest);
        await _transport.ReadAsync(OllamaCall.Post("api/copy", body, source), cancellationToken);
    }
}
