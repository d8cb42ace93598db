using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Benchmarks.Parsing;

/// <summary>A line of <c>/api/chat</c> as one would declare it for the serializer.</summary>
internal sealed class SerializerChunk
{
    public string? Model { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    public SerializerMessage? Message { get; set; }

    public bool Done { get; set; }

    public string? DoneReason { get; set; }

    public long? TotalDuration { get; set; }

    public long? LoadDuration { get; set; }

    public long? PromptEvalCount { get; set; }

    public long? PromptEvalDuration { get; set; }

    public long? EvalCount { get; set; }

    public long? EvalDuration { get; set; }
}

/// <summary>Its <c>message</c>.</summary>
internal sealed class SerializerMessage
{
    public string? Role { get; set; }

    public string? Content { get; set; }

    public string? Thinking { get; set; }

    public IReadOnlyList<JsonElement>? ToolCalls { get; set; }
}

/// <summary>The code that the compiler generates for them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SerializerChunk))]
internal sealed partial class SerializerContext : JsonSerializerContext;
