using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Simulator.Wire;

/// <summary>What chunks of <c>/api/chat</c> and <c>/api/generate</c> have in common; durations in nanoseconds.</summary>
internal abstract record AnswerChunk
{
    [JsonPropertyOrder(-2)]
    public required string Model { get; init; }

    [JsonPropertyOrder(-2)]
    public required string CreatedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Done { get; init; }

    public string? DoneReason { get; init; }

    public IReadOnlyList<LogprobPart>? Logprobs { get; init; }

    public long TotalDuration { get; init; }

    public long LoadDuration { get; init; }

    public int PromptEvalCount { get; init; }

    public long PromptEvalDuration { get; init; }

    public int EvalCount { get; init; }

    public long EvalDuration { get; init; }
}

/// <summary>A chunk of <c>/api/chat</c>.</summary>
internal sealed record ChatChunk : AnswerChunk
{
    [JsonPropertyOrder(-1)]
    public required MessagePart Message { get; init; }
}

/// <summary>A chunk of <c>/api/generate</c>; <c>context</c> only on the last.</summary>
internal sealed record GenerateChunk : AnswerChunk
{
    [JsonPropertyOrder(-1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string Response { get; init; } = "";

    [JsonPropertyOrder(-1)]
    public string? Thinking { get; init; }

    public IReadOnlyList<int>? Context { get; init; }
}

/// <summary>The <c>message</c> of a chunk; <c>content</c> is always there.</summary>
internal sealed record MessagePart
{
    public string Role { get; init; } = "assistant";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string Content { get; init; } = "";

    public string? Thinking { get; init; }

    public IReadOnlyList<ToolCallPart>? ToolCalls { get; init; }
}

internal sealed record ToolCallPart(string? Id, FunctionPart Function);

internal sealed record FunctionPart([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int Index, string Name, JsonElement Arguments);
