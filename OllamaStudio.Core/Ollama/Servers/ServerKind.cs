namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>The two servers that the studio knows.</summary>
public enum ServerKind
{
    /// <summary>The one that the settings name.</summary>
    Ollama,

    /// <summary>The built-in demo.</summary>
    Demo,
}
