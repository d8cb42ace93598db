using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OllamaStudio.Core.Spans.Transfer;

/// <summary>
/// Writes spans as OpenTelemetry's file exporter does: JSON lines, each an <c>ExportTraceServiceRequest</c> in OTLP's JSON mapping (ids in
/// hexadecimal, 64-bit numbers as texts, enums as numbers; OTLP 1.9, "JSON Protobuf Encoding"). <see cref="OtlpReader"/> reads it back as it was,
/// but that whole numbers of any size are 64 bits wide then.
/// </summary>
public static class OtlpWriter
{
    // Bits of a span's flags beside the trace's own 8 (opentelemetry/proto/trace/v1, SpanFlags).
    internal const int Sampled = 0x1;
    internal const int HasIsRemote = 0x100;

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes one line with its line feed. A span that is running is left out: it has no end yet.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="spans">Spans, in any order; those of one resource and source stand together in the line.</param>
    /// <returns>How many spans the line has. Where it is none, nothing was written.</returns>
    public static int WriteLine(IBufferWriter<byte> buffer, IEnumerable<SpanRecord> spans)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        var ended = spans.Where(static span => !span.IsRunning).ToList();
        if (ended.Count == 0)
        {
            return 0;
        }

        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteStartArray("resourceSpans");
            foreach (var resource in ended.GroupBy(static span => span.Resource))
            {
                json.WriteStartObject();
                json.WriteStartObject("resource");
                OtlpJson.WriteAttributes(json, resource.Key.Attributes);
                json.WriteEndObject();
                json.WriteStartArray("scopeSpans");
                foreach (var scope in resource.GroupBy(static span => (span.Scope, span.ScopeVersion)))
                {
                    json.WriteStartObject();
                    json.WriteStartObject("scope");
                    WriteText(json, "name", scope.Key.Scope);
                    WriteText(json, "version", scope.Key.ScopeVersion);
                    json.WriteEndObject();
                    json.WriteStartArray("spans");
                    foreach (var span in scope)
                    {
                        Write(json, span);
                    }

                    json.WriteEndArray();
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return ended.Count;
    }

    private static void Write(Utf8JsonWriter json, SpanRecord span)
    {
        json.WriteStartObject();
        json.WriteString("traceId", span.TraceId);
        json.WriteString("spanId", span.SpanId);
        WriteText(json, "parentSpanId", span.ParentSpanId);
        json.WriteNumber("flags", HasIsRemote | (span.Sampled is false ? 0 : Sampled));
        json.WriteString("name", span.Name);
        json.WriteNumber("kind", span.Kind switch { ActivityKind.Server => 2, ActivityKind.Client => 3, ActivityKind.Producer => 4, ActivityKind.Consumer => 5, _ => 1 });
        json.WriteString("startTimeUnixNano", OtlpJson.Nanoseconds(span.StartTime));
        json.WriteString("endTimeUnixNano", OtlpJson.Nanoseconds(span.StartTime + span.Duration!.Value));
        OtlpJson.WriteAttributes(json, span.Attributes);
        if (!span.Events.IsEmpty)
        {
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
        }

        if (span.DroppedEventCount > 0)
        {
            json.WriteNumber("droppedEventsCount", span.DroppedEventCount);
        }

        if (!span.Links.IsEmpty)
        {
            json.WriteStartArray("links");
            foreach (var link in span.Links)
            {
                json.WriteStartObject();
                json.WriteString("traceId", link.TraceId);
                json.WriteString("spanId", link.SpanId);
                OtlpJson.WriteAttributes(json, link.Attributes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("status");
        WriteText(json, "message", span.StatusDescription);
        if (span.Status is SpanStatus.Ok or SpanStatus.Error)
        {
            json.WriteNumber("code", span.Status is SpanStatus.Ok ? 1 : 2);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}
