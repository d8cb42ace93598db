using System.Diagnostics;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>A text that stands in several attributes is looked through once, and is hidden and counted in each.</summary>
public sealed class InspectedTextsTests
{
    private const string Secret = "write to me@example.com";

    [Fact]
    public void The_same_text_is_looked_through_once()
    {
        var texts = new InspectedTexts(Redactor.BuiltIn);

        var first = texts.Inspect(Secret);

        Assert.Equal("write to [redacted:email]", first.Text);
        Assert.Same(first, texts.Inspect(new string(Secret)));
    }

    [Fact]
    public void A_text_that_differs_or_was_long_ago_or_is_long_is_looked_through()
    {
        var texts = new InspectedTexts(Redactor.BuiltIn);
        var first = texts.Inspect(Secret);
        var padded = Secret.PadRight(InspectedTexts.MaxLength + 1);

        Assert.Equal("Write to [redacted:email]", texts.Inspect("W" + Secret[1..]).Text);
        Assert.NotSame(texts.Inspect(padded), texts.Inspect(padded));
        for (var i = 0; i < 8; i++)
        {
            texts.Inspect($"text {i}");
        }

        var again = texts.Inspect(Secret);
        Assert.NotSame(first, again);
        Assert.Equal(first.Text, again.Text);
    }

    [Fact]
    public void Each_span_counts_what_is_hidden_on_it_also_where_another_span_had_the_text_before()
    {
        var policy = new CapturePolicy(CaptureLevel.Preview, Redactor.BuiltIn, new CaptureOptions());
        using var one = new Activity("one");
        using var other = new Activity("other");

        Assert.Equal("write to [redacted:email]", policy.On(one).Preview(Secret));
        Assert.Equal("write to [redacted:email]", policy.On(other).Whole(Secret));

        Assert.Equal((1, 1), (one.GetTagItem(TelemetryNames.Llm.Redactions), other.GetTagItem(TelemetryNames.Llm.Redactions)));
    }
}
