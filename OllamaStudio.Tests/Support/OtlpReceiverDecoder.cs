using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace OllamaStudio.Tests.Support;

/// <summary>
/// Decodes an <c>ExportTraceServiceRequest</c> (opentelemetry-proto 1.x) field by field, independently of the code under test.
/// </summary>
internal static class OtlpReceiverDecoder
{
    /// <exception cref="FormatException">Not such a message.</exception>
    /// <exception cref="InvalidProtocolBufferException">Not protobuf.</exception>
    public static IReadOnlyList<OtlpReceiverSpan> Decode(ReadOnlyMemory<byte> request, IReadOnlyDictionary<string, string> headers)
    {
        var spans = new List<OtlpReceiverSpan>();
        foreach (var resourceSpans in Messages(request, 1))
        {
            var resource = Messages(resourceSpans, 1).Select(one => Attributes(one, 1)).FirstOrDefault() ?? [];
            var project = headers.GetValueOrDefault("x-project-name") is { Length: > 0 } named ? named
                : resource.GetValueOrDefault("openinference.project.name") as string ?? "default";
            foreach (var scopeSpans in Messages(resourceSpans, 2))
            {
                var scope = Messages(scopeSpans, 1).Select(one => Text(one, 1)).FirstOrDefault() ?? "";
                spans.AddRange(Messages(scopeSpans, 2).Select(span => DecodeSpan(span) with { Resource = resource, Scope = scope, Project = project, Headers = headers }));
            }
        }

        return spans;
    }

    /// <summary>The body in plain; null for an encoding that Phoenix does not take.</summary>
    public static Stream? Decompress(HttpRequest request) => request.Headers.ContentEncoding.ToString() switch
    {
        "" => request.Body,
        "gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress),
        _ => null,
    };

    private static OtlpReceiverSpan DecodeSpan(ReadOnlyMemory<byte> span)
    {
        var status = Messages(span, 15).FirstOrDefault();
        return new OtlpReceiverSpan
        {
            TraceId = Hex(span, 1),
            SpanId = Hex(span, 2),
            ParentSpanId = Hex(span, 4),
            Name = Text(span, 5),
            Kind = (int)Number(span, 6),
            Start = Time(span, 7),
            End = Time(span, 8),
            Attributes = Attributes(span, 9),
            DroppedAttributes = (int)Number(span, 10),
            Events = [.. Messages(span, 11).Select(one => new OtlpReceiverEvent(Text(one, 2), Attributes(one, 3)))],
            StatusMessage = Text(status, 2),
            StatusCode = (int)Number(status, 3),
            Resource = new Dictionary<string, object?>(),
            Scope = "",
            Project = "",
            Headers = new Dictionary<string, string>(),
        };
    }

    // KeyValue { key = 1; value = 2 }
    internal static Dictionary<string, object?> Attributes(ReadOnlyMemory<byte> message, int field)
    {
        var attributes = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var pair in Messages(message, field))
        {
            if (!attributes.TryAdd(Text(pair, 1), Value(Messages(pair, 2).FirstOrDefault())))
            {
                throw new FormatException($"Attribute {Text(pair, 1)} came twice.");
            }
        }

        return attributes;
    }

    // AnyValue { string = 1; bool = 2; int = 3; double = 4; array = 5 { values = 1 }; bytes = 7 }
    internal static object? Value(ReadOnlyMemory<byte> any)
    {
        foreach (var field in Fields(any))
        {
            return field.Number switch
            {
                1 => Encoding.UTF8.GetString(field.Bytes.Span),
                2 => field.Value != 0,
                3 => (long)field.Value,
                4 => BitConverter.UInt64BitsToDouble(field.Value),
                5 => Messages(field.Bytes, 1).Select(Value).ToArray(),
                7 => field.Bytes.ToArray(),
                _ => throw new FormatException($"AnyValue has no field {field.Number}."),
            };
        }

        return null;
    }

    internal static IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, int number) =>
        Fields(message).Where(field => field.Number == number).Select(field => field.Bytes);

    internal static string Text(ReadOnlyMemory<byte> message, int number) =>
        Encoding.UTF8.GetString(Messages(message, number).FirstOrDefault().Span);

    internal static string Hex(ReadOnlyMemory<byte> message, int number) =>
        Convert.ToHexStringLower(Messages(message, number).FirstOrDefault().Span);

    internal static ulong Number(ReadOnlyMemory<byte> message, int number) =>
        Fields(message).FirstOrDefault(field => field.Number == number).Value;

    private static DateTimeOffset Time(ReadOnlyMemory<byte> message, int number) =>
        DateTimeOffset.UnixEpoch.AddTicks((long)(Number(message, number) / 100));

    private static IEnumerable<Field> Fields(ReadOnlyMemory<byte> message)
    {
        var input = new CodedInputStream(message.ToArray());
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            yield return WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => new Field(number, input.ReadUInt64(), default),
                WireFormat.WireType.Fixed64 => new Field(number, input.ReadFixed64(), default),
                WireFormat.WireType.LengthDelimited => new Field(number, 0, input.ReadBytes().Memory),
                WireFormat.WireType.Fixed32 => new Field(number, input.ReadFixed32(), default),
                _ => throw new FormatException("OTLP has no groups."),
            };
        }
    }

    private readonly record struct Field(int Number, ulong Value, ReadOnlyMemory<byte> Bytes);
}
