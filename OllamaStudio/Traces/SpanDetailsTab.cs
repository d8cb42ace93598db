namespace OllamaStudio.Traces;

/// <summary>What the details of a span show at a time.</summary>
public enum SpanDetailsTab
{
    /// <summary>What went in and what came out.</summary>
    Messages,

    /// <summary>Every attribute.</summary>
    Attributes,

    /// <summary>What happened while it ran.</summary>
    Events,

    /// <summary>What the studio logged in it.</summary>
    Logs,

    /// <summary>All of it as JSON.</summary>
    Json,
}
