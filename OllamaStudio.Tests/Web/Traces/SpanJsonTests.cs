using System.Text.Json;
using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class SpanJsonTests
{
    [Fact]
    public void A_span_is_told_as_otlp_tells_it()
    {
        var span = Span(2, 1, "ollama.chat_streaming", durationMs: 1.5, status: SpanStatus.Error, description: "out of memory",
            events: [new SpanEventRecord("retry", DateTimeOffset.UnixEpoch.AddTicks(3), [new("attempt", 2)])],
            attributes: [("text", "ü \"x\""), ("count", 7L), ("rate", 0.5), ("never", double.NaN), ("flag", true), ("names", new[] { "a", "b" })]) with
        { StartTime = DateTimeOffset.UnixEpoch.AddSeconds(1) };

        using var json = JsonDocument.Parse(SpanJson.Of(span));

        var root = json.RootElement;
        Assert.Equal(
            (TraceId(1), SpanId(2), SpanId(1), "SPAN_KIND_INTERNAL", "1000000000", "1001500000"),
            (Text("traceId"), Text("spanId"), Text("parentSpanId"), Text("kind"), Text("startTimeUnixNano"), Text("endTimeUnixNano")));
        Assert.Equal(
            ["""{"stringValue":"ü \"x\""}""", """{"intValue":"7"}""", """{"doubleValue":0.5}""", """{"doubleValue":"NaN"}""", """{"boolValue":true}""",
                """{"arrayValue":{"values":[{"stringValue":"a"},{"stringValue":"b"}]}}"""],
            root.GetProperty("attributes").EnumerateArray().Select(attribute => Flat(attribute.GetProperty("value"))));
        Assert.Equal("300", root.GetProperty("events")[0].GetProperty("timeUnixNano").GetString());
        Assert.Equal("""{"code":"STATUS_CODE_ERROR","message":"out of memory"}""", Flat(root.GetProperty("status")));

        string? Text(string name) => root.GetProperty(name).GetString();
    }

    [Fact]
    public void A_running_span_has_no_end()
    {
        using var json = JsonDocument.Parse(SpanJson.Of(Span(1, durationMs: null)));

        Assert.False(json.RootElement.TryGetProperty("endTimeUnixNano", out _));
        Assert.False(json.RootElement.TryGetProperty("parentSpanId", out _));
        Assert.Equal("""{"code":"STATUS_CODE_UNSET"}""", Flat(json.RootElement.GetProperty("status")));
    }

    private static string Flat(JsonElement element) => element.GetRawText().Replace("\n", "", StringComparison.Ordinal).Replace("  ", "", StringComparison.Ordinal).Replace(": ", ":", StringComparison.Ordinal);
}
