using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Spans.Transfer;

/// <summary>What one line of a file holds.</summary>
/// <param name="Spans">Its spans.</param>
/// <param name="WithoutEnd">How many further ones say of no end: they were running.</param>
/// <param name="IsOther">Whether it holds metrics or logs instead.</param>
public sealed record OtlpLine(ImmutableArray<SpanRecord> Spans, int WithoutEnd, bool IsOther);

/// <summary>
/// Reads JSON lines of OTLP: what <see cref="OtlpWriter"/> wrote, and what other programs' exporters write. Taken as well: names in
/// <c>snake_case</c>, numbers as numbers or texts, enums as numbers or names, ids in base64 (protobuf's own JSON mapping), the scope's older
/// name, fields that are not known here. Times finer than 100 ns lose what is finer.
/// </summary>
public static class OtlpReader
{
    /// <summary>Most bytes of one line: as much is held at once.</summary>
    public const int MaxLineBytes = 64 * 1024 * 1024;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 200 };

    /// <summary>Every line that is not blank, in order.</summary>
    /// <exception cref="BrokenFileException">A line is no such request, or too long.</exception>
    public static async IAsyncEnumerable<OtlpLine> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (line, number) in TextLines.ReadAsync(stream, MaxLineBytes, cancellationToken).ConfigureAwait(false))
        {
            if (line.Span.ContainsAnyExcept(" \t\r"u8))
            {
                yield return Read(line.Span, number);
            }
        }
    }

    private static OtlpLine Read(ReadOnlySpan<byte> line, long number)
    {
        try
        {
            var request = JsonElement.Parse(WellFormed.Of(line), s_options);
            var resources = At(request, "resourceSpans", "resource_spans");
            if (resources.ValueKind is not JsonValueKind.Array)
            {
                return At(request, "resourceMetrics", "resource_metrics", "resourceLogs", "resource_logs").ValueKind is JsonValueKind.Array
                    ? new OtlpLine([], 0, IsOther: true)
                    : throw new FormatException("A line must be an object with \"resourceSpans\".");
            }

            var spans = ImmutableArray.CreateBuilder<SpanRecord>();
            var withoutEnd = 0;
            foreach (var resourceSpans in resources.EnumerateArray())
            {
                var resource = Attributes(At(resourceSpans, "resource")) is { IsEmpty: false } attributes ? new SpanResource(attributes) : SpanResource.Unknown;
                foreach (var scopeSpans in Items(At(resourceSpans, "scopeSpans", "scope_spans", "instrumentationLibrarySpans")))
                {
                    var scope = At(scopeSpans, "scope", "instrumentationLibrary");
                    foreach (var json in Items(At(scopeSpans, "spans")))
                    {
                        if (Span(json) is { } span)
                        {
                            spans.Add(span with { Resource = resource, Scope = Text(At(scope, "name")), ScopeVersion = Text(At(scope, "version")) });
                        }
                        else
                        {
                            withoutEnd++;
                        }
                    }
                }
            }

            return new OtlpLine(spans.ToImmutable(), withoutEnd, IsOther: false);
        }
        catch (JsonException fault)
        {
            throw BrokenFileException.From(fault, number);
        }
        catch (FormatException fault)
        {
            throw new BrokenFileException(fault.Message, number);
        }
    }

    private static SpanRecord? Span(JsonElement json)
    {
        var start = Time(At(json, "startTimeUnixNano", "start_time_unix_nano")) ?? throw new FormatException("A span has no \"startTimeUnixNano\".");
        if (Time(At(json, "endTimeUnixNano", "end_time_unix_nano")) is not { } end)
        {
            return null;
        }

        var status = At(json, "status");
        return new SpanRecord
        {
            TraceId = Id(At(json, "traceId", "trace_id"), 16) ?? throw new FormatException("A span has no \"traceId\"."),
            SpanId = Id(At(json, "spanId", "span_id"), 8) ?? throw new FormatException("A span has no \"spanId\"."),
            ParentSpanId = Id(At(json, "parentSpanId", "parent_span_id"), 8),
            Name = Text(At(json, "name")) ?? "",
            Kind = Enum(At(json, "kind"), "SPAN_KIND_", ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]) switch
            {
                2 => ActivityKind.Server,
                3 => ActivityKind.Client,
                4 => ActivityKind.Producer,
                5 => ActivityKind.Consumer,
                _ => ActivityKind.Internal,
            },
            StartTime = start,
            Duration = end > start ? end - start : TimeSpan.Zero,
            Status = Enum(At(status, "code"), "STATUS_CODE_", ["UNSET", "OK", "ERROR"]) switch { 1 => SpanStatus.Ok, 2 => SpanStatus.Error, _ => SpanStatus.Unset },
            StatusDescription = Text(At(status, "message")),

            // Who says nothing has exported it, and so had sampled it.
            Sampled = Integer(At(json, "flags")) is not { } flags || (flags & OtlpWriter.Sampled) != 0,
            Attributes = Attributes(json),
            Events = [.. Items(At(json, "events")).Select(static happened => new SpanEventRecord(Text(At(happened, "name")) ?? "", Time(At(happened, "timeUnixNano", "time_unix_nano")) ?? DateTimeOffset.UnixEpoch, Attributes(happened)))],
            DroppedEventCount = (int)Math.Clamp(Integer(At(json, "droppedEventsCount", "dropped_events_count")) ?? 0, 0, int.MaxValue),
            Links =
            [
                .. from link in Items(At(json, "links"))
                   let trace = Id(At(link, "traceId", "trace_id"), 16)
                   let span = Id(At(link, "spanId", "span_id"), 8)
                   where trace is not null && span is not null
                   select new SpanLinkRecord(trace, span, Attributes(link)),
            ],
        };
    }

    private static ImmutableArray<KeyValuePair<string, object?>> Attributes(JsonElement owner) =>
        [.. Items(At(owner, "attributes")).Where(static pair => Text(At(pair, "key")) is not null).Select(static pair => new KeyValuePair<string, object?>(Text(At(pair, "key"))!, Value(At(pair, "value"))))];

    private static object? Value(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Object || value.EnumerateObject().FirstOrDefault() is not { Value.ValueKind: not JsonValueKind.Undefined } told)
        {
            return null;
        }

        return told.Name switch
        {
            "stringValue" or "string_value" => Text(told.Value) ?? "",
            "boolValue" or "bool_value" => told.Value.ValueKind is JsonValueKind.True,
            "intValue" or "int_value" => Integer(told.Value) ?? throw new FormatException($"\"{told.Name}\" is no whole number: {TextCut.Shorten(told.Value.GetRawText(), 40)}."),
            "doubleValue" or "double_value" => Double(told.Value) ?? throw new FormatException($"\"{told.Name}\" is no number: {TextCut.Shorten(told.Value.GetRawText(), 40)}."),
            "arrayValue" or "array_value" => List([.. Items(At(told.Value, "values")).Select(Value)]),
            "bytesValue" or "bytes_value" => Text(told.Value),
            _ => told.Value.GetRawText(), // a map, and what is not known yet
        };
    }

    // Of one kind as far as they are; a list of different ones is one of texts.
    private static object List(object?[] items) => items switch
    {
        [] => Array.Empty<string>(),
        _ when Array.TrueForAll(items, static item => item is long) => Array.ConvertAll(items, static item => (long)item!),
        _ when Array.TrueForAll(items, static item => item is double) => Array.ConvertAll(items, static item => (double)item!),
        _ when Array.TrueForAll(items, static item => item is bool) => Array.ConvertAll(items, static item => (bool)item!),
        _ => Array.ConvertAll(items, static item => item is Array ? JsonSerializer.Serialize(((Array)item).Cast<object?>().Select(static inner => Convert.ToString(inner, CultureInfo.InvariantCulture))) : Convert.ToString(item, CultureInfo.InvariantCulture)),
    };

    private static JsonElement At(JsonElement json, params ReadOnlySpan<string> names)
    {
        if (json.ValueKind is JsonValueKind.Object)
        {
            foreach (var name in names)
            {
                if (json.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null)
                {
                    return value;
                }
            }
        }

        return default;
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement json) => json.ValueKind is JsonValueKind.Array ? json.EnumerateArray() : default;

    private static string? Text(JsonElement json) => json.ValueKind is JsonValueKind.String ? json.GetString() : null;

    private static long? Integer(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number when json.TryGetInt64(out var number) => number,
        JsonValueKind.String when long.TryParse(json.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static double? Double(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.String when double.TryParse(json.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static int Enum(JsonElement json, string prefix, ReadOnlySpan<string> names) => json.ValueKind switch
    {
        JsonValueKind.Number when json.TryGetInt32(out var number) => number,
        JsonValueKind.String when int.TryParse(json.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        JsonValueKind.String when json.GetString()!.StartsWith(prefix, StringComparison.Ordinal) => names.IndexOf(json.GetString()![prefix.Length..]),
        _ => 0,
    };

    /// <summary>A time since 1970 in nanoseconds; null for none and for 0, which is none.</summary>
    private static DateTimeOffset? Time(JsonElement json)
    {
        var text = json.ValueKind is JsonValueKind.Number ? json.GetRawText() : Text(json);
        return text is null ? null
            : !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds) ? throw new FormatException($"A time is no number of nanoseconds: {TextCut.Shorten(text, 40)}.")
            : nanoseconds == 0 ? null
            : DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    /// <summary>An id in lower-case hexadecimal digits; null for none, and for zeros, which are none.</summary>
    private static string? Id(JsonElement json, int bytes)
    {
        if (Text(json) is not { Length: > 0 } text)
        {
            return null;
        }

        if (text.Length != bytes * 2 || !text.All(char.IsAsciiHexDigit))
        {
            Span<byte> raw = stackalloc byte[bytes + 2];
            text = Convert.TryFromBase64String(text, raw, out var length) && length == bytes
                ? Convert.ToHexString(raw[..bytes])
                : throw new FormatException(FormattableString.Invariant($"An id must have {bytes * 2} hexadecimal digits: {TextCut.Shorten(text, 40)}."));
        }

        return text.AsSpan().ContainsAnyExcept('0') ? text.ToLowerInvariant() : null;
    }
}
