using System.Diagnostics;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>The estimate that bounds queue and requests: never below what the exporter writes, and at its limit the exporter still writes.</summary>
[Collection("telemetry")]
public sealed class SpanSizeTests
{
    [Fact]
    public async Task The_estimate_is_never_below_the_request_and_not_far_above()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var random = new Random(20261126);
        for (var round = 0; round < 50; round++)
        {
            var span = Span();
            for (var i = random.Next(40); i >= 0; i--)
            {
                span.SetTag($"key.{i}", random.Next(5) switch
                {
                    0 => i,
                    1 => true,
                    2 => 0.5,
                    3 => Enumerable.Repeat("grüß", random.Next(10)).ToArray(),
                    _ => string.Concat(Enumerable.Repeat(random.Next(2) == 0 ? "a" : "ö€😀\ud83d", random.Next(3000))),
                });
            }

            span.AddEvent(new ActivityEvent("happened", tags: new ActivityTagsCollection { ["text"] = new string('x', random.Next(500)) }));
            Export(receiver, span);

            var sent = receiver.Bodies[^1].Length;
            var resource = 700; // and scope
            Assert.InRange(SpanSize.Of(span), sent - resource, (sent * 1.2) + 2000);
        }
    }

    [Fact]
    public async Task The_exporter_writes_a_span_of_the_largest_size()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.KeepsNoContent = true;
        var span = Span().SetTag("text", new string('a', (int)SpanSize.MaxBytes - 1000));
        SpanSize.Limit(span);
        Export(receiver, span);

        Assert.False(Assert.Single(receiver.Spans).Attributes.ContainsKey("studio.content_cut"));
    }

    [Fact]
    public void A_larger_span_keeps_the_beginning_of_its_texts_and_says_so()
    {
        var text = new string('a', (int)SpanSize.MaxBytes / 2);
        var span = Span().SetTag("one", text).SetTag("two", text).SetTag("short", "short").SetTag("count", 3);
        SpanSize.Limit(span);

        Assert.Equal(new string('a', 1000) + "…", span.GetTagItem("one"));
        Assert.Equal(("short", 3), (span.GetTagItem("short"), span.GetTagItem("count")));
        Assert.InRange(Assert.IsType<long>(span.GetTagItem("studio.content_cut")), 2L * (text.Length - 1100), 2L * text.Length);
        Assert.InRange(SpanSize.Of(span), 2000, 4000);
    }

    private static void Export(OtlpReceiver receiver, Activity span)
    {
        var plan = ExportPlan.From(new TelemetrySettings { Destination = new() { Endpoint = receiver.TracesUrl } });
        using var client = new HttpClient(new OtlpHandler(plan, TimeProvider.System));
        Assert.Equal(OpenTelemetry.ExportResult.Success, OtlpOptions.ExportAlone(plan, client, span));
    }

    private static Activity Span()
    {
        Activity.Current = null;
        var span = new Activity("span") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        span.SetIdFormat(ActivityIdFormat.W3C).Start().Stop();
        return span;
    }
}
