using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OllamaStudio.Simulator.Wire;

// A field that is missing or null is set to null by the serializer, so empty values are put in its place here.

/// <summary>A message of a conversation, as it comes with a request and as it goes out in a chunk.</summary>
internal sealed record Message
{
    /// <summary><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    public string Role { get; init => field = value?.ToLowerInvariant() ?? ""; } = "";

    [JsonConverter(typeof(PlainTextConverter))]
    public string Content { get; init => field = value ?? ""; } = "";

    [JsonConverter(typeof(PlainTextConverter))]
    public string? Thinking { get; init; }

    /// <summary>Bare base64 on the wire, without <c>data:</c> in front.</summary>
    public IReadOnlyList<byte[]>? Images { get; init; }

    public IReadOnlyList<ToolCall>? ToolCalls { get; init => field = value is null ? null : [.. value.OfType<ToolCall>()]; }

    /// <summary>On a tool's result: the tool's name, where the client sent it.</summary>
    public string? ToolName { get; init; }
}

/// <summary>A call of a tool.</summary>
internal sealed record ToolCall(string? Id, CalledFunction Function)
{
    public CalledFunction Function { get; init; } = Function ?? new CalledFunction(0, "", []);
}

/// <summary>What is called; <paramref name="Arguments"/> is an object, and refused as a string.</summary>
internal sealed record CalledFunction([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int Index, string Name, JsonObject Arguments)
{
    public string Name { get; init; } = Name ?? "";

    public JsonObject Arguments { get; init; } = Arguments ?? [];
}

/// <summary>A tool on offer.</summary>
internal sealed record Tool
{
    public ToolFunction Function { get; init => field = value ?? new ToolFunction(); } = new();
}

/// <summary>What a tool says of itself; <see cref="Parameters"/> is a JSON schema.</summary>
internal sealed record ToolFunction
{
    public string Name { get; init => field = value ?? ""; } = "";

    public string Description { get; init => field = value ?? ""; } = "";

    public JsonObject Parameters { get; init => field = value ?? []; } = [];

    /// <summary>The schemas of the parameters by name.</summary>
    [JsonIgnore]
    public JsonObject Properties => Parameters["properties"] as JsonObject ?? [];

    public bool Requires(string name) =>
        Parameters["required"] is JsonArray required && required.Any(item => item?.ToString() == name);
}
