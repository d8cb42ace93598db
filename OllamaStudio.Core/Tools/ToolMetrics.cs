using System.Diagnostics.Metrics;
using OllamaStudio.Core.Telemetry;
using Names = OllamaStudio.Core.Telemetry.TelemetryNames.Metrics;

namespace OllamaStudio.Core.Tools;

/// <summary>What is counted of tool calls.</summary>
internal static class ToolMetrics
{
    private static readonly Counter<long> Calls = StudioDiagnostics.Meter.CreateCounter<long>(Names.ToolCalls, "{call}", "Tool calls that ended.");

    /// <summary>A call ended. A tool that does not exist is counted under one name: what models make up has no bound.</summary>
    public static void Ended(StudioTool? tool, bool success) => Calls.Add(
        1,
        new KeyValuePair<string, object?>(Names.ToolLabel, tool?.Name ?? Names.ToolUnknown),
        new KeyValuePair<string, object?>(Names.SuccessLabel, success ? "true" : "false"));
}
