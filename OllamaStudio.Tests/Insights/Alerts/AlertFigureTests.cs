using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Spans;
using static OllamaStudio.Tests.Insights.CallSamples;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Insights.Alerts;

public sealed class AlertFigureTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(15);

    [Theory]
    [InlineData(1, false)] // 1 % is not more than 1 %
    [InlineData(2, true)]
    public void More_than_one_percent_of_the_turns_beyond_the_limit_is_beyond_it(int many, bool isBeyond)
    {
        var samples = Enumerable.Range(0, 100).Select(i => Turn(iterations: i < many ? 9 : 8)).ToList();

        var figure = AlertFigure.Of(AlertKind.Iterations, samples, s_window);

        Assert.Equal(100, figure.Count);
        Assert.Equal(isBeyond, AlertKind.Iterations.IsBeyond(figure.Value!.Value, 8));
    }

    [Fact]
    public void Times_are_exact_and_of_what_went_well()
    {
        // 29.9 against 30.1: the stored sums could not tell them apart.
        var samples = Enumerable.Range(0, 100).Select(i => Turn(seconds: i == 99 ? 30.1 : 29.9)).Append(Turn(seconds: 600, outcome: AlertOutcome.Failed)).Append(Turn(seconds: 600, outcome: AlertOutcome.Stopped)).ToList();

        Assert.Equal(new AlertFigure(29.9, 100), AlertFigure.Of(AlertKind.EndToEnd, samples, s_window));
        Assert.Equal(new AlertFigure(30.1, 101), AlertFigure.Of(AlertKind.EndToEnd, [.. samples, Turn(seconds: 30.1)], s_window));
    }

    [Fact]
    public void One_that_the_person_stopped_has_not_failed()
    {
        Assert.Equal(
            new AlertFigure(25, 4),
            AlertFigure.Of(AlertKind.Errors, [Turn(), Turn(), Turn(outcome: AlertOutcome.Stopped), Turn(outcome: AlertOutcome.Failed)], s_window));
    }

    [Fact]
    public void Spans_say_what_the_figures_are_of()
    {
        SpanRecord[] spans =
        [
            Call(1, 0, context: 8192, tokensIn: 7_000, tokensOut: 1_000, cost: 0.1), Call(1, 10, context: null, cost: 0.4), Root(1, 0), Root(1, 0, status: SpanStatus.Error), Root(1, 0, stopped: true),
            Tool(1, 0), Tool(1, 0, success: false), Tool(1, 0, success: null), Root(2, 0, source: "lab"), Call(2, 0, source: "lab", cost: 7), Span(9, 1, "ollama_request"),
        ];

        var samples = spans.Select(static span => AlertSample.Of(span)).OfType<AlertSample>().ToList();

        Assert.Equal(7, samples.Count);
        Assert.Equal(new AlertFigure(100.0 / 3, 3), AlertFigure.Of(AlertKind.Errors, samples, s_window));
        Assert.Equal(new AlertFigure(50, 2), AlertFigure.Of(AlertKind.ToolSuccess, samples, s_window));
        Assert.Equal(new AlertFigure(100 * 8_000 / 8192.0, 1), AlertFigure.Of(AlertKind.Context, samples, s_window));
        Assert.Equal(new AlertFigure(2, 3), AlertFigure.Of(AlertKind.CostRate, samples, s_window)); // 0.5 USD in a quarter of an hour
        Assert.Equal(new AlertFigure(3, 2), AlertFigure.Of(AlertKind.Latency, samples, s_window));
        Assert.Equal(new AlertFigure(3.2, 1), AlertFigure.Of(AlertKind.EndToEnd, samples, s_window));
        Assert.Equal(At(3), samples[0].End);
    }

    [Fact]
    public void The_time_that_a_person_took_to_allow_a_tool_makes_no_turn_slow()
    {
        var sample = AlertSample.Of(Span(1, null, "chat_interaction", status: SpanStatus.Ok, durationMs: 62_000, attributes: [("gen_ai.operation.name", "invoke_agent"), ("studio.source", "chat"), ("tool.approval.wait_ms", 60_000.0)]))!.Value;

        Assert.Equal((AlertSampleKind.Turn, 2.0, At(62)), (sample.Kind, sample.Seconds, sample.End));
    }

    [Fact]
    public void Another_programs_call_is_a_turn_and_a_model_call()
    {
        var span = Span(1, null, "gateway.chat", status: SpanStatus.Ok, durationMs: 2_000, attributes: [("gen_ai.operation.name", "chat"), ("studio.source", "gateway"), ("llm.cost.total", 0.5)]);

        var sample = AlertSample.Of(span)!.Value;

        Assert.Equal(("gateway", AlertSampleKind.TurnAndCall, 2.0, 0.5), (sample.Source, sample.Kind, sample.Seconds, sample.Cost));
        Assert.Equal(new AlertFigure(2, 1), AlertFigure.Of(AlertKind.Latency, [sample], s_window));
        Assert.Equal(new AlertFigure(2, 1), AlertFigure.Of(AlertKind.EndToEnd, [sample], s_window));
    }

    [Fact]
    public void Where_nothing_has_a_price_there_is_no_cost()
    {
        Assert.Null(AlertFigure.Of(AlertKind.CostRate, [Turn()], s_window).Value);
    }

    private static AlertSample Turn(double seconds = 1, double? iterations = null, AlertOutcome outcome = AlertOutcome.Good) =>
        new(At(0), "chat", AlertSampleKind.Turn, outcome, seconds, iterations);
}
