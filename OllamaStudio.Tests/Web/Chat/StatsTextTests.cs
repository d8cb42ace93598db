using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Web.Chat;

public class StatsTextTests
{
    [Fact]
    public void All_figures_stand_in_one_line()
    {
        var stats = new TurnStats
        {
            InputTokens = 1234, OutputTokens = 356, EvalDuration = TimeSpan.FromSeconds(356 / 42.1), TimeToFirstChunk = TimeSpan.FromSeconds(0.8),
        };

        Assert.Equal("42.1 tok/s · first token 0.8 s · 1.2k in · 356 out", StatsText.Of(Message(stats)));
        Assert.Equal($"42.1 tok/s · first token 0.8 s · 1.2k in · 356 out · {CostText.Dollars(0.0123)}", StatsText.Of(Message(stats with { Cost = 0.0123 }))); // where the model has a price
    }

    [Fact]
    public void What_is_unknown_is_left_out()
    {
        Assert.Equal("", StatsText.Of(Message(null)));
        Assert.Equal("", StatsText.Of(Message(new TurnStats())));
        Assert.Equal("9 out", StatsText.Of(Message(new TurnStats { OutputTokens = 9, EvalDuration = TimeSpan.FromSeconds(1) })));
    }

    [Fact]
    public void A_reply_that_was_cut_says_so() =>
        Assert.Equal("cut at the token limit", StatsText.Of(Message(new TurnStats()) with { FinishReason = "length" }));

    [Fact]
    public void Where_Ollama_sent_no_counts_the_studios_own_stand_there()
    {
        var stopped = Message(new TurnStats { TimeToFirstChunk = TimeSpan.FromSeconds(0.8) }) with
        {
            State = MessageState.Stopped, Pace = new ReplyPace(573, TimeSpan.FromSeconds(12), null),
        };

        Assert.Equal("573 chunks · 48/s · first token 0.8 s", StatsText.Of(stopped));
        Assert.Equal("9 chunks · first token 0.8 s", StatsText.Of(stopped with { Pace = new ReplyPace(9, TimeSpan.FromSeconds(1), null) }));
        Assert.Equal("356 out", StatsText.Of(stopped with { Stats = new TurnStats { OutputTokens = 356 } }));
    }

    private static MessageRecord Message(TurnStats? stats) =>
        new() { Id = "m", Role = MessageRole.Assistant, CreatedAt = DateTimeOffset.UnixEpoch, Stats = stats };
}
