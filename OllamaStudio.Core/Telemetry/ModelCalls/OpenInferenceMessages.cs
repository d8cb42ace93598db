using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Telemetry.Capture;
using Names = OllamaStudio.Core.Telemetry.TelemetryNames.OpenInference.Message;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>Writes messages as OpenInference does: flat attributes, numbered.</summary>
internal static class OpenInferenceMessages
{
    /// <summary>Writes whole messages.</summary>
    public static void Write(Activity activity, string prefix, IReadOnlyList<CapturedMessage> messages, CapturePolicy policy)
    {
        for (var index = 0; index < messages.Count; index++)
        {
            var message = messages[index];
            var path = Path(prefix, index);
            activity.AddTag(path + Names.Role, message.Role);
            WriteText(activity, path, message, policy);
            if (message.ToolCallId is not null)
            {
                activity.AddTag(path + Names.ToolCallId, message.ToolCallId);
            }

            WriteCalls(activity, path, message.ToolCalls, policy.Json, policy);
        }
    }

    /// <summary>Writes that a reply called tools, and which, where its text is not captured as a message.</summary>
    public static void WriteCallsOnly(Activity activity, string prefix, IReadOnlyList<FunctionCallContent> calls, CapturePolicy policy)
    {
        var path = Path(prefix, 0);
        activity.AddTag(path + Names.Role, ChatRole.Assistant.Value);
        WriteCalls(activity, path, calls, arguments => TextCut.Start(policy.Json(arguments), CapturePolicy.PreviewLength), policy);
    }

    // Thinking first, then the answer, both as parts; a message without thinking is just its content.
    private static void WriteText(Activity activity, string path, CapturedMessage message, CapturePolicy policy)
    {
        if (message.Reasoning.Length == 0)
        {
            activity.AddTag(path + Names.Content, policy.Whole(message.Text));
            return;
        }

        activity.AddTag(path + Names.Contents + "0" + Names.ContentType, TelemetryNames.Values.ContentReasoning);
        activity.AddTag(path + Names.Contents + "0" + Names.ContentText, policy.Whole(message.Reasoning));
        if (message.Text.Length > 0)
        {
            activity.AddTag(path + Names.Contents + "1" + Names.ContentType, TelemetryNames.Values.ContentText);
            activity.AddTag(path + Names.Contents + "1" + Names.ContentText, policy.Whole(message.Text));
        }
    }

    private static void WriteCalls(
        Activity activity, string path, IReadOnlyList<FunctionCallContent> calls, Func<System.Text.Json.Nodes.JsonNode, string> arguments, CapturePolicy policy)
    {
        for (var index = 0; index < calls.Count; index++)
        {
            var call = Path(path + Names.ToolCalls, index);
            activity.AddTag(call + Names.CallId, calls[index].CallId);
            activity.AddTag(call + Names.CallName, calls[index].Name);
            if (policy.Outputs)
            {
                activity.AddTag(call + Names.CallArguments, arguments(ToolJson.ArgumentsNode(calls[index])));
            }
        }
    }

    private static string Path(string prefix, int index) => prefix + index.ToString(CultureInfo.InvariantCulture);
}
