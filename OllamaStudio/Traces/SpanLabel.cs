using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Traces;

/// <summary>What a row calls its span, and in which shape it draws it. The span's own name stays in tooltip and details.</summary>
public static class SpanLabel
{
    /// <summary>A word for the studio's own spans, the model's or the tool's name, else the span's own.</summary>
    public static string Of(SpanTree tree, SpanNode node)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(node);
        return node.Span.Name switch
        {
            TelemetryNames.Spans.GenerateResponse => $"Iteration {NumberOf(tree, node)}",
            TelemetryNames.Spans.ChatStreaming or TelemetryNames.Spans.ChatWithTools when SpanFacts.Model(node.Span) is { } model => ModelNames.Display(model),
            _ => SpanFacts.Label(node.Span.Name),
        };
    }

    /// <summary>The shape, as the style sheet's class.</summary>
    public static string ShapeOf(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return span.Name switch
        {
            TelemetryNames.Spans.ChatInteraction or TelemetryNames.Spans.GenerateResponse => "bracket",
            TelemetryNames.Spans.Request or TelemetryNames.Spans.ProcessStreamingResponse or TelemetryNames.Spans.LogInteraction => "thin",
            _ => SpanFacts.Category(span) switch { SpanCategory.Llm => "model", SpanCategory.Tool => "tool", _ => "step" },
        };
    }

    private static int NumberOf(SpanTree tree, SpanNode node)
    {
        var number = 0;
        for (var index = Math.Max(0, node.Parent + 1); index < tree.Nodes.Length; index++)
        {
            var other = tree.Nodes[index];
            if (other.Parent == node.Parent && other.Span.Name == node.Span.Name)
            {
                number++;
            }

            if (ReferenceEquals(other, node))
            {
                break;
            }
        }

        return number;
    }
}
