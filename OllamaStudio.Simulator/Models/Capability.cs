namespace OllamaStudio.Simulator.Models;

/// <summary>Ollama's names of what a model can do.</summary>
internal static class Capability
{
    public const string Completion = "completion";
    public const string Tools = "tools";
    public const string Thinking = "thinking";
    public const string Embedding = "embedding";
}
