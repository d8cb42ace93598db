using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Mapping;

/// <summary>
/// Makes updates, or one response, of the chunks of one answer. One per answer: it holds the ids that all its updates
/// share, and those of its calls. Not for concurrent use.
/// </summary>
internal sealed class ResponseMapper
{
    private readonly string _responseId = NewId("resp_");
    private readonly string _messageId = NewId("msg_");
    private readonly HashSet<string> _callIds;
    private readonly string _model;
    private readonly bool _withReasoning;
    private bool _hasCalls;

    /// <param name="history">What was sent: its call ids are not given out again.</param>
    /// <param name="model">The model asked, for chunks that do not name one.</param>
    /// <param name="withReasoning">Whether the caller wants to see the thinking.</param>
    public ResponseMapper(IEnumerable<ChatMessage> history, string model, bool withReasoning)
    {
        (_model, _withReasoning) = (model, withReasoning);
        _callIds = history.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>One chunk as an update: reasoning, text, calls, usage, in this order, and never an empty text.</summary>
    public ChatResponseUpdate ToUpdate(OllamaChatChunk chunk)
    {
        List<AIContent> contents = Contents(chunk);
        if (Usage(chunk) is { } usage)
        {
            contents.Add(new UsageContent(usage));
        }

        return new ChatResponseUpdate(Role(chunk), contents)
        {
            ResponseId = _responseId,
            MessageId = _messageId,
            ModelId = Model(chunk),
            CreatedAt = chunk.CreatedAt,
            FinishReason = FinishReason(chunk),
            AdditionalProperties = Properties(chunk),
            RawRepresentation = chunk,
        };
    }

    /// <summary>A whole answer as a response.</summary>
    public ChatResponse ToResponse(OllamaChatChunk chunk) =>
        new(new ChatMessage(Role(chunk), Contents(chunk)) { MessageId = _messageId, CreatedAt = chunk.CreatedAt, RawRepresentation = chunk })
        {
            ResponseId = _responseId,
            ModelId = Model(chunk),
            CreatedAt = chunk.CreatedAt,
            FinishReason = FinishReason(chunk),
            Usage = Usage(chunk),
            AdditionalProperties = Properties(chunk),
            RawRepresentation = chunk,
        };

    /// <summary>The durations that Ollama sent, under the keys of <see cref="ResponseProperties"/>; null where it sent none.</summary>
    public static AdditionalPropertiesDictionary? Durations(OllamaStats? stats)
    {
        AdditionalPropertiesDictionary? properties = null;
        Add(ResponseProperties.TotalDuration, stats?.TotalDuration);
        Add(ResponseProperties.LoadDuration, stats?.LoadDuration);
        Add(ResponseProperties.PromptEvalDuration, stats?.PromptEvalDuration);
        Add(ResponseProperties.EvalDuration, stats?.EvalDuration);
        return properties;

        void Add(string key, TimeSpan? duration)
        {
            if (duration is not null)
            {
                (properties ??= [])[key] = duration.Value;
            }
        }
    }

    private List<AIContent> Contents(OllamaChatChunk chunk)
    {
        var contents = new List<AIContent>(1 + chunk.ToolCalls.Length);
        if (chunk.Thinking is not null && _withReasoning)
        {
            contents.Add(new TextReasoningContent(chunk.Thinking));
        }

        if (chunk.Content.Length > 0)
        {
            contents.Add(new TextContent(chunk.Content));
        }

        foreach (OllamaToolCall call in chunk.ToolCalls)
        {
            contents.Add(Call(call));
        }

        return contents;
    }

    /// <summary>Servers leave ids out, and some models give every call the same one: results could not be told apart.</summary>
    private FunctionCallContent Call(OllamaToolCall call)
    {
        _hasCalls = true;
        string id = string.IsNullOrEmpty(call.Id) || !_callIds.Add(call.Id) ? NewId("call_") : call.Id;
        try
        {
            return new FunctionCallContent(id, call.Name, Arguments(call.Arguments)) { RawRepresentation = call };
        }
        catch (InvalidOperationException e)
        {
            // No object: whoever runs the tool tells the model.
            return new FunctionCallContent(id, call.Name)
            {
                Exception = new JsonException($"The model gave {call.Name} arguments that are no JSON object.", e),
                RawRepresentation = call,
            };
        }
    }

    private static Dictionary<string, object?> Arguments(JsonElement json)
    {
        // A doubled name: the last one counts.
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (JsonProperty argument in json.EnumerateObject())
        {
            arguments[argument.Name] = argument.Value.ValueKind == JsonValueKind.Null ? null : argument.Value;
        }

        return arguments;
    }

    private ChatFinishReason? FinishReason(OllamaChatChunk chunk) => !chunk.Done ? null
        : _hasCalls ? ChatFinishReason.ToolCalls // Ollama itself says "stop".
        : chunk.DoneReason switch
        {
            null => null,
            "stop" => ChatFinishReason.Stop,
            "length" => ChatFinishReason.Length,
            { } other => new ChatFinishReason(other),
        };

    private string Model(OllamaChatChunk chunk) => string.IsNullOrEmpty(chunk.Model) ? _model : chunk.Model;

    private static ChatRole Role(OllamaChatChunk chunk) => chunk.Role == "assistant" ? ChatRole.Assistant : new ChatRole(chunk.Role);

    /// <summary>Null where Ollama counted nothing; a count that is missing stays null, and the total with it.</summary>
    private static UsageDetails? Usage(OllamaChatChunk chunk) =>
        chunk.Stats is not { } stats || (stats.PromptEvalCount ?? stats.EvalCount) is null ? null : new UsageDetails
        {
            InputTokenCount = stats.PromptEvalCount,
            CachedInputTokenCount = stats.PromptEvalCachedCount,
            OutputTokenCount = stats.EvalCount,
            TotalTokenCount = Total(stats.PromptEvalCount, stats.EvalCount),
        };

    // Counts that no model could reach are passed on as they came, but do not add up to less than nothing.
    private static long? Total(long? input, long? output) => unchecked(input + output) is >= 0 and var total ? total : null;

    private static AdditionalPropertiesDictionary? Properties(OllamaChatChunk chunk)
    {
        if (!chunk.Done)
        {
            return null;
        }

        AdditionalPropertiesDictionary? properties = Durations(chunk.Stats);
        if (chunk.DoneReason is not null)
        {
            (properties ??= [])[ResponseProperties.DoneReason] = chunk.DoneReason;
        }

        return properties;
    }

    private static string NewId(string prefix) => $"{prefix}{Guid.NewGuid():N}";
}
