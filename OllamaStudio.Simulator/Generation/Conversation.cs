using System.Collections.Immutable;
using System.Text.Json;
using OllamaStudio.Simulator.Models;

namespace OllamaStudio.Simulator.Generation;

/// <summary>A message as it was sent.</summary>
internal sealed record Turn(string Role, string Content)
{
    public string Thinking { get; init; } = "";

    public int Images { get; init; }

    public ImmutableArray<ToolCall> Calls { get; init; } = [];

    /// <summary>On a tool's result: the tool's name; empty where the client left it out.</summary>
    public string ToolName { get; init; } = "";
}

/// <summary>A call of a tool; <paramref name="Arguments"/> is an object.</summary>
internal sealed record ToolCall(string Id, string Name, JsonElement Arguments);

/// <summary>A tool on offer; <paramref name="Parameters"/> is a JSON schema.</summary>
internal sealed record ToolDefinition(string Name, string Description, JsonElement Parameters);

/// <summary>Everything a reply follows from: the same conversation gives the same reply.</summary>
internal sealed record Conversation
{
    public required DemoModel Model { get; init; }

    public required ImmutableArray<Turn> Turns { get; init; }

    public ImmutableArray<ToolDefinition> Tools { get; init; } = [];

    /// <summary>The string <c>json</c> or a schema; undefined for free text.</summary>
    public JsonElement Format { get; init; }

    /// <summary>How much it thinks before the answer.</summary>
    public ThinkLevel Think { get; init; }

    public int Seed { get; init; }

    /// <summary>Messages that did not fit into the context and were dropped before the model saw them.</summary>
    public int Dropped { get; init; }

    /// <summary>What the person said last; empty where no user spoke.</summary>
    public string Question => Turns.LastOrDefault(static turn => turn.Role == "user")?.Content ?? "";

    /// <summary>What they said before that, newest first.</summary>
    public IEnumerable<string> EarlierQuestions =>
        Turns.Where(static turn => turn.Role == "user").Reverse().Skip(1).Select(static turn => turn.Content);

    /// <summary>Which question of the conversation this is, from 1.</summary>
    public int Number => Math.Max(1, Turns.Count(static turn => turn.Role == "user"));

    /// <summary>The system prompt; empty for none.</summary>
    public string System => string.Join("\n", Turns.Where(static turn => turn.Role == "system").Select(static turn => turn.Content));

    /// <summary>Images of the last question.</summary>
    public int Images => Turns.LastOrDefault(static turn => turn.Role == "user")?.Images ?? 0;

    /// <summary>Results that came since the last question, in order; none where the question itself is what to answer.</summary>
    public IReadOnlyList<Turn> ToolResults =>
        [.. Turns.Reverse().TakeWhile(static turn => turn.Role != "user").Where(static turn => turn.Role == "tool").Reverse()];
}

/// <summary>The levels of the request's <c>think</c>; <c>true</c> and an absent value mean <see cref="Medium"/> on a model that thinks.</summary>
internal enum ThinkLevel
{
    None,
    Low,
    Medium,
    High,
    Max,
}
