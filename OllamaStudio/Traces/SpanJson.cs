using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Spans.Transfer;

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
            json.WriteString("startTimeUnixNano", OtlpJson.Nanoseconds(span.StartTime));
            if (span.Duration is { } duration)
            {
                json.WriteString("endTimeUnixNano", OtlpJson.Nanoseconds(span.StartTime + duration));
            }

            OtlpJson.WriteAttributes(json, span.Attributes);
            json.WriteStartArray("events");
            foreach (var happened in span.Events)
            {
                json.WriteStartObject();
                json.WriteString("timeUnixNano", OtlpJson.Nanoseconds(happened.Time));
                json.WriteString("name", happened.Name);
                OtlpJson.WriteAttributes(json, happened.Attributes);
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
}
