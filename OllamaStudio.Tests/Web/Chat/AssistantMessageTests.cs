using Bunit;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class AssistantMessageTests : ChatTestBase
{
    [Theory]
    [InlineData(TurnPhase.Connecting, "Connecting")]
    [InlineData(TurnPhase.LoadingModel, "Loading the model")]
    [InlineData(TurnPhase.WaitingForFirstToken, "Waiting for the first token")]
    [InlineData(TurnPhase.Thinking, "Thinking")]
    [InlineData(TurnPhase.Writing, "Writing")]
    public void A_wait_has_a_name_and_a_running_time(TurnPhase phase, string name)
    {
        var message = Draw(Reply(state: MessageState.Streaming) with { Phase = phase, CreatedAt = TimeProvider.System.GetUtcNow() });

        Assert.Equal("streaming", message.Find("[data-testid=message]").GetAttribute("data-state"));
        Assert.Matches($"{name}\\s*· [0-9]+\\.[0-9] s", message.Find(".waiting").TextContent);
    }

    [Theory]
    [InlineData(0, "behind Trip to Rome")]
    [InlineData(2, "behind Trip to Rome and 2 more")]
    public void A_wait_behind_another_turn_names_its_conversation_and_leads_there(int others, string words)
    {
        Order.Ahead = new TurnAhead("c7", "Trip to Rome", others);

        var message = Draw(Reply(state: MessageState.Streaming) with { Phase = TurnPhase.WaitingForFirstToken, CreatedAt = TimeProvider.System.GetUtcNow() });

        Assert.Equal(words, message.Find("[data-testid=wait-behind]").TextContent.Trim());
        Assert.Equal("chat/c7", message.Find("[data-testid=wait-behind] a").GetAttribute("href"));

        var prompt = new string('x', 300);
        Order.Ahead = Order.Ahead with { Title = prompt };
        message.WaitForAssertion(() => Assert.Equal(prompt[..60] + "…", message.Find("[data-testid=wait-behind] a").TextContent), TimeSpan.FromSeconds(30));
        Assert.Equal(prompt, message.Find("[data-testid=wait-behind] a").GetAttribute("title"));

        Order.Ahead = null;
        message.WaitForAssertion(() => Assert.Empty(message.FindAll("[data-testid=wait-behind]")), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void While_it_is_written_the_line_says_how_much_has_come_and_how_fast()
    {
        var now = TimeProvider.System.GetUtcNow();
        var writing = Reply("So", MessageState.Streaming) with { Phase = TurnPhase.Writing, CreatedAt = now, Pace = new ReplyPace(573, TimeSpan.FromSeconds(12), null) };
        var message = Draw(writing);
        Assert.Matches(@"^\s*Writing\s*· 12 s · 573 chunks · 48/s\s*$", message.Find("[data-testid=wait-state]").TextContent);

        message.Render(parameters => parameters.Add(p => p.Message, writing with { Pace = new ReplyPace(9, TimeSpan.FromSeconds(1), null) }));
        Assert.Matches(@"^\s*Writing\s*· 1 s · 9 chunks\s*$", message.Find("[data-testid=wait-state]").TextContent);

        message.Render(parameters => parameters.Add(p => p.Message, writing with { Phase = TurnPhase.UsingTools }));
        Assert.DoesNotContain("chunks", message.Find("[data-testid=wait-state]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_switcher_leads_to_the_siblings_and_waits_while_a_reply_is_generated()
    {
        var shown = new List<string>();
        var message = Render<AssistantMessage>(parameters => parameters
            .Add(p => p.Message, Reply("text")).Add(p => p.Branch, new MessageBranch(2, 3, "first", "last")).Add(p => p.OnShow, shown.Add));

        var switcher = message.Find("[data-testid=branch-switcher]");
        Assert.Equal("2/3", switcher.TextContent.Trim());
        Assert.Equal("Reply, version 2 of 3", switcher.GetAttribute("aria-label"));
        message.Find("[aria-label='Previous version']").Click();
        message.Find("[aria-label='Next version']").Click();
        Assert.Equal(["first", "last"], shown);

        message.Render(parameters => parameters.Add(p => p.IsGenerating, true));
        message.Find("[aria-label='Next version']").Click();
        Assert.Equal(2, shown.Count);
        Assert.Equal("Other versions can be shown once the reply has ended", message.Find("[aria-label='Next version']").GetAttribute("title"));
    }

    [Fact]
    public void At_the_last_version_there_is_no_next_and_the_button_keeps_the_keyboard()
    {
        var shown = new List<string>();
        var message = Render<AssistantMessage>(parameters => parameters
            .Add(p => p.Message, Reply("text")).Add(p => p.Branch, new MessageBranch(2, 2, "first", null)).Add(p => p.OnShow, shown.Add));

        var next = message.Find("[aria-label='Next version']");
        next.Click();

        Assert.Empty(shown);
        Assert.Equal("true", next.GetAttribute("aria-disabled"));
        Assert.False(next.HasAttribute("disabled"));
    }

    [Fact]
    public void Without_siblings_there_is_no_switcher() => Assert.Empty(Draw(Reply("text")).FindAll("[data-testid=branch-switcher]"));

    [Fact]
    public void While_the_person_is_asked_it_is_them_that_is_waited_for()
    {
        var message = Draw(Reply(state: MessageState.Streaming) with
        {
            Phase = TurnPhase.UsingTools, ToolCalls = [new ToolCallRecord { Id = "c1", Name = "write", State = ToolCallState.AwaitingApproval }],
        });

        Assert.StartsWith("Waiting for your approval", message.Find(".waiting").TextContent, StringComparison.Ordinal);
        Assert.Empty(message.FindAll(".waiting .spinner"));
    }

    [Theory]
    [InlineData(TurnPhase.LoadingModel, "No response from Ollama for 4[0-9] s. A large model can take minutes to load.")]
    [InlineData(TurnPhase.WaitingForFirstToken, "No response from Ollama for 4[0-9] s. Loading a large model or reading a long prompt can take minutes.")]
    [InlineData(TurnPhase.Writing, "No response from Ollama for 4[0-9] s. The connection is still open")]
    public void A_long_silence_is_told_with_what_it_may_mean(TurnPhase phase, string words)
    {
        var now = TimeProvider.System.GetUtcNow();
        var talking = Reply(state: MessageState.Streaming) with { Phase = phase, CreatedAt = now };
        var message = Draw(talking);
        Assert.Empty(message.FindAll("[data-testid=silence]"));

        message.Render(parameters => parameters.Add(p => p.Message, talking with { SilentSince = now.AddSeconds(-40) }));

        Assert.Matches(words, message.Find("[data-testid=silence]").TextContent);
    }

    [Fact]
    public async Task Stop_and_retry_asks_again_once_the_reply_has_stopped_and_not_where_it_ended_well()
    {
        List<string> asked = [];
        var (stops, now) = (0, TimeProvider.System.GetUtcNow());
        using var port = new UnusedPort();
        Settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = port.Host } });
        Order.Call = new CallUnderWay { SessionId = "s", Model = "demo-small:latest", Weight = 1, SentAt = now.AddMinutes(-1) };
        foreach (var end in new[] { MessageState.Stopped, MessageState.Complete })
        {
            var waiting = Reply(state: MessageState.Streaming) with { Phase = TurnPhase.WaitingForFirstToken, CreatedAt = now };
            var message = Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, waiting).Add(p => p.OnStop, () => stops++).Add(p => p.OnRegenerate, asked.Add));
            message.WaitForElement("[data-testid=stop-and-retry]", TimeSpan.FromSeconds(30));
            await message.InvokeAsync(() => message.Find("[data-testid=stop-and-retry]").Click());
            message.WaitForAssertion(() => Assert.Equal(end is MessageState.Stopped ? 1 : 2, stops), TimeSpan.FromSeconds(30));
            Assert.Equal(end is MessageState.Stopped ? 0 : 1, asked.Count);

            message.Render(parameters => parameters.Add(p => p.Message, waiting with { State = end }));
            message.WaitForAssertion(() => Assert.Single(asked), TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public void A_failed_reply_keeps_its_text_says_why_and_offers_a_retry()
    {
        var retried = 0;
        var failed = Reply("half an ans", MessageState.Failed) with { Error = new MessageError("model 'x' not found", "Pull it with ollama pull x.") };
        var message = Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, failed).Add(p => p.OnRegenerate, () => retried++));

        var banner = message.Find("[data-testid=error-banner]");
        Assert.Equal("alert", banner.GetAttribute("role"));
        Assert.Contains("model 'x' not found", banner.TextContent, StringComparison.Ordinal);
        Assert.Contains("Pull it with ollama pull x.", banner.TextContent, StringComparison.Ordinal);
        Assert.Contains("half an ans", message.Markup, StringComparison.Ordinal);
        banner.QuerySelector("button")!.Click();
        Assert.Equal(1, retried);
    }

    [Fact]
    public void An_earlier_failure_offers_no_retry() =>
        Assert.Null(Draw(Reply(state: MessageState.Failed) with { Error = new MessageError("no", null) }).Find("[data-testid=error-banner]").QuerySelector("button"));

    [Fact]
    public void A_stopped_reply_keeps_its_text_and_says_so()
    {
        var message = Draw(Reply("so far", MessageState.Stopped));

        Assert.Equal("stopped", message.Find("[data-testid=message]").GetAttribute("data-state"));
        Assert.Contains("so far", message.Markup, StringComparison.Ordinal);
        Assert.Contains("Stopped", message.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Thinking_is_open_while_it_lasts_and_folded_once_the_answer_starts()
    {
        var thinking = Reply(state: MessageState.Streaming) with { Thinking = "hmm", Phase = TurnPhase.Thinking };
        var message = Draw(thinking);
        Assert.True(message.Find("[data-testid=thinking]").HasAttribute("open"));

        message.Render(parameters => parameters.Add(p => p.Message, thinking with { Text = "So", Phase = TurnPhase.Writing }));
        Assert.False(message.Find("[data-testid=thinking]").HasAttribute("open"));
    }

    [Fact]
    public void The_trace_button_points_out_the_trace()
    {
        var asked = new List<string>();
        Ui.TraceRequested += (trace, _) => asked.Add(trace);
        var message = Draw(Reply("text") with { TraceId = "0af7651916cd43dd8448eb211c80319c" });

        message.Find("[data-testid=message-trace]").Click();

        Assert.Equal(["0af7651916cd43dd8448eb211c80319c"], asked);
    }

    [Fact]
    public void A_reply_whose_trace_was_sent_links_to_it_at_each_destination_that_shows_traces()
    {
        Export.Links["Phoenix"] = "http://localhost:6006/redirects/traces/{0}";
        Export.Links["Jaeger"] = "http://localhost:16686/trace/{0}";

        var links = Draw(Reply("text") with { TraceId = "abc", Sampled = true }).FindAll("[data-testid=open-in-receiver]");

        Assert.Equal(["http://localhost:6006/redirects/traces/abc", "http://localhost:16686/trace/abc"], links.Select(link => link.GetAttribute("href")));
        Assert.Equal(["Open in Phoenix", "Open in Jaeger"], links.Select(link => link.GetAttribute("aria-label")));
        Assert.All(links, link => Assert.Equal(("_blank", "noopener"), (link.GetAttribute("target"), link.GetAttribute("rel"))));
        Assert.Empty(Draw(Reply("text") with { TraceId = "abc", Sampled = false }).FindAll("[data-testid=open-in-receiver]"));
    }

    [Theory]
    [InlineData(CaptureLevel.Off, true, TraceExportState.Exported, "not captured · exported")]
    [InlineData(CaptureLevel.Preview, true, TraceExportState.Waiting, "preview captured · waiting to be exported")]
    [InlineData(CaptureLevel.Full, true, TraceExportState.Failed, "captured in full · export failed")]
    [InlineData(CaptureLevel.Preview, false, TraceExportState.Unknown, "preview captured · sampled out")]
    [InlineData(CaptureLevel.Preview, true, TraceExportState.Undecided, "preview captured · decided when it ends whether it is exported")]
    [InlineData(CaptureLevel.Preview, true, TraceExportState.LeftOut, "preview captured · sampled out")]
    public void What_became_of_the_content_stands_below_it(CaptureLevel capture, bool sampled, TraceExportState state, string line)
    {
        Export.TraceState = state;
        Export.Set(new ExportStatus { State = ExportState.Healthy });

        var message = Draw(Reply("text") with { TraceId = "t", Capture = capture, Sampled = sampled });

        Assert.Equal(line, message.Find(".privacy").TextContent.Trim());
    }

    [Fact]
    public async Task The_subscription_to_the_export_ends_with_the_component()
    {
        Draw(Reply("text") with { TraceId = "t" });
        Assert.Equal(1, Export.Subscribers);

        await DisposeComponentsAsync();

        Assert.Equal(0, Export.Subscribers);
    }

    [Theory]
    [InlineData(null, "The studio stopped, or the conversation was duplicated, while this reply was being generated")]
    [InlineData("server busy", "It was to go on, and failed: the reason stands below")]
    public void An_interrupted_reply_says_by_what(string? error, string title)
    {
        var interrupted = Reply("half", MessageState.Interrupted) with { Error = error is null ? null : new MessageError(error, null) };

        Assert.Equal(title, Draw(interrupted).Find(".stopped").GetAttribute("title"));
    }

    private IRenderedComponent<AssistantMessage> Draw(MessageRecord message) =>
        Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, message));
}
