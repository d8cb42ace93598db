using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>What a model call's span says of its request.</summary>
internal static class RequestAttributes
{
    // Tools beyond these are counted and named, not described.
    private const int MaxToolDefinitions = 64;

    /// <summary>Writes all of it.</summary>
    public static void Write(
        Activity activity, bool streamed, string? model, Uri? server, IReadOnlyList<ChatMessage> messages, ChatOptions? options, OfferedTools offered, CapturePolicy policy)
    {
        WriteCore(activity, streamed ? TelemetryNames.Values.OperationChatStreaming : TelemetryNames.Values.OperationChatWithTools, model, server);
        activity.SetTag(TelemetryNames.Llm.Streamed, streamed);
        activity.SetTag(TelemetryNames.GenAi.RequestStream, streamed);
        WriteLastMessage(activity, messages, policy);
        WriteThink(activity, options);
        WriteOptions(activity, options, policy);
        WriteTools(activity, options?.Tools, policy);
        if (policy.InputMessages)
        {
            var captured = CapturedMessage.From(messages, options?.Instructions);
            activity.SetTag(TelemetryNames.GenAi.InputMessages, GenAiMessages.Input(captured, policy));
            OpenInferenceMessages.Write(activity, TelemetryNames.OpenInference.InputMessages, captured, offered, policy);
        }
    }

    /// <summary>Writes who is asked, and for what.</summary>
    public static void WriteCore(Activity activity, string operation, string? model, Uri? server)
    {
        activity.SetTag(TelemetryNames.Llm.Operation, operation);
        activity.SetTag(TelemetryNames.Llm.Vendor, TelemetryNames.Values.Ollama);
        activity.SetTag(TelemetryNames.GenAi.ProviderName, TelemetryNames.Values.Ollama);
        activity.SetTag(TelemetryNames.OpenInference.System, TelemetryNames.Values.Ollama);
        activity.SetTag(TelemetryNames.OpenInference.Provider, TelemetryNames.Values.Ollama);
        var named = model is not null && SpanScope.Of(activity) is { } scope ? scope.Policy.On(activity).Whole(model) : model;
        activity.SetTag(TelemetryNames.Llm.Model, named);
        activity.SetTag(TelemetryNames.GenAi.RequestModel, named);
        activity.SetTag(TelemetryNames.OpenInference.ModelName, named);
        if (server is { IsAbsoluteUri: true })
        {
            activity.SetTag(TelemetryNames.Llm.Host, Urls.WithoutCredentials(server).TrimEnd('/'));
            activity.SetTag(TelemetryNames.Http.ServerAddress, server.Host);
            activity.SetTag(TelemetryNames.Http.ServerPort, server.Port);
        }
    }

    private static void WriteLastMessage(Activity activity, IReadOnlyList<ChatMessage> messages, CapturePolicy policy)
    {
        activity.SetTag(TelemetryNames.Llm.MessageCount, messages.Count);
        if (messages.Count == 0)
        {
            return;
        }

        var text = CapturedMessage.TextOf(messages[^1]);
        activity.SetTag(TelemetryNames.Llm.LastMessageRole, messages[^1].Role.Value);
        activity.SetTag(TelemetryNames.Llm.LastMessageLength, text.Length);
        if (policy.Inputs)
        {
            var preview = policy.Preview(text);
            activity.SetTag(TelemetryNames.Llm.LastMessagePreview, preview);
            activity.SetTag(TelemetryNames.Llm.Prompt, preview);
            activity.SetTag(TelemetryNames.OpenInference.InputValue, policy.Value(text, preview));
            activity.SetTag(TelemetryNames.OpenInference.InputMimeType, TelemetryNames.Values.MimeText);
        }
    }

    // Sent as "think": a switch or a level. It may also be set by its own name, whose value goes before.
    private static void WriteThink(Activity activity, ChatOptions? options)
    {
        var think = options?.AdditionalProperties?.TryGetValue("think", out var asked) is true
            ? Convert.ToString(asked, CultureInfo.InvariantCulture)?.ToLowerInvariant()
            : options?.Reasoning?.Effort switch
            {
                null => null,
                ReasoningEffort.None => "false",
                ReasoningEffort.ExtraHigh => "max",
                var effort => effort.ToString()!.ToLowerInvariant(),
            };
        if (think is "true" or "false" or "low" or "medium" or "high" or "max")
        {
            activity.SetTag(TelemetryNames.Llm.Think, think);
            activity.SetTag(
                TelemetryNames.GenAi.RequestReasoningLevel, think switch { "true" => null, "false" => TelemetryNames.Values.ReasoningNone, _ => think });
        }
    }

    private static void WriteOptions(Activity activity, ChatOptions? options, CapturePolicy policy)
    {
        if (options is null)
        {
            return;
        }

        var parameters = new JsonObject();
        WriteOption("temperature", options.Temperature.Widened(), TelemetryNames.GenAi.RequestTemperature);
        WriteOption("top_p", options.TopP.Widened(), TelemetryNames.GenAi.RequestTopP);
        WriteOption("top_k", options.TopK, TelemetryNames.GenAi.RequestTopK);
        WriteOption("max_tokens", options.MaxOutputTokens, TelemetryNames.GenAi.RequestMaxTokens);
        WriteOption("seed", options.Seed, TelemetryNames.GenAi.RequestSeed);
        WriteOption("frequency_penalty", options.FrequencyPenalty.Widened(), TelemetryNames.GenAi.RequestFrequencyPenalty);
        WriteOption("presence_penalty", options.PresencePenalty.Widened(), TelemetryNames.GenAi.RequestPresencePenalty);
        foreach (var (name, value) in options.AdditionalProperties ?? [])
        {
            // The person's or the caller's texts are content; numbers and switches such as num_ctx are not.
            if (value is int or long or double or float or bool)
            {
                WriteOption(name, value, genAiName: null);
            }
            else if (policy.Inputs && value is not null)
            {
                parameters[name] = JsonSerializer.SerializeToNode(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object)));
            }
        }

        if (options.ResponseFormat is ChatResponseFormatJson json)
        {
            activity.SetTag(TelemetryNames.GenAi.OutputType, TelemetryNames.Values.OutputJson);
            if (policy.Inputs && json.Schema is { } schema)
            {
                parameters["format"] = JsonNode.Parse(schema.GetRawText());
            }
        }

        if (policy.Inputs && options.StopSequences is { Count: > 0 } stops)
        {
            string[] redacted = [.. stops.Select(policy.Whole)];
            activity.SetTag(TelemetryNames.GenAi.RequestStopSequences, redacted);
            parameters["stop"] = new JsonArray([.. redacted.Select(stop => JsonValue.Create(stop))]);
        }

        if (policy.InvocationParameters && parameters.Count > 0)
        {
            activity.SetTag(TelemetryNames.OpenInference.InvocationParameters, policy.Json(parameters));
        }

        void WriteOption(string name, object? value, string? genAiName)
        {
            if (value is null)
            {
                return;
            }

            parameters[name] = JsonSerializer.SerializeToNode(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value.GetType()));
            if (genAiName is not null)
            {
                activity.SetTag(genAiName, value);
            }

            // An option may be called anything; it must not overwrite what the span says already.
            if (activity.GetTagItem(TelemetryNames.Llm.Prefix + name) is null)
            {
                activity.SetTag(TelemetryNames.Llm.Prefix + name, value);
            }
        }
    }

    private static void WriteTools(Activity activity, IList<AITool>? tools, CapturePolicy policy)
    {
        activity.SetTag(TelemetryNames.Llm.ToolCount, tools?.Count ?? 0);
        if (tools is not { Count: > 0 })
        {
            return;
        }

        activity.SetTag(TelemetryNames.Llm.AvailableTools, policy.Json(Names(tools.Select(tool => tool.Name))));
        if (!policy.Tools)
        {
            return;
        }

        var described = tools.Take(MaxToolDefinitions).ToList();
        activity.SetTag(TelemetryNames.GenAi.ToolDefinitions, policy.Json(new JsonArray([.. described.Select(tool => (JsonNode)Definition(tool, "type", "function"))])));
        for (var index = 0; index < described.Count; index++)
        {
            var schema = new JsonObject { ["type"] = "function", ["function"] = Definition(described[index]) };
            activity.SetTag(
                TelemetryNames.OpenInference.Tools + index.ToString(CultureInfo.InvariantCulture) + TelemetryNames.OpenInference.ToolJsonSchema, policy.Json(schema));
        }
    }

    /// <summary>A JSON array of names.</summary>
    public static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => JsonValue.Create(name))]);

    private static JsonObject Definition(AITool tool, string? firstKey = null, string? firstValue = null)
    {
        var definition = new JsonObject();
        if (firstKey is not null)
        {
            definition[firstKey] = firstValue;
        }

        definition["name"] = tool.Name;
        definition["description"] = tool.Description;
        if (tool is AIFunctionDeclaration function)
        {
            definition["parameters"] = JsonNode.Parse(function.JsonSchema.GetRawText());
        }

        return definition;
    }

    // 0.7f is 0.69999998807907104 as a double; a reader expects the 0.7 that was typed.
    private static double? Widened(this float? value) => value is { } single ? (double)(decimal)single : null;
}
