using System.Diagnostics.Metrics;
using Names = OllamaStudio.Core.Telemetry.TelemetryNames.Metrics;

namespace OllamaStudio.Core.Telemetry;

/// <summary>What is counted of turns.</summary>
internal static class TurnMetrics
{
    private static readonly InstrumentAdvice<long> Few = new() { HistogramBucketBoundaries = [1, 2, 3, 4, 5, 7, 10, 20] };

    private static readonly Histogram<long> AgentIterations =
        StudioDiagnostics.Meter.CreateHistogram(Names.AgentIterations, "{iteration}", "Iterations of the agent loop in a turn.", tags: null, Few);

    private static readonly Counter<long> Iterations =
        StudioDiagnostics.Meter.CreateCounter<long>(Names.ReasoningIterations, "{iteration}", "Iterations of the agent loop.");

    private static readonly Counter<long> ToolCalls =
        StudioDiagnostics.Meter.CreateCounter<long>(Names.ReasoningToolCalls, "{call}", "Tool calls that models asked for.");

    /// <summary>A turn ended.</summary>
    public static void Ended(string model, int iterations, int toolCalls)
    {
        var label = new KeyValuePair<string, object?>(Names.ModelLabel, model);
        AgentIterations.Record(iterations, label);
        Iterations.Add(iterations, label);
        if (toolCalls > 0)
        {
            ToolCalls.Add(toolCalls, label);
        }
    }
}
