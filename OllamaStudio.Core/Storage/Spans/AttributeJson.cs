using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>
/// Attributes as JSON, in their order and with their exact types: <c>[["name","qwen3:8b"],["count",2,"int"],["tags",["a","b"]]]</c>.
/// The third item names a type that the value does not tell: text, booleans, whole numbers of 64 bits and lists of texts tell it themselves.
/// </summary>
internal static class AttributeJson
{
    // Read by nobody but this class, so that text stays short; half a character must not be written as it is.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The attributes; null for none.</summary>
    public static string? Write(ImmutableArray<KeyValuePair<string, object?>> attributes) =>
        attributes.IsEmpty ? null : Write(json => WriteAttributes(json, attributes));

    /// <summary>A pattern for LIKE that finds attributes with that name in any case, and others seldom.</summary>
    public static string KeyAsWritten(string key)
    {
        var written = Write(json => json.WriteStringValue(key));
        return $"%[{written.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)},%";
    }

    /// <summary>
    /// A pattern for LIKE that finds attributes with the word that is asked for, and others; null where there is no telling how it is
    /// written: numbers, signs that JSON may escape, letters whose case LIKE does not know.
    /// </summary>
    public static string? WordAsWritten(AttributeTerm term) =>
        term.Operator is QueryOperator.Has or QueryOperator.Equal && term.Value.Any(char.IsAsciiLetter)
        && term.Value.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '-' or '_' or '.' or ':')
        && !double.TryParse(term.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? $"%{term.Value.Replace("_", "\\_", StringComparison.Ordinal)}%"
            : null;

    /// <summary>The events: <c>[["exception",1767225600000000000,[…]]]</c>; null for none.</summary>
    public static string? Write(ImmutableArray<SpanEventRecord> events) => events.IsEmpty ? null : Write(json =>
    {
        json.WriteStartArray();
        foreach (var happened in events)
        {
            json.WriteStartArray();
            json.WriteStringValue(happened.Name);
            json.WriteNumberValue(StoredTime.Of(happened.Time));
            WriteAttributes(json, happened.Attributes);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    });

    /// <summary>The links: <c>[["0af7…","b7ad…",[…]]]</c>; null for none.</summary>
    public static string? Write(ImmutableArray<SpanLinkRecord> links) => links.IsEmpty ? null : Write(json =>
    {
        json.WriteStartArray();
        foreach (var link in links)
        {
            json.WriteStartArray();
            json.WriteStringValue(link.TraceId);
            json.WriteStringValue(link.SpanId);
            WriteAttributes(json, link.Attributes);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    });

    /// <summary>Reads what was written of attributes.</summary>
    public static ImmutableArray<KeyValuePair<string, object?>> ReadAttributes(string? text)
    {
        if (text is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(text);
        return Attributes(document.RootElement);
    }

    /// <summary>Reads what was written of events.</summary>
    public static ImmutableArray<SpanEventRecord> ReadEvents(string? text)
    {
        if (text is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(static item => new SpanEventRecord(item[0].GetString()!, StoredTime.Read(item[1].GetInt64()), Attributes(item[2])))];
    }

    /// <summary>Reads what was written of links.</summary>
    public static ImmutableArray<SpanLinkRecord> ReadLinks(string? text)
    {
        if (text is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(static item => new SpanLinkRecord(item[0].GetString()!, item[1].GetString()!, Attributes(item[2])))];
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteAttributes(Utf8JsonWriter json, ImmutableArray<KeyValuePair<string, object?>> attributes)
    {
        json.WriteStartArray();
        foreach (var (key, value) in attributes)
        {
            json.WriteStartArray();
            json.WriteStringValue(key);
            if (value is Array array)
            {
                json.WriteStartArray();
                foreach (var item in array)
                {
                    WriteScalar(json, item);
                }

                json.WriteEndArray();
            }
            else
            {
                WriteScalar(json, value);
            }

            if (TypeOf(value) is { } type)
            {
                json.WriteStringValue(type);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteScalar(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long or int or short or byte:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            default: // not finite, or of a type that nothing else can tell
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string? TypeOf(object? value) => value switch
    {
        int => "int",
        double => "double",
        float => "float",
        short => "short",
        byte => "byte",
        decimal => "decimal",
        long[] => "long[]",
        int[] => "int[]",
        double[] => "double[]",
        float[] => "float[]",
        bool[] => "bool[]",
        _ => null,
    };

    private static ImmutableArray<KeyValuePair<string, object?>> Attributes(JsonElement array)
    {
        var attributes = ImmutableArray.CreateBuilder<KeyValuePair<string, object?>>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            attributes.Add(new(item[0].GetString()!, Value(item[1], item.GetArrayLength() > 2 ? item[2].GetString() : null)));
        }

        return attributes.MoveToImmutable();
    }

    private static object? Value(JsonElement value, string? type) => (type, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) => null,
        ("int", _) => value.GetInt32(),
        ("double", _) => Double(value),
        ("float", _) => (float)Double(value),
        ("short", _) => value.GetInt16(),
        ("byte", _) => value.GetByte(),
        ("decimal", _) => value.GetDecimal(),
        ("long[]", _) => value.EnumerateArray().Select(static item => item.GetInt64()).ToArray(),
        ("int[]", _) => value.EnumerateArray().Select(static item => item.GetInt32()).ToArray(),
        ("double[]", _) => value.EnumerateArray().Select(Double).ToArray(),
        ("float[]", _) => value.EnumerateArray().Select(static item => (float)Double(item)).ToArray(),
        ("bool[]", _) => value.EnumerateArray().Select(static item => item.GetBoolean()).ToArray(),
        (_, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
        (_, JsonValueKind.Number) => value.GetInt64(),
        (_, JsonValueKind.Array) => value.EnumerateArray().Select(static item => item.ValueKind is JsonValueKind.String ? item.GetString() : item.ValueKind is JsonValueKind.Null ? null : item.GetRawText()).ToArray(),
        _ => value.GetString(),
    };

    private static double Double(JsonElement value) => value.ValueKind is JsonValueKind.String
        ? double.Parse(value.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)
        : value.GetDouble();
}
