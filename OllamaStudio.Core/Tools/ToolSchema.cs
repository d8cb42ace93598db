using System.Text.Json;

namespace OllamaStudio.Core.Tools;

/// <summary>What a tool's JSON schema says of its arguments, as far as a call is checked against it: their names.</summary>
internal sealed class ToolSchema
{
    // With one of these beside "properties" a schema may know names that do not stand in it.
    private static readonly string[] ElsewhereKeywords =
        ["patternProperties", "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "dependencies", "unevaluatedProperties"];

    private readonly bool _isOpen;

    private ToolSchema(IReadOnlyList<string> known, IReadOnlyList<string> required, bool isOpen, bool isClosed)
    {
        Known = known;
        Required = required;
        _isOpen = isOpen;
        IsClosed = isClosed;
    }

    /// <summary>Names of the arguments, in the schema's order.</summary>
    public IReadOnlyList<string> Known { get; }

    /// <summary>Names of those that a call must have.</summary>
    public IReadOnlyList<string> Required { get; }

    /// <summary>Whether an argument beyond <see cref="Known"/> is an error: the schema forbids it, or the tool is the studio's own, which would pass it over.</summary>
    public bool IsClosed { get; }

    /// <summary>The schema of that tool.</summary>
    public static ToolSchema Of(StudioTool tool)
    {
        // {"type":"object","properties":{"timezone":{"type":"string"}},"required":["timezone"],"additionalProperties":false}
        if (tool.Function.JsonSchema is not { ValueKind: JsonValueKind.Object } schema)
        {
            return new ToolSchema([], [], isOpen: true, isClosed: false);
        }

        var hasMore = schema.TryGetProperty("additionalProperties", out var more);
        var isElsewhere = ElsewhereKeywords.Any(keyword => schema.TryGetProperty(keyword, out _));
        return new ToolSchema(
            schema.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object ? [.. properties.EnumerateObject().Select(property => property.Name)] : [],
            schema.TryGetProperty("required", out var required) && required.ValueKind is JsonValueKind.Array
                ? [.. required.EnumerateArray().Where(name => name.ValueKind is JsonValueKind.String).Select(name => name.GetString()!)]
                : [],
            isOpen: isElsewhere || (hasMore && more.ValueKind is not JsonValueKind.False),
            isClosed: tool.Source == ToolBox.BuiltInSource || (hasMore && more.ValueKind is JsonValueKind.False));
    }

    /// <summary>Those of the names that the schema does not know; none where it takes any.</summary>
    public IReadOnlyList<string> Unknown(IEnumerable<string> names) => _isOpen ? [] : [.. names.Except(Known, StringComparer.Ordinal)];

    /// <summary>The names of the arguments, in a sentence.</summary>
    public string Tell(string tool) =>
        Known.Count == 0 ? $"{tool} takes no arguments." : $"The arguments of {tool} are: {string.Join(", ", Known)}.";
}
