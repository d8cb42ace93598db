using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class WaitingLineTests : ChatTestBase
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);

    [Fact]
    public void While_it_waits_the_line_says_how_long_it_will_take_by_ones_own_past()
    {
        Calls.Past.AddRange(Enumerable.Range(0, 8).Select(static number => Past(number, seconds: 300)));
        Order.Call = Waiting();
        var line = Draw(TurnPhase.WaitingForFirstToken);

        line.WaitForAssertion(() => Assert.Matches(@"^· about (5 m 00|4 m [0-9]{2}) s more, usually within 0\.1 s$", ForecastIn(line)!.TextContent), s_guard);
        Assert.Contains("reading about 300 s: 1,000 tokens", ForecastIn(line)!.GetAttribute("title")!.Replace("5 m 00 s", "300 s", StringComparison.Ordinal), StringComparison.Ordinal);

        // Once the first piece is there, nothing is waited for.
        line.Render(parameters => parameters.Add(p => p.Phase, TurnPhase.Writing));
        Assert.Null(ForecastIn(line));
    }

    [Fact]
    public void Behind_another_reply_the_line_says_how_much_of_the_wait_is_for_that_and_after_it_how_the_rest_usually_goes()
    {
        Calls.Past.AddRange(Enumerable.Range(0, 8).Select(static number => Past(number, seconds: 300) with { Duration = TimeSpan.FromSeconds(900) }));
        Calls.Past.Add(Past(8, seconds: 300) with
        {
            StartTime = Calls.Past[7].StartTime.AddSeconds(300), Queue = TimeSpan.FromSeconds(600), FirstToken = TimeSpan.FromSeconds(900), Duration = TimeSpan.FromSeconds(1_500),
        });
        Order.Call = Waiting();
        Order.Ahead = new TurnAhead("c7", "Trip to Rome", 0);
        Order.CallsAhead.Add(Waiting() with { SessionId = "other", FirstPieceAt = TimeProvider.System.GetUtcNow() });
        var line = Draw(TurnPhase.WaitingForFirstToken);

        line.WaitForAssertion(() => Assert.Matches(@"^· about 1[45] m [0-9]{2} s more, about (10|9) m [0-9]{2} s of it for the reply ahead$", ForecastIn(line)!.TextContent), s_guard);
        Assert.StartsWith("From your own past calls: turns ahead about ", ForecastIn(line)!.GetAttribute("title"), StringComparison.Ordinal);
        Assert.Contains("Trip to Rome", line.Find("[data-testid=wait-behind]").TextContent, StringComparison.Ordinal);

        Order.CallsAhead.Clear();
        Order.Ahead = null;
        line.WaitForAssertion(() => Assert.Matches(@"^· about (5 m 0[0-9]|4 m [0-9]{2}) s more, usually within 0\.1 s$", ForecastIn(line)!.TextContent), s_guard);
    }

    [Theory]
    [InlineData(2, 1, 20, 5, "about 25 s more, about 20 s of it for the reply ahead")]
    [InlineData(2, 3, 20, 5, "about 25 s more, about 20 s of it for the 3 replies ahead")]
    [InlineData(2, 1, 0.2, 0.3, "")] // over before it is read
    public void Behind_others_no_error_is_told_which_would_not_hold_for_them(double waited, int replies, double ahead, double reading, string words) => Assert.Equal(words, ForecastText.Of(
        new WaitForecast(TimeSpan.FromSeconds(waited + ahead), TimeSpan.Zero, TimeSpan.FromSeconds(reading), 100, 0)
        {
            Ahead = TimeSpan.FromSeconds(ahead), RepliesAhead = replies, Error = new ForecastError(TimeSpan.FromSeconds(1), 5),
        },
        TimeSpan.FromSeconds(waited)));

    [Fact]
    public void Where_nothing_is_known_nothing_is_forecast()
    {
        Order.Call = Waiting();
        var line = Draw(TurnPhase.LoadingModel);

        line.WaitForAssertion(() => Assert.NotNull(Services.GetRequiredService<Forecaster>().ModelOf("demo-small:latest")), s_guard);
        line.Render();
        Assert.Null(ForecastIn(line));
    }

    [Theory]
    [InlineData(5, 1, null, "")]
    [InlineData(5, 1.5, 1.2, "about 4 s more, usually within 1.2 s")]
    [InlineData(5, 8, null, "")]
    [InlineData(5, 5.2, 0.1, "any moment now")]
    [InlineData(5, 6.9, 1.2, "any moment now")]
    [InlineData(5, 8, 1.2, "longer than the 5.0 s forecast")]
    [InlineData(0.4, 0.1, 0.1, "")]
    [InlineData(0.4, 1.3, 0.1, "")]
    [InlineData(0.4, 2.3, 0.1, "longer than the 0.4 s forecast")]
    [InlineData(75, 10, 3.04, "about 1 m 05 s more, usually within 3.0 s")]
    public void It_counts_down_and_says_when_it_was_wrong(double total, double elapsed, double? error, string words) => Assert.Equal(words, ForecastText.Of(
        new WaitForecast(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(total), 100, 0) { Error = error is { } within ? new ForecastError(TimeSpan.FromSeconds(within), 5) : null },
        TimeSpan.FromSeconds(elapsed)));

    [Fact]
    public void Its_parts_are_told_on_hover() => Assert.Equal(
        "From your own past calls: turns ahead about 12 s · loading about 2.8 s · reading about 0.4 s: 1,900 tokens, of which about 1,200 are cached · half of your last 12 like it were forecast within 0.3 s",
        ForecastText.Parts(new WaitForecast(TimeSpan.FromSeconds(12.2), TimeSpan.FromSeconds(2.8), TimeSpan.FromSeconds(0.4), 1_900, 1_200) { Error = new ForecastError(TimeSpan.FromSeconds(0.3), 12) }));

    [Theory]
    [InlineData(1, "Loading the model")]
    [InlineData(42, "Waiting for the model to load")]
    public void That_a_model_is_being_loaded_is_not_said_of_a_long_silence(double silent, string words)
    {
        using var port = new UnusedPort();
        Settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = port.Host } });
        Order.Call = Waiting() with { SentAt = TimeProvider.System.GetUtcNow().AddSeconds(-silent) };

        Assert.Equal(words, Draw(TurnPhase.LoadingModel).Find("[data-testid=wait-state] b").TextContent);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_said_so_beside_what_helps()
    {
        var retries = 0;
        using var port = new UnusedPort();
        Settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = port.Host } });
        Order.Call = Waiting() with { SentAt = TimeProvider.System.GetUtcNow().AddSeconds(-42) };
        var line = Render<WaitingLine>(parameters => parameters
            .Add(p => p.ReplyId, "r").Add(p => p.Phase, TurnPhase.WaitingForFirstToken).Add(p => p.Since, Order.Call.SentAt).Add(p => p.OnStopAndRetry, () => retries++));

        line.WaitForAssertion(() => Assert.Equal("noanswer", line.Find("[data-testid=silence]").GetAttribute("data-verdict")), s_guard);
        Assert.Matches("Stuck\\? The server does not answer. Nothing for 4[0-9] s, and no answer to a question within 3 s either.", line.Find("[data-testid=silence]").TextContent);
        await line.InvokeAsync(() => line.Find("[data-testid=stop-and-retry]").Click());
        line.WaitForAssertion(() => Assert.Equal(1, retries), s_guard);
    }

    public static TheoryData<SilenceVerdict, string> Verdicts => new()
    {
        { Silent(SilenceState.Slow) with { Usual = TimeSpan.FromSeconds(57.2) }, "Slow, but alive: the server answers; 42 s for the first token is no longer than 99 of 100 waits here (58 s). Keep waiting, or press Stop." },
        { Silent(SilenceState.Slow) with { IsBehind = true }, "Slow, but alive: the server answers, and works on another reply first. Keep waiting, or press Stop." },
        { Silent(SilenceState.Slow) with { Usual = TimeSpan.FromSeconds(9), Expected = TimeSpan.FromSeconds(30) }, "Slow, but alive: the server answers, but nothing has come for 42 s; the forecast was 30 s. A model that loads, or reads a long prompt, may take minutes; else stop it, and try again." },
        { Silent(SilenceState.Slow) with { Expected = TimeSpan.FromSeconds(0.2), IsLoaded = true }, "Slow, but alive: the server answers, but nothing has come for 42 s; the forecast was 0.2 s. The model is in memory. A model that loads, or reads a long prompt, may take minutes; else stop it, and try again." },
        { Silent(SilenceState.Slow) with { IsLoaded = true }, "Slow, but alive: the server answers. Nothing for 42 s; how long this usually takes is not known yet. The model is in memory. Keep waiting, or press Stop and try again." },
        {
            Silent(SilenceState.Stuck) with { Usual = TimeSpan.FromSeconds(12), IsLoaded = false, OtherInMemory = "llama3:latest" },
            "Stuck? The server answers, the model does not. 42 s for the first token is longer than 99 of 100 waits here (12 s). The model is not in memory; llama3 is, and may have to leave first. Stop it, and try again."
        },
        { Silent(SilenceState.Stuck) with { Usual = TimeSpan.FromSeconds(0.4), IsWriting = true }, "Stuck? The server answers, the model does not. 42 s between two pieces is longer than 99 of 100 waits here (1 s). Stop it, and try again." },
        { Silent(SilenceState.Asking), " Nothing for 42 s. Asking the server whether it is there…" },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void A_silence_is_judged_with_its_numbers(SilenceVerdict verdict, string words) => Assert.Equal(words, $"{SilenceText.Head(verdict)} {SilenceText.Reason(verdict)}");

    private static SilenceVerdict Silent(SilenceState state) => new() { State = state, Silent = TimeSpan.FromSeconds(42) };

    private static IElement? ForecastIn(IRenderedComponent<WaitingLine> line) => line.FindAll("[data-testid=wait-forecast]").SingleOrDefault();

    private IRenderedComponent<WaitingLine> Draw(TurnPhase phase) => Render<WaitingLine>(parameters => parameters
        .Add(p => p.ReplyId, "r").Add(p => p.Phase, phase).Add(p => p.Since, TimeProvider.System.GetUtcNow()));

    private static CallUnderWay Waiting() => new() { SessionId = "s", Model = "demo-small:latest", Digest = "aaa", ServerVersion = "1", IsLoaded = true, Weight = 4_000, SentAt = TimeProvider.System.GetUtcNow() };

    private static MeasuredCall Past(int number, double seconds) => new()
    {
        TraceId = $"{number:x32}", SpanId = $"{number:x16}", StartTime = DateTimeOffset.UnixEpoch.AddHours(number), Model = "demo-small:latest", Setup = new ModelSetup("1", "aaa", 4096, ""), Source = "chat",
        Duration = TimeSpan.FromSeconds(seconds + 1), FirstToken = TimeSpan.FromSeconds(seconds), Load = TimeSpan.Zero, TokensIn = 1_000, TokensCached = 0,
    };
}
