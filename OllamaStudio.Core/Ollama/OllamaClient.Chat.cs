using System.Net;
using OllamaSharp.Models.Chat;
using OllamaStudio.Core.Ollama.Transport;

namespace OllamaStudio.Core.Ollama;

/// <content>Chat, and the models that it brings into memory.</content>
public sealed partial class OllamaClient
{
    /// <summary>
    /// <c>POST /api/chat</c>, streamed. Sends nothing before it is enumerated. The last chunk is <see cref="OllamaChatChunk.Done"/>;
    /// a stream that ends without it throws. Cancelling, and breaking off, closes the connection, and Ollama stops.
    /// Nothing is ever timed but connecting.
    /// </summary>
    public IAsyncEnumerable<OllamaChatChunk> ChatStreamAsync(OllamaChatRequest request, CancellationToken cancellationToken = default) =>
        ChatStreamAsync(request, silence: null, cancellationToken);

    /// <inheritdoc cref="ChatStreamAsync(OllamaChatRequest, CancellationToken)"/>
    /// <param name="request">What is asked.</param>
    /// <param name="silence">
    /// Told, on a pool thread, every <see cref="OllamaClientOptions.SilenceNotice"/> in which nothing comes; null for nobody.
    /// </param>
    /// <param name="cancellationToken">Closes the connection.</param>
    public IAsyncEnumerable<OllamaChatChunk> ChatStreamAsync(
        OllamaChatRequest request, IProgress<OllamaSilence>? silence, CancellationToken cancellationToken = default) =>
        ChatStreamAsync(request, static chunk => chunk, silence, cancellationToken);

    /// <summary><c>POST /api/chat</c>, the whole answer at once.</summary>
    public async Task<OllamaChatChunk> ChatAsync(OllamaChatRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await ReadAsync(request.As(stream: false), static chunk => chunk, silence: null, cancellationToken).LastAsync(cancellationToken);
    }

    /// <summary>Brings a model into memory; ends when it is there, which may take minutes.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="keepAlive">How long it stays; null for the server's default.</param>
    /// <param name="options">Options that loading depends on, such as the context window; null for the model's own.</param>
    /// <param name="cancellationToken">Gives up waiting, and with it loading.</param>
    public Task LoadModelAsync(string model, OllamaKeepAlive? keepAlive = null, OllamaOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return ChatAsync(new OllamaChatRequest { Model = model, KeepAlive = keepAlive, Options = options }, cancellationToken);
    }

    /// <summary>Takes a model out of memory as soon as nobody uses it.</summary>
    public Task UnloadModelAsync(string model, CancellationToken cancellationToken = default) =>
        LoadModelAsync(model, OllamaKeepAlive.Unload, cancellationToken: cancellationToken);

    /// <summary>The same, each chunk as what <paramref name="map"/> makes of it.</summary>
    internal IAsyncEnumerable<T> ChatStreamAsync<T>(
        OllamaChatRequest request, Func<OllamaChatChunk, T> map, IProgress<OllamaSilence>? silence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ReadAsync(request.As(stream: true), map, silence, cancellationToken);
    }

    private IAsyncEnumerable<T> ReadAsync<T>(
        OllamaChatRequest request, Func<OllamaChatChunk, T> map, IProgress<OllamaSilence>? silence, CancellationToken cancellationToken)
    {
        string model = "";
        return AnswerReader.ReadAsync(
            token => _api.ChatAsync(request, token), request, Read, static line => ((OllamaChatChunk)line).Done, Options, silence, cancellationToken);

        T Read(ChatResponseStream line)
        {
            var chunk = (OllamaChatChunk)line;
            if (chunk.Error is { } error)
            {
                throw OllamaErrors.MidStream(error, request.Model, HttpStatusCode.OK);
            }

            // A line without a model goes on with the one before it.
            chunk.Model = model = chunk.Model ?? model;
            return map(chunk);
        }
    }
}
