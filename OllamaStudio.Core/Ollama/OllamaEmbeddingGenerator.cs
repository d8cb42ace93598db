using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama.Mapping;

namespace OllamaStudio.Core.Ollama;

/// <summary><see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> over <see cref="OllamaClient"/>. Does not own the client. Safe for concurrent use.</summary>
/// <param name="client">Speaks with the server.</param>
/// <param name="model">The model where the options name none; null makes naming one there a must.</param>
public sealed class OllamaEmbeddingGenerator(OllamaClient client, string? model = null) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new("ollama", client.Endpoint.BaseAddress, model);

    /// <inheritdoc />
    /// <exception cref="OllamaException">Whatever goes wrong but cancellation.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] input = [.. values];
        if (input.Length == 0)
        {
            return [];
        }

        OllamaEmbeddings answer = await client.EmbedAsync(RequestMapper.Map(input, options, model), cancellationToken);
        return new GeneratedEmbeddings<Embedding<float>>(answer.Vectors.Select(vector => new Embedding<float>(vector) { ModelId = answer.Model }))
        {
            Usage = answer.Stats?.PromptEvalCount is { } tokens ? new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens } : null,
            AdditionalProperties = ResponseMapper.Durations(answer.Stats),
        };
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType == typeof(OllamaClient) ? client
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The client underneath is shared, and its owner's to dispose.
    }
}
