using System.Text.Json.Nodes;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>Writes messages as the GenAI conventions do: one JSON text of roles and parts. Redacted.</summary>
internal static class GenAiMessages
{
    /// <summary>
    /// <c>gen_ai.input.messages</c>: what was sent. A system prompt is one of them: the conventions keep
    /// <c>gen_ai.system_instructions</c> for interfaces that take it apart from the chat, and Ollama's does not.
    /// </summary>
    public static string Input(IReadOnlyList<CapturedMessage> messages, CapturePolicy policy) =>
        policy.Json(new JsonArray([.. messages.Select(Message)]));

    /// <summary><c>gen_ai.output.messages</c>: the reply. It always has a finish reason: without one Phoenix drops the whole array.</summary>
    public static string Output(CapturedMessage reply, string finishReason, CapturePolicy policy)
    {
        var message = Message(reply);
        message["finish_reason"] = finishReason;
        return policy.Json(new JsonArray(message));
    }

    private static JsonObject Message(CapturedMessage message)
    {
        var parts = new JsonArray();
        if (message.Reasoning.Length > 0)
        {
            parts.Add((JsonNode)Part("reasoning", message.Reasoning));
        }

        if (message.ToolCallId is not null)
        {
            parts.Add((JsonNode)new JsonObject { ["type"] = "tool_call_response", ["id"] = message.ToolCallId, ["response"] = message.Text });
        }
        else if (message.Text.Length > 0)
        {
            parts.Add((JsonNode)Part("text", message.Text));
        }

        foreach (var call in message.ToolCalls)
        {
            parts.Add((JsonNode)new JsonObject
            {
                ["type"] = "tool_call", ["id"] = call.CallId, ["name"] = call.Name, ["arguments"] = ToolJson.ArgumentsNode(call),
            });
        }

        return new JsonObject { ["role"] = message.Role, ["parts"] = parts };
    }

    private static JsonObject Part(string type, string content) => new() { ["type"] = type, ["content"] = content };
}
