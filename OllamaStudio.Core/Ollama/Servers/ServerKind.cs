namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>The two servers that the studio knows.</summary>
public enum ServerKind
{
    /// <summary>The one that the settings name.</summary>
    Ollama,

    /// <summary>The built-in demo.</summary>
    Demo,
}

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
