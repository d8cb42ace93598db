using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OllamaStudio.Core.Ollama.Transport;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama;

/// <summary>Speaks Ollama's HTTP protocol with one server. Safe for concurrent use; throws <see cref="OllamaException"/> and cancellation only.</summary>
public sealed partial class OllamaClient : IDisposable
{
    private readonly OllamaTransport _transport;

    /// <summary>Makes a client.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="handler">
    /// Sees every request first (tracing, tests); owned by the client. Where the chain that it begins ends in a
    /// <see cref="DelegatingHandler"/> without an inner handler, the default transport is put there. Null for the default alone.
    /// </param>
    /// <param name="options">Bounds and credentials; null for the defaults.</param>
    public OllamaClient(OllamaEndpoint endpoint, HttpMessageHandler? handler = null, OllamaClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Options = options ?? new OllamaClientOptions();
        _transport = new OllamaTransport(endpoint, handler, Options);
    }

    /// <summary>The server.</summary>
    public OllamaEndpoint Endpoint => _transport.Endpoint;

    /// <summary>Its bounds and credentials.</summary>
    internal OllamaClientOptions Options { get; }

    /// <inheritdoc />
    public void Dispose() => _transport.Dispose();

    private static byte[] Write<T>(T body, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(body, type);

    /// <summary>The answer's one object, its text <see cref="WellFormed"/>.</summary>
    private static JsonElement Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            JsonElement answer = JsonElement.Parse(WellFormed.Of(body.Span));
            return answer.ValueKind == JsonValueKind.Object ? answer : throw new JsonException("Not a JSON object.");
        }
        catch (JsonException e)
        {
            throw WebPage.LooksLikeOne(body.Span)
                ? OllamaErrors.WebPage(HttpStatusCode.OK, WebPage.Title(body.Span))
                : OllamaErrors.BadAnswer(body.IsEmpty ? "The answer is empty." : "The answer is not the JSON that Ollama sends.", e);
        }
    }
}
