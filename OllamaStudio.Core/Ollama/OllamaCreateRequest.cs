namespace OllamaStudio.Core.Ollama;

/// <summary>What <c>/api/create</c> takes to make a model of another one. Everything null is taken from there.</summary>
public sealed record OllamaCreateRequest
{
    /// <summary>Name of the new model.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the model that it is made of.</summary>
    public string? From { get; init; }

    /// <summary>System prompt.</summary>
    public string? System { get; init; }

    /// <summary>Prompt template.</summary>
    public string? Template { get; init; }

    /// <summary>Licence text.</summary>
    public string? License { get; init; }

    /// <summary>Options that the model brings along.</summary>
    public OllamaOptions? Parameters { get; init; }

    /// <summary>Messages that every conversation begins with.</summary>
    public IReadOnlyList<OllamaMessage>? Messages { get; init; }

    /// <summary>Quantization to convert to, such as <c>q4_K_M</c>.</summary>
    public string? Quantize { get; init; }
}
