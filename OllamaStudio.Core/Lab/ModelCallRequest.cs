using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Ollama.Mapping;

namespace OllamaStudio.Core.Lab;

/// <summary>What one model call asks: what a replay sends, and what is copied of it.</summary>
public sealed record ModelCallRequest
{
    /// <summary>The model to ask.</summary>
    public required string Model { get; init; }

    /// <summary>What is sent, the system prompt among them, in order.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Options under Ollama's names, those of the request itself (<c>think</c>, <c>format</c>, <c>keep_alive</c>) among them; empty for the server's own.</summary>
    public JsonObject Options { get; init; } = [];

    /// <summary>The tools that are offered.</summary>
    public ImmutableArray<OfferedTool> Tools { get; init; } = [];

    /// <summary>Whether the reply is streamed.</summary>
    public bool IsStreamed { get; init; } = true;

    /// <summary>The options as the chat client takes them, model and tools included.</summary>
    /// <exception cref="OllamaException">An option is unknown or is not what it may be; the words say which, and what to do.</exception>
    public ChatOptions ToChatOptions()
    {
        var options = RequestOptions.ToChatOptions(Options);
        options.ModelId = Model;
        options.Tools = Tools.IsEmpty ? null : [.. Tools.Select(static tool => AIFunctionFactory.CreateDeclaration(tool.Name, tool.Description, tool.Parameters))];
        return options;
    }

    /// <summary>The body of <c>POST /api/chat</c>, indented, as the client's own serializer writes it.</summary>
    /// <exception cref="OllamaException">It cannot be sent like this; the words say why.</exception>
    public string ToJson() => Wire.Show(RequestMapper.Map(Messages, ToChatOptions(), Model, client: null).As(IsStreamed));
}

/// <summary>A tool that is offered to a model, and is not run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, for the model; null where it says nothing.</param>
/// <param name="Parameters">JSON schema of its arguments.</param>
public sealed record OfferedTool(string Name, string? Description, JsonElement Parameters);
