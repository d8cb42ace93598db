using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Core.Ollama;

/// <content>Chat.</content>
public sealed partial class OllamaClient
{
    /// <summary>
    /// <c>POST /api/chat</c>, streamed. Sends nothing before it is enumerated. The last chunk is <see cref="OllamaChatChunk.Done"/>;
    /// a stream that ends without it throws. Cancelling, and breaking off, closes the connection, and Ollama stops.
    /// Nothing is ever timed but connecting.
    /// </summary>
    public IAsyncEnumerable<OllamaChatChunk> ChatStreamAsync(OllamaChatRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[] body = Write(request with { Stream = true }, Wire.Json.OllamaChatRequest);
        return _transport.StreamAsync("api/chat", body, request.Model, new ChatChunkParser(), cancellationToken);
    }

    /// <summary><c>POST /api/chat</c>, the whole answer at once.</summary>
    public Task<OllamaChatChunk> ChatAsync(OllamaChatRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[] body = Write(request with { Stream = false }, Wire.Json.OllamaChatRequest);
        return _transport.ReadLineAsync("api/chat", body, request.Model, new ChatChunkParser(), cancellationToken);
    }
}
