using System.Diagnostics;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>What a model call's span says of its reply. What is unknown is left out.</summary>
internal static class ResponseAttributes
{
    /// <summary>Writes all of it.</summary>
    /// <param name="activity">The model call's span.</param>
    /// <param name="reply">What is known of the reply, whole or broken off.</param>
    /// <param name="streamed">Whether it was streamed.</param>
    /// <param name="finishReason">Why it ended; null where unknown.</param>
    /// <param name="facts">What is known of model and server.</param>
    /// <param name="context">How much of the window was used; null where unknown.</param>
    /// <param name="charactersSent">Characters of text in the prompt.</param>
    /// <param name="offered">The tools that the model knew of.</param>
    /// <param name="policy">What content may be set.</param>
    public static void Write(
        Activity activity, ReplyRecorder reply, bool streamed, string? finishReason, ModelFacts facts, ContextUse? context, long charactersSent, OfferedTools offered, CapturePolicy policy)
    {
        WriteTokens(activity, reply);
        WriteTokenCounts(activity, reply);
        activity.SetTag(TelemetryNames.Llm.FinishReason, finishReason);
        if (finishReason is not null)
        {
            activity.SetTag(TelemetryNames.GenAi.ResponseFinishReasons, new[] { GenAiFinishReason(reply, finishReason) });
        }

        activity.SetTag(TelemetryNames.GenAi.ResponseModel, reply.ModelId is { } answered ? policy.Whole(answered) : null);
        activity.SetTag(TelemetryNames.GenAi.ResponseId, reply.ResponseId);
        WriteDurations(activity, reply);
        WriteContext(activity, context, charactersSent);
        activity.SetTag(TelemetryNames.Llm.ServerVersion, facts.ServerVersion);
        activity.SetTag(TelemetryNames.Llm.ModelDigest, facts.Digest);
        if (streamed)
        {
            WriteStream(activity, reply);
        }

        WriteContent(activity, reply, finishReason, offered, policy);
    }

    /// <summary>Writes the tokens as the studio and the GenAI conventions name them.</summary>
    public static void WriteTokens(Activity activity, ReplyRecorder reply)
    {
        var (input, output) = (reply.InputTokens, reply.OutputTokens);
        activity.SetTag(TelemetryNames.Llm.TokensInput, input);
        activity.SetTag(TelemetryNames.Llm.TokensOutput, output);
        activity.SetTag(TelemetryNames.Llm.TokensInputDotted, input);
        activity.SetTag(TelemetryNames.Llm.TokensOutputDotted, output);
        activity.SetTag(TelemetryNames.Llm.TokensTotal, input + output);
        activity.SetTag(TelemetryNames.GenAi.UsageInputTokens, input);
        activity.SetTag(TelemetryNames.GenAi.UsageOutputTokens, output);
        activity.SetTag(TelemetryNames.Llm.TokensCached, reply.CachedTokens);
        activity.SetTag(TelemetryNames.Llm.PromptTokensEvaluated, reply.EvaluatedTokens);
        activity.SetTag(TelemetryNames.GenAi.UsageCacheReadInputTokens, reply.CachedTokens);
    }

    /// <summary>Writes what it cost, as far as that is known.</summary>
    public static void WriteCost(Activity activity, CallCost cost)
    {
        activity.SetTag(TelemetryNames.Llm.CostTotal, cost.Total);
        activity.SetTag(TelemetryNames.Llm.CostPrompt, cost.Prompt);
        activity.SetTag(TelemetryNames.Llm.CostCompletion, cost.Completion);
        activity.SetTag(TelemetryNames.Llm.Energy, cost.WattHours);
    }

    /// <summary>Writes how much came in over the stream.</summary>
    public static void WriteStream(Activity activity, ReplyRecorder reply)
    {
        activity.SetTag(TelemetryNames.Llm.ChunkCount, reply.ChunkCount);
        activity.SetTag(TelemetryNames.Llm.TotalContentLength, reply.TextLength + reply.ReasoningLength);
        activity.SetTag(TelemetryNames.Llm.HasToolCalls, reply.ToolCalls.Count > 0);
    }

    // Only on spans of kind LLM: Phoenix adds these up over a trace.
    private static void WriteTokenCounts(Activity activity, ReplyRecorder reply)
    {
        activity.SetTag(TelemetryNames.OpenInference.TokenCountPrompt, reply.InputTokens);
        activity.SetTag(TelemetryNames.OpenInference.TokenCountCompletion, reply.OutputTokens);
        activity.SetTag(TelemetryNames.OpenInference.TokenCountTotal, reply.InputTokens + reply.OutputTokens);
        activity.SetTag(TelemetryNames.OpenInference.TokenCountCacheRead, reply.CachedTokens);
    }

    private static void WriteDurations(Activity activity, ReplyRecorder reply)
    {
        activity.SetTag(TelemetryNames.Llm.Duration, reply.Elapsed.TotalMilliseconds);
        activity.SetTag(TelemetryNames.Llm.TotalDuration, reply.TotalDuration?.TotalMilliseconds);
        activity.SetTag(TelemetryNames.Llm.LoadDuration, reply.LoadDuration?.TotalMilliseconds);
        activity.SetTag(TelemetryNames.Llm.PromptEvalDuration, reply.PromptEvalDuration?.TotalMilliseconds);
        activity.SetTag(TelemetryNames.Llm.EvalDuration, reply.EvalDuration?.TotalMilliseconds);
        activity.SetTag(TelemetryNames.Llm.QueueDuration, reply.QueueDuration?.TotalMilliseconds);
        activity.SetTag(TelemetryNames.Llm.TimeToFirstChunk, reply.TimeToFirstChunk?.TotalMilliseconds);
        activity.SetTag(TelemetryNames.Llm.TimeToFirstAnswer, reply.TimeToFirstAnswer?.TotalMilliseconds);
        activity.SetTag(TelemetryNames.GenAi.ResponseTimeToFirstChunk, reply.TimeToFirstChunk?.TotalSeconds);
    }

    private static void WriteContext(Activity activity, ContextUse? context, long charactersSent)
    {
        if (context is null)
        {
            return;
        }

        activity.SetTag(TelemetryNames.Llm.ContextWindow, context.Window);
        activity.SetTag(TelemetryNames.Llm.ContextUtilization, context.Utilization);
        if (context.IsTruncated)
        {
            activity.SetTag(TelemetryNames.Llm.ContextTruncated, true);
            activity.AddEvent(ContextEvent(TelemetryNames.Llm.ContextTruncatedEvent, context, charactersSent));
        }

        if (context.IsShifted)
        {
            activity.SetTag(TelemetryNames.Llm.ContextShifted, true);
            activity.AddEvent(ContextEvent(TelemetryNames.Llm.ContextShiftedEvent, context, charactersSent));
        }
    }

    private static ActivityEvent ContextEvent(string name, ContextUse context, long charactersSent) => new(name, tags: new ActivityTagsCollection
    {
        [TelemetryNames.Llm.ContextWindow] = context.Window,
        [TelemetryNames.Llm.TokensInput] = context.Input,
        [TelemetryNames.Llm.TokensOutput] = context.Output,
        [TelemetryNames.Llm.PromptLength] = charactersSent,
    });

    /// <summary>Writes what goes wrong with the reply, while it does.</summary>
    public static void WriteWarning(Activity activity, ReplyWarning warning) => activity.AddEvent(new ActivityEvent(
        warning.Kind is ReplyWarningKind.Repeating ? TelemetryNames.Llm.RepetitionEvent : TelemetryNames.Llm.ContextOutgrownEvent,
        tags: warning.Kind is ReplyWarningKind.Repeating
            ? new ActivityTagsCollection
            {
                [TelemetryNames.Llm.WarningFrom] = warning.From,
                [TelemetryNames.Llm.RepetitionPeriod] = warning.Period,
                [TelemetryNames.Llm.RepetitionTimes] = warning.Times,
            }
            : new ActivityTagsCollection
            {
                [TelemetryNames.Llm.WarningFrom] = warning.From,
                [TelemetryNames.Llm.TokensTotal] = warning.Tokens,
                [TelemetryNames.Llm.ContextWindow] = warning.Window,
            }));

    private static void WriteContent(Activity activity, ReplyRecorder reply, string? finishReason, OfferedTools offered, CapturePolicy policy)
    {
        activity.SetTag(TelemetryNames.Llm.ResponseLength, reply.TextLength);
        if (reply.ToolCalls.Count > 0)
        {
            activity.SetTag(TelemetryNames.Llm.ToolCallsCount, reply.ToolCalls.Count);
            var called = reply.ToolCalls.Select(call => offered.Told(call, policy)).OfType<string>().ToList();
            if (called.Count > 0)
            {
                activity.SetTag(TelemetryNames.Llm.CalledTools, policy.Json(RequestAttributes.Names(called)));
            }
        }

        if (policy.Outputs)
        {
            var text = reply.Text;
            var preview = policy.Preview(text);
            activity.SetTag(TelemetryNames.Llm.ResponsePreview, preview);
            activity.SetTag(TelemetryNames.Llm.Response, preview);
            activity.SetTag(TelemetryNames.OpenInference.OutputValue, policy.Value(text, preview));
            activity.SetTag(TelemetryNames.OpenInference.OutputMimeType, TelemetryNames.Values.MimeText);
        }

        if (policy.OutputMessages)
        {
            var message = new CapturedMessage(ChatRole.Assistant.Value, reply.Text, reply.Reasoning, reply.ToolCalls, ToolCallId: null);
            var reason = finishReason is null ? TelemetryNames.Values.FinishReasonError : GenAiFinishReason(reply, finishReason);
            activity.SetTag(TelemetryNames.GenAi.OutputMessages, GenAiMessages.Output(message, reason, policy));
            OpenInferenceMessages.Write(activity, TelemetryNames.OpenInference.OutputMessages, [message], offered, policy);
        }
        else if (policy.OutputToolCalls && reply.ToolCalls.Count > 0)
        {
            OpenInferenceMessages.WriteCallsOnly(activity, TelemetryNames.OpenInference.OutputMessages, reply.ToolCalls, offered, policy);
        }
    }

    // Ollama says "stop" of a reply that calls tools; the conventions have a word for it.
    private static string GenAiFinishReason(ReplyRecorder reply, string finishReason) =>
        finishReason == reply.DoneReason ? reply.FinishReason ?? finishReason : finishReason;
}
