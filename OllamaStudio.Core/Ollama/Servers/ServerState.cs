namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>How a server stands.</summary>
public enum ServerState
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>Its last answer was good.</summary>
    Up,

    /// <summary>It did not answer, or not as Ollama does.</summary>
    Down,
}
