namespace OllamaStudio.Simulator.Generation;

/// <summary>What all regular expressions over a person's words share.</summary>
internal static class Patterns
{
    /// <summary>Milliseconds after which a match is given up: a safety net, far above what a busy machine takes for the bounded texts they see.</summary>
    public const int Timeout = 5000;

    /// <summary>Beyond this many characters a prompt is a document, not a question: only its beginning is searched.</summary>
    public const int LongestPrompt = 4000;
}
