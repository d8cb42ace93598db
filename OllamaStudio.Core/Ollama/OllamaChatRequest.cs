using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Ollama;

/// <summary>What <c>/api/chat</c> takes. Names and meanings are Ollama's; everything null is left out, and Ollama's default holds.</summary>
public sealed record OllamaChatRequest
{
    /// <summary>The model's name, with or without a tag. Written first, as whoever reads the request expects.</summary>
    [JsonPropertyOrder(-1)]
    public required string Model { get; init; }

    /// <summary>System prompt, history and the new message, in order. Empty loads the model (or unloads it, with a <see cref="KeepAlive"/> of zero).</summary>
    public IReadOnlyList<OllamaMessage> Messages { get; init; } = [];

    /// <summary>Tools that the model may call; null for none.</summary>
    public IReadOnlyList<OllamaTool>? Tools { get; init; }

    /// <summary>The string <c>"json"</c> or a JSON schema that the answer must satisfy; null for free text.</summary>
    public JsonElement? Format { get; init; }

    /// <summary>Whether and how hard the model thinks first; null means on for models that can.</summary>
    public OllamaThink? Think { get; init; }

    /// <summary>How long the model stays in memory afterwards; null for the server's default (5 minutes).</summary>
    public OllamaKeepAlive? KeepAlive { get; init; }

    /// <summary>Sampling and runner options; null for the model's own.</summary>
    public OllamaOptions? Options { get; init; }

    /// <summary>False makes a prompt that does not fit an error. Null means true: messages that do not fit are dropped in silence.</summary>
    public bool? Truncate { get; init; }

    /// <summary>False ends the answer when the context is full. Null means true: the oldest tokens are shifted out.</summary>
    public bool? Shift { get; init; }

    /// <summary>Whether chunks carry the log probability of their tokens.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>How many alternatives each token carries (0–20) where <see cref="Logprobs"/> is true.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>Set by the client's methods: which of them is called decides it.</summary>
    [JsonInclude]
    internal bool Stream { get; init; }
}
