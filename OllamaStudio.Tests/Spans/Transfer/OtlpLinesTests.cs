using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using CsCheck;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Spans.Transfer;

namespace OllamaStudio.Tests.Spans.Transfer;

public sealed class OtlpLinesTests
{
    private const string TraceId = "5b8efff798038103d269b633813fc60c";
    private const string SpanId = "eee19b7ec3c1b174";

    private static readonly DateTimeOffset Start = new(2026, 11, 26, 9, 30, 0, TimeSpan.Zero);

    // Whole characters: half of a pair is written as U+FFFD.
    private static readonly Gen<string> AnyText = Gen.OneOf(Gen.String[Gen.Char['\0', '\ud7ff'], 0, 10], Gen.OneOf([.. new[] { "", "🤖", "\"\\\0\u2028", "line\nbreak" }.Select(Gen.Const)]));

    private static readonly Gen<object?> AnyValue = Gen.OneOf<object?>(
        AnyText.Select(static value => (object?)value),
        Gen.Long.Select(static value => (object?)value),
        Gen.Double.Select(static value => (object?)value),
        Gen.OneOf([.. new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue, 5 }.Select(Gen.Const)]).Select(static value => (object?)value),
        Gen.Bool.Select(static value => (object?)value),
        AnyText.Array[0, 3].Select(static value => (object?)value),
        Gen.Long.Array[1, 3].Select(static value => (object?)value),
        Gen.Double.Array[1, 3].Select(static value => (object?)value),
        Gen.Bool.Array[1, 3].Select(static value => (object?)value),
        Gen.Const((object?)null));

    private static readonly Gen<ImmutableArray<KeyValuePair<string, object?>>> AnyAttributes =
        Gen.Select(AnyText, AnyValue, static (key, value) => new KeyValuePair<string, object?>(key, value)).Array[0, 5].Select(static pairs => pairs.ToImmutableArray());

    private static readonly Gen<DateTimeOffset> AnyTime = Gen.Long[0, TimeSpan.TicksPerDay * 10_000].Select(static ticks => Start.AddTicks(ticks));

    private static readonly Gen<string> AnyTraceId = Gen.Byte.Array[16].Select(static bytes => Convert.ToHexStringLower([1, .. bytes[1..]]));

    private static readonly Gen<string> AnySpanId = Gen.Byte.Array[8].Select(static bytes => Convert.ToHexStringLower([1, .. bytes[1..]]));

    private static readonly Gen<SpanRecord> AnySpan =
        from trace in AnyTraceId
        from ids in AnySpanId.Array[2]
        from isRoot in Gen.Bool
        from texts in AnyText.Array[2]
        from maybe in AnyText.Null().Array[3]
        from kind in Gen.Enum<ActivityKind>()
        from start in AnyTime
        from duration in Gen.Long[0, TimeSpan.TicksPerDay]
        from status in Gen.OneOf([.. new[] { SpanStatus.Unset, SpanStatus.Ok, SpanStatus.Error }.Select(Gen.Const)])
        from sampled in Gen.Bool
        from attributes in AnyAttributes.Array[3]
        from events in Gen.Select(AnyText, AnyTime, AnyAttributes, static (name, time, attributes) => new SpanEventRecord(name, time, attributes)).Array[0, 2]
        from links in Gen.Select(AnyTraceId, AnySpanId, AnyAttributes, static (trace, span, attributes) => new SpanLinkRecord(trace, span, attributes)).Array[0, 2]
        from dropped in Gen.Int[0, 3]
        select new SpanRecord
        {
            TraceId = trace, SpanId = ids[0], ParentSpanId = isRoot ? null : ids[1], Name = texts[0], Kind = kind, StartTime = start, Duration = new TimeSpan(duration), Status = status,
            StatusDescription = maybe[0], Sampled = sampled, Attributes = attributes[0], Events = [.. events], DroppedEventCount = dropped, Links = [.. links],
            Resource = new SpanResource(attributes[1]), Scope = maybe[1], ScopeVersion = maybe[2],
        };

    [Fact]
    public async Task Any_spans_come_back_as_they_were() => await AnySpan.Array[1, 6].SampleAsync(static async spans =>
    {
        var line = Assert.Single(await ReadAsync(Written(spans)));
        Assert.Equal(Told(spans), Told(line.Spans));
    }, iter: 300);

    [Fact]
    public void A_line_is_as_the_file_exporter_writes_it()
    {
        var span = new SpanRecord
        {
            TraceId = TraceId, SpanId = SpanId, ParentSpanId = "eee19b7ec3c1b173", Name = "ollama.chat_streaming", Kind = ActivityKind.Client, StartTime = Start, Duration = TimeSpan.FromTicks(12_345), Sampled = true,
            Status = SpanStatus.Error, StatusDescription = "gone", Attributes = [new("llm.model", "qwen3:8b"), new("n", 7), new("x", 0.5), new("ok", true), new("list", new[] { "a" })],
            Events = [new SpanEventRecord("exception", Start, [])], Resource = new SpanResource([new("service.name", "studio")]), Scope = "OllamaStudio", ScopeVersion = "0.1.0",
        };
        Assert.Equal(
            """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"studio"}}]},"scopeSpans":[{"scope":{"name":"OllamaStudio","version":"0.1.0"},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173","flags":257,"name":"ollama.chat_streaming","kind":3,"startTimeUnixNano":"1795685400000000000","endTimeUnixNano":"1795685400001234500","attributes":[{"key":"llm.model","value":{"stringValue":"qwen3:8b"}},{"key":"n","value":{"intValue":"7"}},{"key":"x","value":{"doubleValue":0.5}},{"key":"ok","value":{"boolValue":true}},{"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"}]}}}],"events":[{"timeUnixNano":"1795685400000000000","name":"exception"}],"status":{"message":"gone","code":2}}]}]}]}

            """.ReplaceLineEndings("\n"),
            Written(span));
    }

    [Fact]
    public void A_span_that_runs_is_left_out()
    {
        var running = new SpanRecord { TraceId = TraceId, SpanId = SpanId, Name = "x", StartTime = Start };
        Assert.Equal("", Written(running));
        Assert.DoesNotContain("running", Written(running with { Name = "running" }, running with { Duration = TimeSpan.Zero }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"","startTimeUnixNano":1544712660000000000,"endTimeUnixNano":1544712661000000000,"kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_OK"},"attributes":[{"key":"a","value":{"intValue":5}}],"futureField":{"x":[1]}}]}]}],"more":1}""")]
    [InlineData("""{"resource_spans":[{"resource":{},"scope_spans":[{"scope":null,"spans":[{"trace_id":"W47/95gDgQPSabYzgT/GDA==","span_id":"7uGbfsPBsXQ=","parent_span_id":"AAAAAAAAAAA=","start_time_unix_nano":"1544712660000000000","end_time_unix_nano":"1544712661000000000","kind":3,"status":{"code":1},"attributes":[{"key":"a","value":{"int_value":"5"}}]}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"instrumentationLibrarySpans":[{"instrumentationLibrary":{},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"0000000000000000","flags":769,"startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","kind":"3","status":{"code":"1"},"attributes":[{"key":"a","value":{"intValue":"5"}}]}]}]}]}""")]
    public async Task Spans_of_other_programs_are_taken_however_they_spell_it(string line)
    {
        var span = Assert.Single(Assert.Single(await ReadAsync("\ufeff\n" + line + "\r\n\n")).Spans);
        Assert.Equal(
            (TraceId, SpanId, null, ActivityKind.Client, SpanStatus.Ok, TimeSpan.FromSeconds(1), true, DateTimeOffset.FromUnixTimeSeconds(1_544_712_660)),
            (span.TraceId, span.SpanId, span.ParentSpanId, span.Kind, span.Status, span.Duration, span.Sampled, span.StartTime));
        Assert.Equal(5L, span["a"]);
    }

    [Fact]
    public async Task What_has_no_place_is_told()
    {
        var lines = await ReadAsync($$"""
            {"resourceMetrics":[]}
            {"resourceLogs":[]}
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"{{TraceId}}","spanId":"{{SpanId}}","startTimeUnixNano":"5","endTimeUnixNano":"0"}]}]}]}
            """);
        Assert.Equal([true, true, false], lines.Select(static line => line.IsOther));
        Assert.Equal((0, 1), (lines[2].Spans.Length, lines[2].WithoutEnd));
    }

    [Theory]
    [InlineData("{}\nno", 1, "resourceSpans")]
    [InlineData("{\"resourceSpans\":[]}\n\n{\"resourceSpans\":[}", 3, "")]
    [InlineData("{\"resourceSpans\":[]}\n[]", 2, "resourceSpans")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"xyz\",\"startTimeUnixNano\":1,\"endTimeUnixNano\":2}]}]}]}", 1, "32 hexadecimal digits: xyz")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"spanId\":\"eee19b7ec3c1b174\",\"startTimeUnixNano\":1,\"endTimeUnixNano\":2}]}]}]}", 1, "no \"traceId\"")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"endTimeUnixNano\":2}]}]}]}", 1, "no \"startTimeUnixNano\"")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"startTimeUnixNano\":\"soon\"}]}]}]}", 1, "nanoseconds: soon")]
    [InlineData("{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"a\",\"value\":{\"intValue\":\"1.5\"}}]}}]}", 1, "no whole number")]
    public async Task A_broken_line_is_named(string file, int line, string reason)
    {
        var fault = await Assert.ThrowsAsync<BrokenFileException>(() => ReadAsync(file));
        Assert.Equal(line, fault.Line);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_are_read_whole_wherever_the_file_is_cut_and_held_one_at_a_time()
    {
        string[] texts = [.. Enumerable.Range(0, 400).Select(static number => new string((char)('a' + (number % 26)), number * 7)), "the end"];
        List<(string, long)> read = [];
        await foreach (var (line, number) in TextLines.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', texts))), maxBytes: 3_000, CancellationToken.None))
        {
            read.Add((Encoding.UTF8.GetString(line.Span), number));
        }

        Assert.Equal(texts.Select(static (text, index) => (text, index + 1L)), read);
        var fault = await Assert.ThrowsAsync<BrokenFileException>(async () =>
        {
            await foreach (var _ in TextLines.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes("a\n" + new string('b', 3_001))), maxBytes: 3_000, CancellationToken.None))
            {
            }
        });
        Assert.Equal(2, fault.Line);
    }

    private static string Written(params SpanRecord[] spans)
    {
        var buffer = new ArrayBufferWriter<byte>();
        OtlpWriter.WriteLine(buffer, spans);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static async Task<List<OtlpLine>> ReadAsync(string file)
    {
        List<OtlpLine> lines = [];
        await foreach (var line in OtlpReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), CancellationToken.None))
        {
            lines.Add(line);
        }

        return lines;
    }

    // All that a span holds, as text: records compare their lists by reference.
    private static IEnumerable<string> Told(IEnumerable<SpanRecord> spans) => spans.Select(static span => string.Join(
        '\n',
        [
            .. span.GetType().GetProperties().Where(static property => property.CanWrite && !property.PropertyType.Name.StartsWith("ImmutableArray", StringComparison.Ordinal) && property.PropertyType != typeof(SpanResource))
                .Select(property => $"{property.Name}={(property.GetValue(span) is IFormattable value ? value.ToString(property.PropertyType == typeof(DateTimeOffset) ? "O" : null, null) : property.GetValue(span))}"),
            Told(span.Attributes), Told(span.Resource.Attributes),
            .. span.Events.Select(static happened => $"{happened.Name} {happened.Time:O} {Told(happened.Attributes)}"), .. span.Links.Select(static link => $"{link.TraceId} {link.SpanId} {Told(link.Attributes)}"),
        ])).Order(StringComparer.Ordinal);

    private static string Told(ImmutableArray<KeyValuePair<string, object?>> attributes) =>
        string.Join('|', attributes.Select(static pair => $"{pair.Key}={pair.Value?.GetType().Name}:{(pair.Value is Array items ? string.Join(',', items.Cast<object>().Select(One)) : One(pair.Value))}"));

    private static string One(object? value) => value is double number ? BitConverter.DoubleToInt64Bits(number).ToString("x", null) : $"{value}";
}
