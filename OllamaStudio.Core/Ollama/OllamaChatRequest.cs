using System.Text.Json.Serialization;
using OllamaSharp.Models.Chat;

namespace OllamaStudio.Core.Ollama;

/// <summary>
/// What <c>/api/chat</c> takes: OllamaSharp's request, and the fields that it has no property for. Everything null is left out, and
/// Ollama's default holds. No messages load the model (or unload it, with a <see cref="KeepAlive"/> of zero).
/// </summary>
public sealed class OllamaChatRequest : ChatRequest
{
    /// <summary>Makes a request without messages.</summary>
    public OllamaChatRequest() => Messages = [];

    /// <summary>
    /// How long the model stays in memory afterwards; null for the server's default (5 minutes). OllamaSharp's is a text, and
    /// Ollama takes a number only as a number: <c>"300"</c> is a 400.
    /// </summary>
    [JsonPropertyName("keep_alive")]
    public new OllamaKeepAlive? KeepAlive { get; set; }

    /// <summary>False makes a prompt that does not fit an error. Null means true: messages that do not fit are dropped in silence.</summary>
    [JsonPropertyName("truncate")]
    public bool? Truncate { get; set; }

    /// <summary>False ends the answer when the context is full. Null means true: the oldest tokens are shifted out.</summary>
    [JsonPropertyName("shift")]
    public bool? Shift { get; set; }

    /// <summary>Whether chunks carry the log probability of their tokens.</summary>
    [JsonPropertyName("logprobs")]
    public bool? Logprobs { get; set; }

    /// <summary>How many alternatives each token carries (0–20) where <see cref="Logprobs"/> is true.</summary>
    [JsonPropertyName("top_logprobs")]
    public int? TopLogprobs { get; set; }

    /// <summary>The same request, streamed or not: which method of the client is called decides it, and one request may serve many calls at once.</summary>
    internal OllamaChatRequest As(bool stream)
    {
        var copy = (OllamaChatRequest)MemberwiseClone();
        copy.Stream = stream;
        return copy;
    }
}
