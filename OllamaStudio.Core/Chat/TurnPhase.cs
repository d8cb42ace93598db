namespace OllamaStudio.Core.Chat;

/// <summary>What is going on while a reply is awaited.</summary>
public enum TurnPhase
{
    /// <summary>The request is on its way.</summary>
    Connecting,

    /// <summary>The model is being loaded into memory.</summary>
    LoadingModel,

    /// <summary>The prompt is being read.</summary>
    ReadingPrompt,

    /// <summary>The model thinks.</summary>
    Thinking,

    /// <summary>The answer is being written.</summary>
    Writing,

    /// <summary>Tools run, or wait for the person's word.</summary>
    UsingTools,
}
