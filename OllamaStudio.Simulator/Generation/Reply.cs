using System.Collections.Immutable;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Generation;

/// <summary>A whole reply, decided before its first token is sent.</summary>
internal sealed record Reply
{
    /// <summary>Markdown; may be empty where there are calls.</summary>
    public string Text { get; init; } = "";

    public string Thinking { get; init; } = "";

    public ImmutableArray<ToolCall> Calls { get; init; } = [];
}
