using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Ollama.Transport;

namespace OllamaStudio.Core.Ollama;

/// <content>Completion and embedding.</content>
public sealed partial class OllamaClient
{
    /// <summary><c>POST /api/generate</c>, streamed. Behaves like <see cref="ChatStreamAsync(OllamaChatRequest, CancellationToken)"/>.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="silence">Told when nothing comes for a while; null for nobody.</param>
    /// <param name="cancellationToken">Closes the connection.</param>
    public IAsyncEnumerable<OllamaGenerateChunk> GenerateStreamAsync(
        OllamaGenerateRequest request, IProgress<OllamaSilence>? silence = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _transport.StreamAsync(Call(request with { Stream = true }), new GenerateChunkParser(), silence, cancellationToken);
    }

    /// <summary><c>POST /api/generate</c>, the whole answer at once.</summary>
    public Task<OllamaGenerateChunk> GenerateAsync(OllamaGenerateRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _transport.ReadLineAsync(Call(request with { Stream = false }), new GenerateChunkParser(), cancellationToken);
    }

    /// <summary><c>POST /api/embed</c>: one vector for each input, in their order.</summary>
    public async Task<OllamaEmbeddings> EmbedAsync(OllamaEmbedRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[] body = Write(request, Wire.Json.OllamaEmbedRequest);
        OllamaEmbeddings answer = await _transport.ReadLineAsync(OllamaCall.Post("api/embed", body, request.Model), new EmbedParser(request.Model), cancellationToken);
        return answer.Vectors.Length == request.Input.Count
            ? answer
            : throw OllamaErrors.BadAnswer($"{request.Input.Count} inputs were answered with {answer.Vectors.Length} embeddings.");
    }

    private static OllamaCall Call(OllamaGenerateRequest request) =>
        OllamaCall.Post("api/generate", Write(request, Wire.Json.OllamaGenerateRequest), request.Model);
}
