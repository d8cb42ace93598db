using System.Buffers;
using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>A span as JSON, in the words of OTLP: as a receiver would get it, for one span and to be read.</summary>
public static class SpanJson
{
    // Shown to people, escaped by the renderer: "ü" stays "ü".
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The span, laid out over lines. A running span has no end, and its status is unset.</summary>
    public static string Of(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("traceId", span.TraceId);
            json.WriteString("spanId", span.SpanId);
            if (span.ParentSpanId is not null)
            {
                json.WriteString("parentSpanId", span.ParentSpanId);
            }

            json.WriteString("name", span.Name);
            json.WriteString("kind", "SPAN_KIND_" + span.Kind.ToString().ToUpperInvariant());
            json.WriteString("startTimeUnixNano", Nanoseconds(span.StartTime));
            if (span.Duration is { } duration)
            {
                json.WriteString("endTimeUnixNano", Nanoseconds(span.StartTime + duration));
            }

            WriteAttributes(json, span.Attributes);
            json.WriteStartArray("events");
            foreach (var happened in span.Events)
            {
                json.WriteStartObject();
                json.WriteString("timeUnixNano", Nanoseconds(happened.Time));
                json.WriteString("name", happened.Name);
                WriteAttributes(json, happened.Attributes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("status");
            json.WriteString("code", span.Status switch { SpanStatus.Ok => "STATUS_CODE_OK", SpanStatus.Error => "STATUS_CODE_ERROR", _ => "STATUS_CODE_UNSET" });
            if (span.StatusDescription is not null)
            {
                json.WriteString("message", span.StatusDescription);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteAttributes(Utf8JsonWriter json, ImmutableArray<KeyValuePair<string, object?>> attributes)
    {
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
            case int or long:
                json.WriteString("intValue", AttributeText.Of(value));
                break;
            case double or float or decimal when SpanFacts.Number(value) is { } number && double.IsFinite(number):
                json.WriteNumber("doubleValue", number);
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
                json.WriteString("stringValue", AttributeText.Of(value));
                break;
        }

        json.WriteEndObject();
    }

    private static string Nanoseconds(DateTimeOffset time) => ((time - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);
}
