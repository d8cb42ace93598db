using Microsoft.Extensions.AI;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>One user turn to be answered.</summary>
public sealed record TurnRequest
{
    /// <summary>The conversation's id: <c>session.id</c> on every span of the turn; null for a turn outside of conversations.</summary>
    public required string? SessionId { get; init; }

    /// <summary>Whether nothing of it may be written to disk, not even while it waits to be exported.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>What began it: <c>studio.source</c> on its root.</summary>
    public string Source { get; init; } = TelemetryNames.Values.SourceChat;

    /// <summary>Where several models are asked one prompt, that prompt's id: <c>studio.side_by_side</c> on the root of each; else null.</summary>
    public string? SideBySide { get; init; }

    /// <summary>The model to ask.</summary>
    public required string Model { get; init; }

    /// <summary>What is sent: system prompt, history and the new user message, in order.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Options beside the model, such as temperature; null for none.</summary>
    public ChatOptions? Options { get; init; }

    /// <summary>Which of the options, by Ollama's names, are set for this conversation alone, others than the model's defaults.</summary>
    public IReadOnlyCollection<string> OwnParameters { get; init; } = [];

    /// <summary>What becomes of it where the messages do not fit into the context window.</summary>
    public ContextFull WhenContextIsFull { get; init; }

    /// <summary>What of the conversation is not among the messages because it did not fit the last time; null for nothing.</summary>
    public LeftOut? LeftOut { get; init; }

    /// <summary>Whether images of the prompts are named and not sent, because the model reads none.</summary>
    public bool ImagesLeftOut { get; init; }

    /// <summary>What the model may call; null passes its calls on without running them.</summary>
    public TurnTools? Tools { get; init; }

    /// <summary>Whether the reply is streamed (<c>ollama.chat_streaming</c>) or fetched whole (<c>ollama.chat_with_tools</c>).</summary>
    public bool Stream { get; init; } = true;

    /// <summary>The client that calls the model, already instrumented.</summary>
    public required IChatClient Client { get; init; }
}
