using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Core.Lab;

/// <summary>A turn's request before it is sent.</summary>
public sealed record NextRequest
{
    /// <summary>The model that is asked.</summary>
    public required string Model { get; init; }

    /// <summary>Where it goes.</summary>
    public required Uri Server { get; init; }

    /// <summary>How many messages it has.</summary>
    public required int Messages { get; init; }

    /// <summary>How many tools it offers.</summary>
    public required int Tools { get; init; }

    /// <summary>The body, indented, as the client's own serializer writes it; images whole, unless <see cref="IsWithoutImages"/>.</summary>
    public required string Json { get; init; }

    /// <summary>The same, with the length of each image in its place.</summary>
    public required string Shown { get; init; }

    /// <summary>The same as <c>curl</c>, without keys.</summary>
    public required string Curl { get; init; }

    /// <summary>How it differs from the last one of the conversation.</summary>
    public required PromptComparison Comparison { get; init; }

    /// <summary>Whether its images are too large to be shown: their lengths stand in their place everywhere.</summary>
    public bool IsWithoutImages { get; init; }

    /// <summary>Whether the box is empty: its own message would have no text.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Whether a reply is being generated, which is in it as far as it had come.</summary>
    public bool IsUnfinished { get; init; }

    /// <summary>What is sent.</summary>
    internal OllamaChatRequest Request { get; init; } = new();
}
