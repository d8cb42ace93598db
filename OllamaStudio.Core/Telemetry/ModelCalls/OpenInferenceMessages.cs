using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Telemetry.Capture;
using Names = OllamaStudio.Core.Telemetry.TelemetryNames.OpenInference.Message;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>Writes messages as OpenInference does: flat attributes, numbered.</summary>
internal static class OpenInferenceMessages
{
    /// <summary>Writes whole messages.</summary>
    public static void Write(Activity activity, string prefix, IReadOnlyList<CapturedMessage> messages, OfferedTools offered, CapturePolicy policy)
    {
        for (var index = 0; index < messages.Count; index++)
        {
            var message = messages[index];
            var path = Path(prefix, index);
            activity.AddTag(path + Names.Role, message.Role);
            WriteText(activity, path, message, policy);
            if (message.ToolCallId is not null)
            {
                activity.AddTag(path + Names.ToolCallId, policy.Preview(message.ToolCallId));
            }

            WriteCalls(activity, path, message.ToolCalls, offered, policy.Json, policy);
        }
    }

    /// <summary>Writes that a reply called tools, and which, where its text is not captured as a message.</summary>
    public static void WriteCallsOnly(Activity activity, string prefix, IReadOnlyList<FunctionCallContent> calls, OfferedTools offered, CapturePolicy policy)
    {
        var path = Path(prefix, 0);
        activity.AddTag(path + Names.Role, ChatRole.Assistant.Value);
        WriteCalls(activity, path, calls, offered, arguments => TextCut.Start(policy.Json(arguments), CapturePolicy.PreviewLength), policy);
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
        Activity activity, string path, IReadOnlyList<FunctionCallContent> calls, OfferedTools offered, Func<JsonNode, string> arguments, CapturePolicy policy)
    {
        for (var index = 0; index < calls.Count; index++)
        {
            var call = Path(path + Names.ToolCalls, index);
            SetKnown(activity, call + Names.CallId, policy.CallId(calls[index].CallId));
            SetKnown(activity, call + Names.CallName, offered.Told(calls[index], policy));
            if (policy.Outputs)
            {
                activity.AddTag(call + Names.CallArguments, arguments(ToolJson.ArgumentsNode(calls[index])));
            }
        }
    }

    // AddTag, for each name is new and a search through hundreds would be for nothing; but it would add a null as well.
    private static void SetKnown(Activity activity, string key, string? value)
    {
        if (value is not null)
        {
            activity.AddTag(key, value);
        }
    }

    private static string Path(string prefix, int index) => prefix + index.ToString(CultureInfo.InvariantCulture);
}
