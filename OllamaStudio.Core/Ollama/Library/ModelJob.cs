using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Core.Ollama.Library;

/// <summary>Something that is done with a model of a server, as it stands.</summary>
public sealed record ModelJob
{
    /// <summary>Tells it from others; unique while the studio runs.</summary>
    public required string Id { get; init; }

    /// <summary>What is done.</summary>
    public required ModelJobKind Kind { get; init; }

    /// <summary>The model it is about: of a copy and a creation the new one.</summary>
    public required string Model { get; init; }

    /// <summary>What a copy or a creation is made of; null for all else.</summary>
    public string? Source { get; init; }

    /// <summary>The server it is done at, whichever answers by now.</summary>
    public required ServerKind Server { get; init; }

    /// <summary>How it stands.</summary>
    public required ModelJobState State { get; init; }

    /// <summary>Ollama's word for what it does just now, such as <c>pulling manifest</c>; empty while it has said none.</summary>
    public string Status { get; init; } = "";

    /// <summary>What is loaded of a pull; null for all else.</summary>
    public PullProgress? Progress { get; init; }

    /// <summary>When a model that waits to be deleted is, UTC; null for all else.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Error { get; init; }

    /// <summary>What to do about it; null where nothing helps.</summary>
    public string? NextStep { get; init; }

    /// <summary>Whether it goes on by itself.</summary>
    public bool IsActive => State is ModelJobState.Waiting or ModelJobState.Running;
}

/// <summary>What can be done with a model.</summary>
public enum ModelJobKind
{
    /// <summary>It is fetched from a registry.</summary>
    Pull,

    /// <summary>It is made of another one.</summary>
    Create,

    /// <summary>Another one gets a second name.</summary>
    Copy,

    /// <summary>It is deleted, after a time to undo that.</summary>
    Delete,

    /// <summary>It is brought into memory, or kept there for another time.</summary>
    Load,

    /// <summary>It is taken out of memory.</summary>
    Unload,
}

/// <summary>How that stands.</summary>
public enum ModelJobState
{
    /// <summary>A pull waits for others to end, a deletion for its time to be over.</summary>
    Waiting,

    /// <summary>The server is at it.</summary>
    Running,

    /// <summary>A pull was paused by a person; Ollama keeps what it has of it.</summary>
    Paused,

    /// <summary>It did not work.</summary>
    Failed,

    /// <summary>It is done; it is told for <see cref="ModelLibrary.DoneStay"/> and then forgotten.</summary>
    Done,
}
