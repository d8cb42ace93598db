using OllamaStudio.Core.Insights;

namespace OllamaStudio.Traces;

/// <summary>A span's category in words and marks.</summary>
public static class CategoryText
{
    /// <summary>All categories, in the order a choice offers them.</summary>
    public static IReadOnlyList<SpanCategory> All { get; } =
        [SpanCategory.Agent, SpanCategory.Chain, SpanCategory.Llm, SpanCategory.Tool, SpanCategory.Other];

    /// <summary>The category's name.</summary>
    public static string Of(SpanCategory category) => category switch
    {
        SpanCategory.Agent => "Turn (agent)",
        SpanCategory.Chain => "Step (chain)",
        SpanCategory.Llm => "Model call (LLM)",
        SpanCategory.Tool => "Tool call",
        _ => "Other",
    };

    /// <summary>One letter for it.</summary>
    public static string Letter(SpanCategory category) => category switch
    {
        SpanCategory.Agent => "A",
        SpanCategory.Chain => "S",
        SpanCategory.Llm => "M",
        SpanCategory.Tool => "T",
        _ => "·",
    };

    /// <summary>The class that colours it.</summary>
    public static string CssClass(SpanCategory category) => category switch
    {
        SpanCategory.Agent => "agent",
        SpanCategory.Chain => "chain",
        SpanCategory.Llm => "llm",
        SpanCategory.Tool => "tool",
        _ => "other",
    };
}
