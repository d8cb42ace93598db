using System.Text.Json;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Wire;

/// <summary>Reads <c>/api/chat</c>.</summary>
internal static class ChatRequest
{
    public const string GoType = "ChatRequest";

    public static InferenceRequest Read(Fields fields) => new()
    {
        Model = fields.Text("model"),
        Stream = fields.Flag("stream") ?? true,
        Truncate = fields.Flag("truncate") ?? true,
        Shift = fields.Flag("shift") ?? true,
        Format = ReadFormat(fields),
        Think = ReadThink(fields),
        KeepAlive = fields.Any("keep_alive") is { } keepAlive ? GoDuration.Read(keepAlive) : null,
        Options = fields.Object("options", "map[string]interface {}"),
        Logprobs = ReadLogprobs(fields),
        Turns = [.. fields.List("messages", "[]api.Message").Select(item => ReadTurn(item, fields.Path("messages")))],
        Tools = [.. fields.List("tools", "api.Tools").Select(item => ReadTool(item, fields.Path("tools")))],
    };

    /// <summary><c>true</c>, <c>false</c> or a level; other words are refused.</summary>
    public static ThinkLevel? ReadThink(Fields fields) => fields.Any("think") switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => ThinkLevel.Medium,
        { ValueKind: JsonValueKind.False } => ThinkLevel.None,
        { ValueKind: JsonValueKind.String } level => level.GetString() switch
        {
            "low" => ThinkLevel.Low,
            "medium" => ThinkLevel.Medium,
            "high" => ThinkLevel.High,
            "max" => ThinkLevel.Max,
            var other => throw WireException.BadRequest($"invalid think value: \"{other}\" (must be \"high\", \"medium\", \"low\", \"max\", true, or false)"),
        },
        _ => throw WireException.BadRequest("think must be a boolean or string (\"high\", \"medium\", \"low\", \"max\", true, or false)"),
    };

    /// <summary><c>"json"</c>, a schema, or nothing (an empty string counts as nothing).</summary>
    public static JsonElement ReadFormat(Fields fields) => fields.Any("format") switch
    {
        null => default,
        { ValueKind: JsonValueKind.Object } schema => schema,
        { ValueKind: JsonValueKind.String } text when text.GetString() is "json" => text,
        { ValueKind: JsonValueKind.String } text when text.GetString() is "" => default,
        { } other => throw WireException.BadRequest($"invalid format: {other.GetRawText()}; expected \"json\" or a valid JSON Schema object"),
    };

    public static (bool Wanted, int Alternatives) ReadLogprobs(Fields fields) =>
        fields.Integer("top_logprobs") is var count and >= 0 and <= 20
            ? (fields.Flag("logprobs") ?? false, count)
            : throw WireException.BadRequest("top_logprobs must be between 0 and 20");

    private static Turn ReadTurn(JsonElement element, string path)
    {
        var fields = new Fields(element, path, "api.Message");
        return new Turn(fields.Text("role").ToLowerInvariant(), fields.Text("content"))
        {
            Thinking = fields.Text("thinking"),
            Images = ReadImages(fields),
            Calls = [.. fields.List("tool_calls", "[]api.ToolCall").Select(item => ReadCall(item, fields.Path("tool_calls")))],
            ToolName = fields.Text("tool_name"),
        };
    }

    /// <summary>Counts the images, each of which must be bare base64 (no <c>data:</c> in front).</summary>
    internal static int ReadImages(Fields fields)
    {
        var images = fields.List("images", "[]api.ImageData");
        foreach (var image in images)
        {
            if (image.ValueKind != JsonValueKind.String)
            {
                throw Fields.Mismatch(image, fields.Path("images"), "api.ImageData");
            }

            if (!image.TryGetBytesFromBase64(out _))
            {
                throw WireException.BadRequest("illegal base64 data at input byte 0");
            }
        }

        return images.Count;
    }

    private static ToolCall ReadCall(JsonElement element, string path)
    {
        var call = new Fields(element, path, "api.ToolCall");
        if (call.Object("function", "api.ToolCallFunction") is not { } inner)
        {
            return new ToolCall(call.Text("id"), "", EmptyObject);
        }

        var function = new Fields(inner, call.Path("function"), "api.ToolCallFunction");
        return new ToolCall(call.Text("id"), function.Text("name"), function.Object("arguments", "map[string]interface {}") ?? EmptyObject);
    }

    private static ToolDefinition ReadTool(JsonElement element, string path)
    {
        var tool = new Fields(element, path, "api.Tool");
        var function = new Fields(tool.Object("function", "api.ToolFunction") ?? EmptyObject, tool.Path("function"), "api.ToolFunction");
        var parameters = function.Object("parameters", "api.ToolFunctionParameters") ?? EmptyObject;
        var schema = new Fields(parameters, function.Path("parameters"), "api.ToolFunctionParameters");
        foreach (var property in schema.Object("properties", "map[string]api.ToolProperty")?.EnumerateObject() ?? default)
        {
            // A schema may be a mere boolean; Ollama's decoder knows only objects.
            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                throw Fields.Mismatch(property.Value, schema.Path("properties"), "api.ToolProperty");
            }
        }

        return new ToolDefinition(function.Text("name"), function.Text("description"), parameters);
    }

    private static JsonElement EmptyObject { get; } = JsonElement.Parse("{}");
}
