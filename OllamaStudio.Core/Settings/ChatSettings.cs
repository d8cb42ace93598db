using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>How a conversation is sent to the model.</summary>
public sealed record ChatSettings
{
    /// <summary>Most messages of history sent with a turn (1–10,000); the newest are kept. <c>MAX_CONVERSATION_HISTORY</c>.</summary>
    public int MaxConversationHistory { get; init; } = 50;

    /// <summary>What becomes of a turn whose messages do not fit into the model's context window.</summary>
    public ContextFull WhenContextIsFull { get; init; } = ContextFull.LeaveOut;

    /// <summary>Whether a reply that only repeats itself is stopped; else the person is told, and it goes on.</summary>
    public bool StopRepeating { get; init; }

    /// <summary>Whether a reply is stopped that passes the context window together with its prompt; else the person is told, and it goes on.</summary>
    public bool StopOutgrown { get; init; }

    /// <summary>Texts that <c>/</c> brings into a message; at most 200.</summary>
    public ImmutableArray<SavedPrompt> Prompts { get; init; } = [];

    /// <summary>Parameters under a name, to choose from; at most 100.</summary>
    public ImmutableArray<ParameterSet> Presets { get; init; } = [];

    /// <summary>Parameters under a model's name, which hold in all its conversations where nothing else is set; at most 200.</summary>
    public ImmutableArray<ParameterSet> ModelDefaults { get; init; } = [];
}

/// <summary>Parameters of model calls under a name.</summary>
public sealed record ParameterSet
{
    /// <summary>The name, or the model's.</summary>
    public string Name { get; init; } = "";

    /// <summary>What is set, by Ollama's names and the system prompt as <c>system</c>, each as a person would type it; with <c>servers_own</c>, parameters that are left to the server, and <c>tools_off</c>, ids of tools, a line each.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A text that is used again and again.</summary>
public sealed record SavedPrompt
{
    /// <summary>What it is found by.</summary>
    public string Name { get; init; } = "";

    /// <summary>The text; a word in double braces is asked for when it is used.</summary>
    public string Text { get; init; } = "";
}
