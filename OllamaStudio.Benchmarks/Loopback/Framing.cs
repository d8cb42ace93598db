namespace OllamaStudio.Benchmarks.Loopback;

/// <summary>How the server hands the reply to the socket.</summary>
public enum Framing
{
    /// <summary>Each line by itself, as Ollama does.</summary>
    FlushedLines,

    /// <summary>All at once: no model is that fast, and nothing but the reading is left to measure.</summary>
    OneWrite,
}
