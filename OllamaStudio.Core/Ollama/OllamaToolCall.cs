using System.Text.Json;

namespace OllamaStudio.Core.Ollama;

/// <summary>A call that the model asks for. Not OllamaSharp's, whose arguments are always an object: models write others, and are told so.</summary>
public sealed record OllamaToolCall
{
    /// <summary>Id that ties the result to the call; null from servers and models that give none.</summary>
    public string? Id { get; init; }

    /// <summary>Position among the calls of the answer; null where the server does not say.</summary>
    public int? Index { get; init; }

    /// <summary>Name of the tool; empty where the model left it out.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The arguments: an object. A string that holds an object was opened, and nothing became <c>{}</c>; anything else is
    /// kept as the model sent it.
    /// </summary>
    public required JsonElement Arguments { get; init; }
}
