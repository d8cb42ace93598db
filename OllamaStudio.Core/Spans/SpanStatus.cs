namespace OllamaStudio.Core.Spans;

/// <summary>How a span stands.</summary>
public enum SpanStatus
{
    /// <summary>Started and not ended.</summary>
    Running,

    /// <summary>Ended without a word on its success.</summary>
    Unset,

    /// <summary>Ended well.</summary>
    Ok,

    /// <summary>Ended with an error.</summary>
    Error,
}
