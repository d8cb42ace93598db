namespace OllamaStudio.Core.Ollama;

/// <summary>What a connection check found.</summary>
public sealed record ConnectionCheck
{
    /// <summary>Whether the server answered as Ollama does.</summary>
    public bool Reachable { get; init; }

    /// <summary>The server's version; null where it did not answer.</summary>
    public string? Version { get; init; }

    /// <summary>Names of the installed models.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Whether the configured model is installed.</summary>
    public bool ModelAvailable { get; init; }

    /// <summary>How long the check took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it failed, in a sentence; null where it did not.</summary>
    public string? Error { get; init; }
}
