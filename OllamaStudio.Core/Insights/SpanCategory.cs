namespace OllamaStudio.Core.Insights;

/// <summary>What a span is about, as OpenInference names it (<c>openinference.span.kind</c>).</summary>
public enum SpanCategory
{
    /// <summary>None of the others, or not told.</summary>
    Other,

    /// <summary>A whole user turn.</summary>
    Agent,

    /// <summary>A step between.</summary>
    Chain,

    /// <summary>A model call.</summary>
    Llm,

    /// <summary>A tool call.</summary>
    Tool,
}
