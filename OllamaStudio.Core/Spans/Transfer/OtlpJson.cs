using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace OllamaStudio.Core.Spans.Transfer;

/// <summary>Values in OTLP's JSON mapping: 64-bit numbers are texts (OTLP 1.9, "JSON Protobuf Encoding").</summary>
public static class OtlpJson
{
    /// <summary>Writes the member <c>attributes</c>; nothing where there are none.</summary>
    /// <param name="json">Inside of an object.</param>
    /// <param name="attributes">Names with their values; numbers, booleans, texts and lists of these, else the value's text.</param>
    public static void WriteAttributes(Utf8JsonWriter json, ImmutableArray<KeyValuePair<string, object?>> attributes)
    {
        if (attributes.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("attributes");
        foreach (var (key, value) in attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WritePropertyName("value");
            WriteValue(json, value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        json.WriteStartObject();
        switch (value)
        {
            case null:
                break;
            case bool flag:
                json.WriteBoolean("boolValue", flag);
                break;
            case long or int or short or byte:
                json.WriteString("intValue", Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case double or float or decimal:
                var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                if (double.IsFinite(number))
                {
                    json.WriteNumber("doubleValue", number);
                }
                else
                {
                    json.WriteString("doubleValue", number.ToString(CultureInfo.InvariantCulture)); // NaN, Infinity, -Infinity
                }

                break;
            case IEnumerable items and not string:
                json.WriteStartObject("arrayValue");
                json.WriteStartArray("values");
                foreach (var item in items)
                {
                    WriteValue(json, item);
                }

                json.WriteEndArray();
                json.WriteEndObject();
                break;
            default:
                json.WriteString("stringValue", Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>Nanoseconds since 1970 as a text; 0 for what was before.</summary>
    public static string Nanoseconds(DateTimeOffset time) =>
        (Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks) * (Int128)TimeSpan.NanosecondsPerTick).ToString(CultureInfo.InvariantCulture);
}
