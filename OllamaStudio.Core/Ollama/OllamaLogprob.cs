using System.Collections.Immutable;

namespace OllamaStudio.Core.Ollama;

/// <summary>How likely a token was.</summary>
public sealed record OllamaLogprob
{
    /// <summary>The token's text; may be half a character.</summary>
    public string Token { get; init; } = "";

    /// <summary>Natural logarithm of its probability, at most 0.</summary>
    public double Logprob { get; init; }

    /// <summary>The token's bytes, which need not be whole characters; empty where the server does not tell.</summary>
    public ImmutableArray<byte> Bytes { get; init; } = [];

    /// <summary>The likeliest tokens in its place; empty unless they were asked for.</summary>
    public ImmutableArray<OllamaLogprob> TopLogprobs { get; init; } = [];
}
