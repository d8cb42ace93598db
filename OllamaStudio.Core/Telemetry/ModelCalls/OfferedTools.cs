using Microsoft.Extensions.AI;
using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>The names of the tools that a model call offers, which tell what a model repeated from what it made up.</summary>
internal sealed class OfferedTools(IList<AITool>? tools)
{
    private readonly HashSet<string> _names = [.. (tools ?? []).Select(tool => tool.Name)];

    /// <summary>The name of a called tool as it may be set; null where it may not.</summary>
    public string? Told(FunctionCallContent call, CapturePolicy policy) => policy.CalledTool(call.Name, _names.Contains(call.Name));
}
