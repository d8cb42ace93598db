using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama.Mapping;

namespace OllamaStudio.Core.Ollama;

/// <summary><see cref="IChatClient"/> over <see cref="OllamaClient"/>. Does not own the client. Safe for concurrent use.</summary>
/// <param name="client">Speaks with the server.</param>
/// <param name="model">The model where the options name none; null makes naming one there a must.</param>
public sealed class OllamaChatClient(OllamaClient client, string? model = null) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("ollama", client.Endpoint.BaseAddress, model);

    /// <summary>
    /// Whether a call that the model wrote as plain text is taken for one, where it is all that the model wrote and the tool
    /// was offered. Off by default: a model that is asked for JSON may mean what it writes.
    /// </summary>
    public bool RecoversTextToolCalls { get; init; }

    /// <summary>Told, on a pool thread, every <see cref="OllamaClientOptions.SilenceNotice"/> in which a streamed answer says nothing; null for nobody.</summary>
    public IProgress<OllamaSilence>? Silence { get; init; }

    /// <inheritdoc />
    /// <exception cref="OllamaException">Whatever goes wrong but cancellation.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        (OllamaChatRequest request, ResponseMapper mapper) = Prepare(messages, options);
        OllamaChatChunk answer = await client.ChatAsync(request, cancellationToken);
        return mapper.ToResponse(Recovery(request)?.Take(answer) ?? answer);
    }

    /// <inheritdoc />
    /// <exception cref="OllamaException">Whatever goes wrong but cancellation; of what cannot be sent at once, else while enumerating; what came before it stays valid.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        (OllamaChatRequest request, ResponseMapper mapper) = Prepare(messages, options);
        return Recovery(request) is { } recovery
            ? recovery.ReadAsync(client.ChatStreamAsync(request, Silence, cancellationToken), cancellationToken).Select(mapper.ToUpdate)
            : client.ChatStreamAsync(request, mapper.ToUpdate, Silence, cancellationToken);
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(OllamaClient) ? client
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The client underneath is shared, and its owner's to dispose.
    }

    private TextToolCalls? Recovery(OllamaChatRequest request) =>
        RecoversTextToolCalls && request.Format is null && request.Tools?.OfType<OllamaTool>().ToList() is { Count: > 0 } tools ? new TextToolCalls(tools) : null;

    private (OllamaChatRequest Request, ResponseMapper Mapper) Prepare(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        List<ChatMessage> history = [.. messages];
        OllamaChatRequest request = RequestMapper.Map(history, options, model, this);
        return (request, new ResponseMapper(history, request.Model, withReasoning: options?.Reasoning?.Output is not ReasoningOutput.None));
    }
}
