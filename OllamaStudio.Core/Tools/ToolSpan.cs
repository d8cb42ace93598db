using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Core.Tools;

/// <summary>The span <c>execute_tool NAME</c>: what it says of a call and of its result.</summary>
internal static class ToolSpan
{
    /// <summary>Starts it below the current span; null where nobody listens, or outside a turn.</summary>
    public static Activity? Start(FunctionCallContent call, StudioTool? tool)
    {
        if (SpanScope.Current is not { } scope)
        {
            return null;
        }

        var name = scope.Policy.CalledTool(call.Name, offered: tool is not null) ?? TelemetryNames.Values.UnknownTool;
        var span = StudioActivity.Create(
            TelemetryNames.Spans.ExecuteToolPrefix + name, ActivityKind.Internal, TelemetryNames.Values.KindTool, scope, TelemetryNames.Values.GenAiExecuteTool);
        span.Tell(it =>
        {
            var policy = scope.Policy.On(it);
            policy.CalledTool(call.Name, offered: tool is not null); // its own name is counted too
            it.SetTag(TelemetryNames.GenAi.ToolName, name);
            it.SetTag(TelemetryNames.OpenInference.ToolName, name);
            it.SetTag(TelemetryNames.GenAi.ToolCallId, policy.CallId(call.CallId));
            it.SetTag(TelemetryNames.GenAi.ToolType, TelemetryNames.Values.ToolTypeFunction);
            if (tool is not null && policy.Tools)
            {
                it.SetTag(TelemetryNames.GenAi.ToolDescription, policy.Preview(tool.Function.Description));
                it.SetTag(TelemetryNames.OpenInference.ToolParameters, policy.Json(JsonNode.Parse(tool.Function.JsonSchema.GetRawText())));
            }

            if (policy.Inputs)
            {
                var arguments = Bounded(policy.Json(ToolJson.ArgumentsNode(call)), policy);
                it.SetTag(TelemetryNames.GenAi.ToolCallArguments, arguments);
                it.SetTag(TelemetryNames.OpenInference.InputValue, arguments);
                it.SetTag(TelemetryNames.OpenInference.InputMimeType, TelemetryNames.Values.MimeJson);
            }
        });
        return span?.Start();
    }

    /// <summary>Writes how the call ended; its status is set by whoever knows.</summary>
    public static void Conclude(Activity? span, ToolOutcome outcome) => span.Tell(it =>
    {
        it.SetTag(TelemetryNames.Turn.ToolSuccess, outcome.State is ToolCallState.Succeeded);
        WriteResult(it, outcome);
        AttributeOrder.Arrange(it);
    });

    /// <summary>Counts a call that ended, by the name that its span has.</summary>
    /// <param name="tool">The tool; null for one that does not exist.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="duration">How long it ran; null where it did not.</param>
    public static void Count(StudioTool? tool, ToolOutcome outcome, TimeSpan? duration)
    {
        var scope = SpanScope.Current;
        var name = tool is null ? null : scope?.Policy.CalledTool(tool.Name, offered: true) ?? tool.Name;
        StudioMetrics.ToolCallEnded(
            name, outcome.State is ToolCallState.Succeeded, duration, outcome.Error is { } error ? ErrorTypes.Of(error) : null, scope?.MetricNames ?? MetricNaming.Both);
    }

    /// <summary>The span of a call that the person did not allow: of no length and without a status, for nothing ran.</summary>
    public static void Deny(FunctionCallContent call, StudioTool tool, ToolOutcome outcome)
    {
        using var span = Start(call, tool);
        span.Tell(it =>
        {
            it.SetTag(TelemetryNames.Turn.ToolDenied, true);
            WriteResult(it, outcome);
            AttributeOrder.Arrange(it);
        });
        span?.SetEndTime(span.StartTimeUtc);
    }

    private static void WriteResult(Activity it, ToolOutcome outcome)
    {
        if (SpanScope.Of(it) is { Policy.Outputs: true } scope)
        {
            var policy = scope.Policy.On(it);
            var text = policy.Value(outcome.Text);
            it.SetTag(TelemetryNames.GenAi.ToolCallResult, text);
            it.SetTag(TelemetryNames.OpenInference.OutputValue, text);
            it.SetTag(TelemetryNames.OpenInference.OutputMimeType, TelemetryNames.Values.MimeText);
        }
    }

    private static string Bounded(string redacted, CapturePolicy policy) =>
        policy.Level is CaptureLevel.Full ? redacted : TextCut.Start(redacted, CapturePolicy.PreviewLength);
}
