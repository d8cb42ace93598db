using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Chat;

public class WaitBreakdownTests
{
    [Fact]
    public void Stretches_stand_in_order_and_thinking_is_taken_from_the_answer()
    {
        var wait = WaitBreakdown.From(new TurnStats
        {
            QueueDuration = Seconds(1), LoadDuration = Seconds(2), PromptEvalDuration = Seconds(1), EvalDuration = Seconds(6),
            TimeToFirstChunk = Seconds(4), TimeToFirstAnswer = Seconds(6), ThinkingDuration = Seconds(2), Duration = Seconds(10),
        });

        Assert.NotNull(wait);
        Assert.Equal(
            [(WaitKind.Queue, 1d), (WaitKind.Loading, 2d), (WaitKind.ReadingPrompt, 1d), (WaitKind.Thinking, 2d), (WaitKind.Answering, 4d)],
            wait.Stretches.Select(stretch => (stretch.Kind, stretch.Duration.TotalSeconds)));
        Assert.Equal(0.1, wait.ShareOf(wait.Stretches[0]), 3);
        Assert.Null(wait.Dominating);
    }

    [Fact]
    public void Waiting_for_tools_is_not_taken_for_thinking()
    {
        var wait = WaitBreakdown.From(new TurnStats
        {
            EvalDuration = Seconds(2), TimeToFirstChunk = Seconds(1), TimeToFirstAnswer = Seconds(60), ToolDuration = Seconds(57), Duration = Seconds(62),
        });

        Assert.Equal([WaitKind.BeforeFirstToken, WaitKind.UsingTools, WaitKind.Answering], wait?.Stretches.Select(stretch => stretch.Kind));
        Assert.Equal(WaitKind.UsingTools, wait?.Dominating?.Kind);
    }

    [Theory]
    [InlineData(2d)]
    [InlineData(null)]
    public void Waiting_for_the_person_is_a_stretch_of_its_own(double? eval)
    {
        var wait = WaitBreakdown.From(new TurnStats
        {
            EvalDuration = eval is { } seconds ? Seconds(seconds) : null, TimeToFirstChunk = Seconds(1), ToolDuration = Seconds(3), ApprovalDuration = Seconds(54), Duration = Seconds(60),
        });

        Assert.Equal(
            [(WaitKind.BeforeFirstToken, 1d), (WaitKind.WaitingForPerson, 54d), (WaitKind.UsingTools, 3d), (WaitKind.Answering, 2d)],
            wait?.Stretches.Select(stretch => (stretch.Kind, stretch.Duration.TotalSeconds)));
        Assert.Equal(WaitKind.WaitingForPerson, wait?.Dominating?.Kind);
    }

    [Fact]
    public void What_took_most_of_a_long_wait_is_named()
    {
        var wait = WaitBreakdown.From(new TurnStats { LoadDuration = Seconds(8), EvalDuration = Seconds(2) });

        Assert.Equal(WaitKind.Loading, wait?.Dominating?.Kind);
    }

    [Theory]
    [InlineData(0.8, 0.1)] // short waits need no explanation
    [InlineData(1, 9)] // and an answer that takes its time is no wait
    public void Nothing_is_named_where_nothing_stands_out(double load, double answer) =>
        Assert.Null(WaitBreakdown.From(new TurnStats { LoadDuration = Seconds(load), EvalDuration = Seconds(answer) })?.Dominating);

    [Fact]
    public void A_stopped_reply_shows_its_wait_for_the_first_token_as_one()
    {
        var wait = WaitBreakdown.From(new TurnStats { TimeToFirstChunk = Seconds(2.4), Duration = Seconds(2.7) });

        Assert.Equal([WaitKind.BeforeFirstToken, WaitKind.Answering], wait!.Stretches.Select(stretch => stretch.Kind));
        Assert.Equal(WaitKind.BeforeFirstToken, wait.Dominating?.Kind);
    }

    [Fact]
    public void Unknown_figures_make_no_bar() => Assert.Null(WaitBreakdown.From(new TurnStats()));

    [Fact]
    public void A_rate_is_left_out_below_ten_tokens()
    {
        Assert.Null(new TurnStats { OutputTokens = 9, EvalDuration = Seconds(1) }.TokensPerSecond);
        Assert.Null(new TurnStats { OutputTokens = 100, EvalDuration = TimeSpan.Zero }.TokensPerSecond);
        Assert.Null(new TurnStats { OutputTokens = 100 }.TokensPerSecond);
        Assert.Equal(20, new TurnStats { OutputTokens = 40, EvalDuration = Seconds(2) }.TokensPerSecond);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
