namespace OllamaStudio.Core.Insights;

/// <summary>What a list of traces can show in a column, and be sorted by.</summary>
public enum TraceSortKey
{
    /// <summary>Status.</summary>
    Status,

    /// <summary>What was asked, or what the trace is about.</summary>
    Prompt,

    /// <summary>Model.</summary>
    Model,

    /// <summary>Tokens read.</summary>
    In,

    /// <summary>Tokens read that the server still had.</summary>
    Cached,

    /// <summary>Tokens written.</summary>
    Out,

    /// <summary>Tokens written per second.</summary>
    Rate,

    /// <summary>Duration, so far where running.</summary>
    Duration,

    /// <summary>Title of the conversation.</summary>
    Conversation,

    /// <summary>Start.</summary>
    Started,

    /// <summary>Number of spans.</summary>
    Spans,

    /// <summary>Recorded for export or not.</summary>
    Sampled,

    /// <summary>Trace id.</summary>
    TraceId,
}
