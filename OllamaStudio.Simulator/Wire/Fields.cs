using System.Text.Json;

namespace OllamaStudio.Simulator.Wire;

/// <summary>
/// Reads a request's fields the way Go's decoder does: unknown fields are passed over, null counts as absent,
/// a wrong type is refused in Go's words, naming the field.
/// </summary>
internal readonly struct Fields
{
    private readonly JsonElement _object;
    private readonly string _path;

    public Fields(JsonElement element, string path, string goType)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Mismatch(element, path, goType);
        }

        _object = element;
        _path = path;
    }

    /// <summary>The element as it came; for parts that are passed through.</summary>
    public JsonElement Element => _object;

    /// <summary>The path of a field, such as <c>ChatRequest.messages</c>.</summary>
    public string Path(string name) => $"{_path}.{name}";

    /// <summary>The field, where it is there and not null.</summary>
    public JsonElement? Any(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A string; empty where absent.</summary>
    public string Text(string name) => Expect(name, JsonValueKind.String, "string")?.GetString() ?? "";

    /// <summary>A boolean; null where absent.</summary>
    public bool? Flag(string name) => Any(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Mismatch(other, Path(name), "bool"),
    };

    /// <summary>A whole number; 0 where absent.</summary>
    public int Integer(string name) => Any(name) switch
    {
        null => 0,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) => value,
        { } other => throw Mismatch(other, Path(name), "int"),
    };

    /// <summary>An array's elements; none where absent.</summary>
    public IReadOnlyList<JsonElement> List(string name, string goType) =>
        Expect(name, JsonValueKind.Array, goType) is { } array ? [.. array.EnumerateArray()] : [];

    /// <summary>An object; null where absent.</summary>
    public JsonElement? Object(string name, string goType) => Expect(name, JsonValueKind.Object, goType);

    /// <summary>The refusal of a value of the wrong type, in Go's words.</summary>
    public static WireException Mismatch(JsonElement element, string path, string goType)
    {
        var kind = element.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => "bool",
            JsonValueKind.Number => "number",
            JsonValueKind.String => "string",
            JsonValueKind.Array => "array",
            _ => "object",
        };
        return WireException.BadRequest(path.Contains('.', StringComparison.Ordinal)
            ? $"json: cannot unmarshal {kind} into Go struct field {path} of type {goType}"
            : $"json: cannot unmarshal {kind} into Go value of type {goType}");
    }

    private JsonElement? Expect(string name, JsonValueKind kind, string goType) =>
        Any(name) is not { } value ? null : value.ValueKind == kind ? value : throw Mismatch(value, Path(name), goType);
}
