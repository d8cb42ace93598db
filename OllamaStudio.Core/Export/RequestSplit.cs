using System.Buffers;
using System.IO.Compression;
using System.Text;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Makes smaller requests of one that was too large for the endpoint (413): two halves, down to one span, and of that one the
/// texts are cut, in its attributes and in those of its events. Works on the bytes that were sent: the spans themselves are gone by then. Of a
/// request that goes again because some of its spans were missing, those are all that is kept.
/// </summary>
/// <remarks>
/// ExportTraceServiceRequest { resource_spans = 1 { resource = 1 { attributes = 1 }; scope_spans = 2 { spans = 2 { span_id = 2; attributes = 9 { key = 1; value = 2 { string = 1 } };
/// events = 11 { attributes = 3 } } } } }, opentelemetry-proto 1.x. All other fields are copied as they stand. Numbers, names and links are not cut:
/// of a span that consists of very many of them nothing can be made smaller, and it is refused for good.
/// </remarks>
internal static class RequestSplit
{
    private const string Gzip = "gzip";

    private static readonly int[] s_resource = [1, 1];
    private static readonly int[] s_resourceAttributes = [1];
    private static readonly int[] s_spans = [1, 2, 2];
    private static readonly int[] s_attributes = [9];
    private static readonly int[] s_eventAttributes = [11, 3];

    private delegate void Leaf(int field, ReadOnlySpan<byte> message, ArrayBufferWriter<byte> to);

    /// <summary>The smaller requests, in memory; empty where it is one span without anything to cut, or cannot be read.</summary>
    /// <param name="request">With its body.</param>
    public static IReadOnlyList<UnsentRequest> Of(UnsentRequest request)
    {
        if (PlainOf(request.Body!, request.Encoding) is not { } body)
        {
            return [];
        }

        var half = request.Spans.Count / 2;
        if (half > 0)
        {
            return [Part(request.Spans.Take(half)), Part(request.Spans.Skip(half))];
        }

        var (alone, others) = Slice(body, request.Spans);
        return others > 0 ? [request with { Body = Encode(alone), File = null }]
            : Cut(body) is { } cut ? [request with { Body = Encode(cut), File = null }]
            : [];

        UnsentRequest Part(IEnumerable<(string TraceId, string SpanId)> spans)
        {
            (string TraceId, string SpanId)[] those = [.. spans];
            return request with { Body = Encode(Slice(body, those).Slice), File = null, Spans = those };
        }

        byte[] Encode(byte[] plain) => request.Encoding is null ? plain : Compress(plain);
    }

    /// <summary>A request whose resource names that project, in place of its own. One that cannot be read stays as it is.</summary>
    public static byte[] WithProject(byte[] body, string? encoding, string project)
    {
        if (PlainOf(body, encoding) is not { } plain)
        {
            return body;
        }

        var named = new ArrayBufferWriter<byte>(body.Length + 128);
        Rewrite(plain, s_resource, named, (field, resource, spans) =>
        {
            var attributes = new ArrayBufferWriter<byte>(resource.Length + 128);
            Rewrite(resource, s_resourceAttributes, attributes, (attribute, pair, pairs) =>
            {
                if (KeyOf(pair) is not (ResourceNames.OpenInferenceProjectName or ResourceNames.PhoenixProjectName))
                {
                    Write(pairs, attribute, pair);
                }
            });
            foreach (var name in (ReadOnlySpan<string>)[ResourceNames.PhoenixProjectName, ResourceNames.OpenInferenceProjectName])
            {
                Write(attributes, s_resourceAttributes[0], Pair(name, 1, Encoding.UTF8.GetBytes(project)));
            }

            Write(spans, field, attributes.WrittenSpan);
        });
        return encoding is null ? named.WrittenSpan.ToArray() : Compress(named.WrittenSpan.ToArray());
    }

    private static string KeyOf(ReadOnlySpan<byte> pair)
    {
        var reader = new ProtoReader(pair);
        while (reader.Read())
        {
            if (reader.Field == 1)
            {
                return reader.Text;
            }
        }

        return "";
    }

    // By their ids: where some were stored already, the body has more than are asked for.
    private static (byte[] Slice, int LeftOut) Slice(byte[] body, IEnumerable<(string TraceId, string SpanId)> wanted)
    {
        var ids = wanted.Select(static span => span.SpanId).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var leftOut = 0;
        var slice = new ArrayBufferWriter<byte>(body.Length);
        Rewrite(body, s_spans, slice, (field, span, spans) =>
        {
            if (ids.Contains(IdOf(span)))
            {
                Write(spans, field, span);
            }
            else
            {
                leftOut++;
            }
        });
        return (slice.WrittenSpan.ToArray(), leftOut);
    }

    private static string IdOf(ReadOnlySpan<byte> span)
    {
        var reader = new ProtoReader(span);
        while (reader.Read())
        {
            if (reader.Field == 2)
            {
                return Convert.ToHexString(reader.Bytes);
            }
        }

        return "";
    }

    private static byte[]? Cut(byte[] body)
    {
        var cutBytes = 0L;
        var result = new ArrayBufferWriter<byte>();
        Rewrite(body, s_spans, result, (field, span, spans) =>
        {
            var shorter = CutTexts(CutTexts(span, s_attributes).WrittenSpan, s_eventAttributes);
            if (cutBytes > 0)
            {
                Write(shorter, s_attributes[0], Mark(cutBytes));
            }

            Write(spans, field, shorter.WrittenSpan);
        });
        return cutBytes > 0 ? result.WrittenSpan.ToArray() : null;

        ArrayBufferWriter<byte> CutTexts(ReadOnlySpan<byte> span, int[] path)
        {
            var shorter = new ArrayBufferWriter<byte>();
            Rewrite(span, path, shorter, (field, pair, pairs) =>
            {
                var shorterPair = CutText(pair);
                cutBytes += pair.Length - shorterPair.Length;
                Write(pairs, field, shorterPair);
            });
            return shorter;
        }
    }

    private static ReadOnlySpan<byte> CutText(ReadOnlySpan<byte> pair)
    {
        var (key, text) = ("", "");
        var reader = new ProtoReader(pair);
        while (reader.Read())
        {
            if (reader.Field == 1)
            {
                key = reader.Text;
            }
            else if (reader.Field == 2)
            {
                var value = new ProtoReader(reader.Bytes);
                text = value.Read() && value.Field == 1 ? value.Text : "";
            }
        }

        return SpanSize.Cut(text) is var cut && cut.Length < text.Length ? Pair(key, 1, Encoding.UTF8.GetBytes(cut)) : pair;
    }

    private static ReadOnlySpan<byte> Mark(long cutBytes)
    {
        // AnyValue { int = 3 }: a varint, without a length before it.
        var value = new ArrayBufferWriter<byte>();
        WriteVarint(value, 3 << 3);
        WriteVarint(value, (ulong)cutBytes);
        return Pair(TelemetryNames.Studio.ContentCut, value.WrittenSpan);
    }

    private static ReadOnlySpan<byte> Pair(string key, int valueField, ReadOnlySpan<byte> text)
    {
        var value = new ArrayBufferWriter<byte>();
        Write(value, valueField, text);
        return Pair(key, value.WrittenSpan);
    }

    private static ReadOnlySpan<byte> Pair(string key, ReadOnlySpan<byte> value)
    {
        var pair = new ArrayBufferWriter<byte>();
        Write(pair, 1, Encoding.UTF8.GetBytes(key));
        Write(pair, 2, value);
        return pair.WrittenSpan;
    }

    // Copies a message; where the path ends, the leaf decides what is written.
    private static void Rewrite(ReadOnlySpan<byte> message, ReadOnlySpan<int> path, ArrayBufferWriter<byte> to, Leaf leaf)
    {
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (reader.Field != path[0])
            {
                to.Write(reader.Raw);
            }
            else if (path.Length == 1)
            {
                leaf(reader.Field, reader.Bytes, to);
            }
            else
            {
                var inner = new ArrayBufferWriter<byte>(reader.Bytes.Length + 1);
                Rewrite(reader.Bytes, path[1..], inner, leaf);
                Write(to, reader.Field, inner.WrittenSpan);
            }
        }
    }

    private static void Write(ArrayBufferWriter<byte> to, int field, ReadOnlySpan<byte> bytes)
    {
        WriteVarint(to, ((ulong)field << 3) | 2);
        WriteVarint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void WriteVarint(ArrayBufferWriter<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.Write([(byte)(value | 0x80)]);
        }

        to.Write([(byte)value]);
    }

    // Null where its encoding is unknown, or it is no gzip any more: it lay on disk.
    private static byte[]? PlainOf(byte[] body, string? encoding)
    {
        if (encoding is not Gzip)
        {
            return encoding is null ? body : null;
        }

        try
        {
            using var plain = new MemoryStream();
            using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            gzip.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Compress(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }

        return compressed.ToArray();
    }
}
