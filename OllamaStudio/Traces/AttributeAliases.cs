using System.Collections.Frozen;
using System.Collections.Immutable;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Traces;

/// <summary>The names that say the same in the vocabularies a span is written in: each fact is shown once, its other names on demand.</summary>
public static class AttributeAliases
{
    // The first name that a span carries stands for the others.
    private static readonly string[][] Same =
    [
        [TelemetryNames.Llm.Model, TelemetryNames.GenAi.RequestModel, TelemetryNames.OpenInference.ModelName, TelemetryNames.GenAi.ResponseModel],
        [TelemetryNames.Llm.TokensInput, TelemetryNames.Llm.TokensInputDotted, TelemetryNames.GenAi.UsageInputTokens, TelemetryNames.OpenInference.TokenCountPrompt],
        [TelemetryNames.Llm.TokensOutput, TelemetryNames.Llm.TokensOutputDotted, TelemetryNames.GenAi.UsageOutputTokens, TelemetryNames.OpenInference.TokenCountCompletion],
        [TelemetryNames.Llm.TokensTotal, TelemetryNames.OpenInference.TokenCountTotal],
        [TelemetryNames.Llm.TokensCached, TelemetryNames.GenAi.UsageCacheReadInputTokens, TelemetryNames.OpenInference.TokenCountCacheRead],
        [TelemetryNames.Llm.Vendor, TelemetryNames.GenAi.ProviderName, TelemetryNames.OpenInference.System, TelemetryNames.OpenInference.Provider],
        [TelemetryNames.Llm.Temperature, TelemetryNames.GenAi.RequestTemperature],
        [TelemetryNames.Llm.Streamed, TelemetryNames.GenAi.RequestStream],
        [TelemetryNames.Llm.LastMessagePreview, TelemetryNames.Llm.Prompt, TelemetryNames.OpenInference.InputValue],
        [TelemetryNames.Llm.ResponsePreview, TelemetryNames.Llm.Response, TelemetryNames.OpenInference.OutputValue],
        [TelemetryNames.Turn.SessionId, TelemetryNames.GenAi.ConversationId],
        [TelemetryNames.OpenInference.ToolName, TelemetryNames.GenAi.ToolName],
        [TelemetryNames.OpenInference.ToolParameters, TelemetryNames.GenAi.ToolCallArguments],
        [TelemetryNames.Http.RequestMethod, TelemetryNames.Http.OldMethod],
        [TelemetryNames.Http.ResponseStatusCode, TelemetryNames.Http.OldStatusCode],
        [TelemetryNames.Http.UrlFull, TelemetryNames.Http.OldUrl],
    ];

    private static readonly FrozenDictionary<string, int> FactOf =
        Same.SelectMany(static (names, fact) => names.Select(name => KeyValuePair.Create(name, fact))).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// For the names that stand for others: those others. A name is put under another only where its value is the same, too; what
    /// differs is a fact of its own.
    /// </summary>
    /// <param name="attributes">The attributes that are shown.</param>
    public static FrozenDictionary<string, ImmutableArray<string>> Of(IEnumerable<KeyValuePair<string, object?>> attributes) =>
        attributes.Where(static attribute => FactOf.ContainsKey(attribute.Key))
            .GroupBy(static attribute => (FactOf[attribute.Key], AttributeText.Of(attribute.Value)))
            .Select(static group => group.Select(static attribute => attribute.Key).OrderBy(static key => Array.IndexOf(Same[FactOf[key]], key)).ToList())
            .Where(static names => names.Count > 1)
            .ToFrozenDictionary(static names => names[0], static names => names[1..].ToImmutableArray(), StringComparer.Ordinal);
}
