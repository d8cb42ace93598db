using OllamaSharp.Models;
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
        var request = new PullModelRequest { Model = model, Insecure = insecure ? true : null };
        return AnswerReader.ReadAsync(
            token => _api.PullModelAsync(request, token), request, static line => new OllamaProgress(line!.Status, line.Digest, line.Total, line.Completed),
            static line => line!.Status == OllamaProgress.Success, Options, silence: null, cancellationToken);
    }

    /// <summary><c>POST /api/create</c>: progress until the model is made. Ending before that throws.</summary>
    /// <param name="request">The new model, and what it is made of; everything null is taken from there.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public IAsyncEnumerable<OllamaProgress> CreateModelAsync(CreateModelRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AnswerReader.ReadAsync(
            token => _api.CreateModelAsync(request, token), request, static line => new OllamaProgress(line!.Status, digest: null, total: 0, completed: 0),
            static line => line!.Status == OllamaProgress.Success, Options, silence: null, cancellationToken);
    }

    /// <summary><c>DELETE /api/delete</c>: removes an installed model.</summary>
    public Task DeleteModelAsync(string model, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return _api.DeleteModelAsync(new DeleteModelRequest { Model = model }, cancellationToken);
    }

    /// <summary><c>POST /api/copy</c>: gives an installed model a second name; its data is shared, not doubled.</summary>
    public Task CopyModelAsync(string source, string destination, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        return _api.CopyModelAsync(new CopyModelRequest { Source = source, Destination = destination }, cancellationToken);
    }
}
