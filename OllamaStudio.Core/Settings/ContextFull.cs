namespace OllamaStudio.Core.Settings;

/// <summary>What becomes of a turn whose messages do not fit into the model's context window.</summary>
public enum ContextFull
{
    /// <summary>The oldest exchanges are left out, and the reply says so.</summary>
    LeaveOut,

    /// <summary>Nothing is sent; the person is asked what to do.</summary>
    Ask,

    /// <summary>Ollama cuts what is sent, without a word of its own.</summary>
    Cut,
}
