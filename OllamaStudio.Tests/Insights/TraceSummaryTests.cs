using CsCheck;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Insights;

public sealed class TraceSummaryTests
{
    [Fact]
    public void Parts_of_a_trace_in_any_order_come_to_the_summary_of_the_whole() =>
        Gen.Select(SpanGen.Span(running: true).Array[1, 12].Select(static spans => spans.DistinctBy(static span => span.SpanId).ToArray()), Gen.Int[0, 5].Array[12], Gen.Int).Sample(
            (spans, parts, seed) =>
            {
                var whole = TraceSummary.Of(spans);

                var pieces = spans.Zip(parts).GroupBy(static pair => pair.Second, static pair => pair.First).Select(TraceSummary.Of).ToArray();
                new Random(seed).Shuffle(pieces);

                AssertSame(whole, pieces.Aggregate(TraceSummary.Merge));
                AssertSame(whole, pieces.Reverse().Aggregate(TraceSummary.Merge));
            });

    /// <summary>Everything, as far as a list shows or a filter asks it.</summary>
    internal static void AssertSame(TraceSummary expected, TraceSummary actual)
    {
        Assert.Equal(expected.Tools.ToArray(), actual.Tools.ToArray());
        Assert.Equal(expected with { Tools = default }, actual with { Tools = default });
        Assert.Equal(expected.Wait?.Stretches.AsEnumerable() ?? [], actual.Wait?.Stretches.AsEnumerable() ?? []);
    }

    [Fact]
    public void Parts_that_went_well_without_their_root_are_an_interrupted_turn_and_no_success()
    {
        var part = SpanGen.Span().Pick(1) with { ParentSpanId = SpanGen.SpanId(1), SpanId = SpanGen.SpanId(2), Name = "ollama_request", Status = SpanStatus.Ok, Duration = TimeSpan.FromMilliseconds(158), Attributes = [] };
        var root = part with { SpanId = SpanGen.SpanId(1), ParentSpanId = null, Name = "chat_interaction" };
        var foreign = part with { Name = "GET /" };

        Assert.Equal((true, SpanStatus.Unset), (TraceSummary.Of([part]).IsInterrupted, TraceSummary.Of([part]).Status));
        Assert.Equal((false, SpanStatus.Ok), (TraceSummary.Of([part, root]).IsInterrupted, TraceSummary.Of([part, root]).Status));
        Assert.Equal((false, SpanStatus.Ok), (TraceSummary.Of([foreign]).IsInterrupted, TraceSummary.Of([foreign]).Status));
        Assert.Equal((false, SpanStatus.Running), (TraceSummary.Of([part, root with { Duration = null, Status = SpanStatus.Running }]).IsInterrupted, TraceSummary.Of([part, root with { Duration = null, Status = SpanStatus.Running }]).Status));
        Assert.False(TraceFilter.Parse("status:ok").Matches(TraceSummary.Of([part]), null));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(false, null)]
    [InlineData(true, "qwen3:8b")]
    public void A_model_that_a_connection_check_has_not_found_is_none_that_was_asked(bool? isThere, string? model)
    {
        var check = SpanGen.Span().Pick(1) with { Name = "ollama.verify_connection", Attributes = [new("llm.model", "qwen3:8b"), new("llm.model_available", isThere)] };

        Assert.Equal(model, TraceSummary.Of([check]).Model);
    }

    [Fact]
    public void A_trace_that_ended_well_tells_which_of_its_spans_failed()
    {
        var root = SpanGen.Span().Pick(1) with { SpanId = SpanGen.SpanId(1), ParentSpanId = null, Status = SpanStatus.Ok };
        var failed = root with { SpanId = SpanGen.SpanId(2), ParentSpanId = root.SpanId, Status = SpanStatus.Error };

        Assert.Equal(1, TraceSummary.Of([root, failed]).FailedPartCount);
        Assert.Equal(0, TraceSummary.Of([root with { Status = SpanStatus.Error }, failed]).FailedPartCount);
    }

    [Fact]
    public void The_root_speaks_for_its_trace_from_when_it_comes()
    {
        var call = SpanGen.Span().Pick(1);
        call = call with { SpanId = SpanGen.SpanId(2), ParentSpanId = SpanGen.SpanId(1), Name = "ollama.chat_streaming", Status = SpanStatus.Error, StatusDescription = "out of memory" };
        var root = call with { SpanId = SpanGen.SpanId(1), ParentSpanId = null, Name = "chat_interaction", Status = SpanStatus.Ok, StatusDescription = null, StartTime = call.StartTime.AddSeconds(1), Attributes = [new("agent.task", "Why?")] };

        var before = TraceSummary.Of([call]);
        var after = TraceSummary.Merge(before, TraceSummary.Of([root]));

        Assert.Equal(("ollama.chat_streaming", SpanStatus.Error, "out of memory"), (before.Name, before.Status, before.Error));
        Assert.Equal(("Why?", SpanStatus.Ok, null, 1), (after.Title, after.Status, after.Error, after.ErrorCount));
    }
}
