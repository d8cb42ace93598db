using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama.Json;
using ThinkValue = OllamaSharp.Models.Chat.ThinkValue;

namespace OllamaStudio.Core.Ollama.Mapping;

/// <summary>Makes Ollama's request of messages and <see cref="ChatOptions"/>.</summary>
internal static class RequestMapper
{
    /// <summary>Ollama cannot decode <c>true</c> where a schema is expected; the cache remembers what was converted.</summary>
    private static readonly AIJsonSchemaTransformCache Schemas = new(new AIJsonSchemaTransformOptions { ConvertBooleanSchemas = true });

    private static readonly JsonElement AnyJson = JsonElement.Parse("\"json\"");

    /// <summary>
    /// Maps. A request made by <see cref="ChatOptions.RawRepresentationFactory"/> is the base: what it sets, stays; messages come after its own.
    /// Without a client there is none.
    /// </summary>
    public static OllamaChatRequest Map(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? defaultModel, IChatClient? client)
    {
        var raw = client is null ? null : options?.RawRepresentationFactory?.Invoke(client) as OllamaChatRequest;
        var properties = new PropertyReader(options?.AdditionalProperties);
        OllamaMessage[] mapped = [.. MessageMapper.Map(messages, options?.Instructions)];
        return new OllamaChatRequest
        {
            Model = Model(raw?.Model ?? options?.ModelId ?? defaultModel),
            Messages = [.. raw?.Messages ?? [], .. mapped],
            Tools = raw?.Tools ?? Tools(options),
            Template = raw?.Template,
            Format = raw?.Format ?? Format(options?.ResponseFormat),
            Think = raw?.Think ?? properties.Think(OllamaRequestProperties.Think) ?? Think(options?.Reasoning?.Effort),
            KeepAlive = raw?.KeepAlive ?? properties.KeepAlive(OllamaRequestProperties.KeepAlive),
            Options = raw?.Options ?? Options(options, properties),

            // A prompt that does not fit is refused with its size, not cut in silence. Costs nothing, and older servers ignore it; a
            // request without messages only loads the model.
            Truncate = raw?.Truncate ?? properties.Bool(OllamaRequestProperties.Truncate) ?? (mapped.Length > 0 ? false : null),
            Shift = raw?.Shift ?? properties.Bool(OllamaRequestProperties.Shift),
            Logprobs = raw?.Logprobs ?? properties.Bool(OllamaRequestProperties.Logprobs),
            TopLogprobs = raw?.TopLogprobs ?? properties.Int(OllamaRequestProperties.TopLogprobs),
        };
    }

    private static string Model(string? model) => string.IsNullOrWhiteSpace(model)
        ? throw new OllamaException(OllamaErrorKind.Refused, "No model is chosen.", "Choose a model.")
        : model;

    private static ThinkValue? Think(ReasoningEffort? effort) => effort switch
    {
        null => (ThinkValue?)null,
        ReasoningEffort.None => new ThinkValue(false),
        ReasoningEffort.Low => new ThinkValue(ThinkValue.Low),
        ReasoningEffort.Medium => new ThinkValue(ThinkValue.Medium),
        ReasoningEffort.High => new ThinkValue(ThinkValue.High),
        _ => new ThinkValue("max"),
    };

    private static JsonElement? Format(ChatResponseFormat? format) =>
        format is not ChatResponseFormatJson json ? null
        : json.Schema is null ? AnyJson
        : Schemas.GetOrCreateTransformedSchema(json) ?? AnyJson;

    /// <summary>
    /// Ollama has no choice of tools: "none" is to offer none, "this one" to offer only it. Tools that are no functions run at
    /// a provider; Ollama has none of those.
    /// </summary>
    private static List<OllamaTool>? Tools(ChatOptions? options)
    {
        if (options?.Tools is not { Count: > 0 } tools || options.ToolMode is NoneChatToolMode)
        {
            return null;
        }

        string? only = (options.ToolMode as RequiredChatToolMode)?.RequiredFunctionName;
        List<OllamaTool> mapped = [.. tools.OfType<AIFunctionDeclaration>()
            .Where(tool => only is null || tool.Name == only)
            .Select(tool => new OllamaTool(tool.Name, tool.Description, Schemas.GetOrCreateTransformedSchema(tool)))];
        return mapped.Count == 0 ? null : mapped;
    }

    private static OllamaOptions? Options(ChatOptions? options, PropertyReader properties)
    {
        var mapped = new OllamaOptions
        {
            Temperature = options?.Temperature,
            TopP = options?.TopP,
            TopK = options?.TopK,
            Seed = options?.Seed,
            FrequencyPenalty = options?.FrequencyPenalty,
            PresencePenalty = options?.PresencePenalty,
            Stop = options?.StopSequences is { Count: > 0 } stop ? [.. stop] : null,
            NumPredict = options?.MaxOutputTokens ?? properties.Int(OllamaRequestProperties.NumPredict),
            NumCtx = properties.Int(OllamaRequestProperties.NumCtx),
            NumBatch = properties.Int(OllamaRequestProperties.NumBatch),
            NumGpu = properties.Int(OllamaRequestProperties.NumGpu),
            MainGpu = properties.Int(OllamaRequestProperties.MainGpu),
            UseMmap = properties.Bool(OllamaRequestProperties.UseMmap),
            NumThread = properties.Int(OllamaRequestProperties.NumThread),
            NumKeep = properties.Int(OllamaRequestProperties.NumKeep),
            MinP = properties.Float(OllamaRequestProperties.MinP),
            TypicalP = properties.Float(OllamaRequestProperties.TypicalP),
            RepeatLastN = properties.Int(OllamaRequestProperties.RepeatLastN),
            RepeatPenalty = properties.Float(OllamaRequestProperties.RepeatPenalty),
        };
        return Wire.IsEmpty(mapped) ? null : mapped;
    }
}
