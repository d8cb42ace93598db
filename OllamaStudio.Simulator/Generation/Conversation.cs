using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Generation;

/// <summary>Everything a reply follows from: the same conversation gives the same reply.</summary>
internal sealed record Conversation
{
    public required DemoModel Model { get; init; }

    public required ImmutableArray<Message> Turns { get; init; }

    public ImmutableArray<ToolFunction> Tools { get; init; } = [];

    /// <summary>The schema of the answer, empty for any object; null for free text.</summary>
    public JsonObject? Format { get; init; }

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
    public IReadOnlyList<byte[]> Images => Turns.LastOrDefault(static turn => turn.Role == "user")?.Images ?? [];

    /// <summary>Results that came since the last question, in order; none where the question itself is what to answer.</summary>
    public IReadOnlyList<Message> ToolResults =>
        [.. Turns.Reverse().TakeWhile(static turn => turn.Role != "user").Where(static turn => turn.Role == "tool").Reverse()];

    /// <summary>Chance that is the same for the same model, messages and seed.</summary>
    public Random Chance()
    {
        var said = string.Join('\n', Turns.Select(static turn => $"{turn.Role}: {turn.Content}"));
        return new Random(BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed} {Model.Behaviour}\n{said}"))));
    }
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
