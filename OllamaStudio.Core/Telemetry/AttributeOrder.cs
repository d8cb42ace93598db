using System.Collections.Frozen;
using System.Diagnostics;

namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// Puts a span's attributes in the order of what is worth most. Exporters keep as many as their limit allows, the first ones, and
/// a full capture of a long history alone has more: what every reader needs must not be what is cut.
/// </summary>
internal static class AttributeOrder
{
    /// <summary>What keeps its place whatever else is written: fewer than any sensible limit.</summary>
    public static readonly FrozenSet<string> Core = FrozenSet.Create(
        StringComparer.Ordinal,
        TelemetryNames.OpenInference.SpanKind,
        TelemetryNames.GenAi.OperationName,
        TelemetryNames.Turn.SessionId,
        TelemetryNames.GenAi.ConversationId,
        TelemetryNames.Llm.Operation,
        TelemetryNames.Llm.Vendor,
        TelemetryNames.GenAi.ProviderName,
        TelemetryNames.Llm.Model,
        TelemetryNames.GenAi.RequestModel,
        TelemetryNames.GenAi.ResponseModel,
        TelemetryNames.OpenInference.ModelName,
        TelemetryNames.Llm.Host,
        TelemetryNames.GenAi.AgentName,
        TelemetryNames.GenAi.ToolName,
        TelemetryNames.OpenInference.ToolName,
        TelemetryNames.Turn.ToolSuccess,
        TelemetryNames.Turn.ToolDenied,
        TelemetryNames.Error.Type,
        TelemetryNames.Llm.FinishReason,
        TelemetryNames.GenAi.ResponseFinishReasons,
        TelemetryNames.Llm.TokensInput,
        TelemetryNames.Llm.TokensOutput,
        TelemetryNames.Llm.TokensInputDotted,
        TelemetryNames.Llm.TokensOutputDotted,
        TelemetryNames.Llm.TokensTotal,
        TelemetryNames.GenAi.UsageInputTokens,
        TelemetryNames.GenAi.UsageOutputTokens,
        TelemetryNames.OpenInference.TokenCountPrompt,
        TelemetryNames.OpenInference.TokenCountCompletion,
        TelemetryNames.OpenInference.TokenCountTotal,
        TelemetryNames.Llm.Duration,
        TelemetryNames.OpenInference.InputValue,
        TelemetryNames.OpenInference.InputMimeType,
        TelemetryNames.OpenInference.OutputValue,
        TelemetryNames.OpenInference.OutputMimeType);

    /// <summary>
    /// Core first, then what stands alone, then what is numbered: the reply before the tools, and what was sent last, for it has
    /// no bound that matters. Within each the order stays. Call it last: attributes set later stand at the end.
    /// </summary>
    public static void Arrange(Activity activity)
    {
        // OrderBy is stable. Taken off from the front, each is found at once; put back, each is new.
        var tags = activity.TagObjects.OrderBy(tag => Rank(tag.Key)).ToArray();
        foreach (var (key, _) in activity.TagObjects.ToArray())
        {
            activity.SetTag(key, null);
        }

        foreach (var (key, value) in tags)
        {
            activity.AddTag(key, value);
        }
    }

    private static int Rank(string key) => key switch
    {
        _ when Core.Contains(key) => 0,
        _ when key.StartsWith(TelemetryNames.OpenInference.OutputMessages, StringComparison.Ordinal) => 2,
        _ when key.StartsWith(TelemetryNames.OpenInference.Tools, StringComparison.Ordinal) => 3,
        _ when key.StartsWith(TelemetryNames.OpenInference.InputMessages, StringComparison.Ordinal) => 4,
        _ => 1,
    };
}
