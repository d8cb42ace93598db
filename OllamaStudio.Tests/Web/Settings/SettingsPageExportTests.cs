using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OllamaStudio.Core.Export;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class SettingsPageExportTests : SettingsPageTestBase
{
    public SettingsPageExportTests()
    {
        Time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("Test", TimeSpan.FromMinutes(330), "Test", "Test"));
        Services.AddSingleton<TimeProvider>(Time);
    }

    // MudBlazor's services keep timers with a period, which ManualTime has none of.
    private FakeTimeProvider Time { get; } = new(ManualTime.Epoch);

    [Theory]
    [InlineData("http://localhost:6006", "http://localhost:6006/v1/traces")]
    [InlineData("http://collector:4317", "http://collector:4318/v1/traces")]
    public void An_endpoint_that_is_hardly_meant_gets_advice_that_one_click_takes(string typed, string suggested)
    {
        var (page, _) = Open();
        Input(page, "setting-endpoint", typed);

        page.FindAll("button.link").Single(button => button.TextContent == $"Use {suggested}").Click();

        Assert.Equal(suggested, Find(page, "setting-endpoint").GetAttribute("value"));
    }

    [Fact]
    public void By_gRPC_its_usual_port_gets_no_advice()
    {
        var (page, _) = Open(("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"));
        Input(page, "setting-endpoint", "http://collector:4317");
        Assert.DoesNotContain(page.FindAll("button.link"), static button => button.TextContent.StartsWith("Use http", StringComparison.Ordinal));
    }

    [Fact]
    public void The_test_spans_answer_is_shown()
    {
        var (page, _) = Open();
        Find(page, "test-export").Click();
        page.WaitForElement(Selector("test-export-cancel"));

        Monitor.Answer.SetResult(new(TestExportOutcome.Refused, "Phoenix refused the key (401).", new('a', 32), 401));

        var result = page.WaitForElement(Selector("test-export-result"));
        Assert.Contains("Phoenix refused the key (401).", result.TextContent, StringComparison.Ordinal);
        Assert.Equal("refused", result.GetAttribute("data-outcome"));
        Assert.NotNull(Find(page, "test-export"));
    }

    [Fact]
    public void A_test_span_that_takes_long_can_be_cancelled()
    {
        var (page, _) = Open();
        Find(page, "test-export").Click();

        page.WaitForElement(Selector("test-export-cancel")).Click();

        page.WaitForElement(Selector("test-export"));
        Assert.True(Monitor.Cancelled);
        Assert.Empty(page.FindAll(Selector("test-export-result")));
    }

    [Fact]
    public async Task The_exports_standing_is_live_until_the_page_is_left()
    {
        var (page, _) = Open();

        Monitor.Set(new() { State = ExportState.Failing, LastError = "503 from localhost:6006: queue full", Failed = 12 });

        page.WaitForAssertion(() => Assert.Equal("failing", Find(page, "export-state").GetAttribute("data-state")));
        Assert.Contains("queue full", page.Markup, StringComparison.Ordinal);

        await DisposeComponentsAsync();
        Assert.Equal(0, Monitor.Subscribers);
    }

    [Fact]
    public void The_next_try_is_named_and_need_not_be_waited_for()
    {
        var (page, _) = Open();
        Assert.Empty(page.FindAll(Selector("export-try-now")));

        Monitor.Set(new() { State = ExportState.Failing, LastError = "503", Waiting = 2, NextTry = Time.GetUtcNow().AddSeconds(30) });
        page.WaitForElement(Selector("export-try-now")).Click();

        Assert.Contains("Next try at 17:30:30.", Find(page, "export-next-try").TextContent, StringComparison.Ordinal);
        Assert.Equal(["TryNow"], Monitor.Asked);
    }

    [Fact]
    public void What_is_kept_until_something_changes_is_told_and_can_be_tried_at_once()
    {
        var (page, _) = Open();
        Monitor.Set(new() { State = ExportState.Failing, LastError = "401", Waiting = 2, Blocked = 2, SpoolProblem = "The disk is full." });
        page.WaitForElement(Selector("export-try-now")).Click();

        Assert.Contains("2 spans are kept until a setting changes", Find(page, "export-blocked").TextContent, StringComparison.Ordinal);
        Assert.Equal("The disk is full.", Find(page, "export-spool-problem").TextContent);
        Assert.Equal(["TryNow"], Monitor.Asked);
    }

    [Theory]
    [InlineData("export-send-here", "SendLeftBehind")]
    [InlineData("export-discard", "DiscardLeftBehind")]
    public void Spans_for_the_old_address_are_asked_about(string button, string asked)
    {
        var (page, _) = Open();
        Monitor.Set(new()
        {
            State = ExportState.Healthy, Endpoint = "http://new:6006/v1/traces", Waiting = 12,
            LeftBehind = new(12, ["http://old:6006/v1/traces", "http://older:6006/v1/traces"], Time.GetUtcNow().AddHours(1)),
        });
        page.WaitForElement(Selector(button)).Click();

        Assert.Contains(
            "12 spans wait for the old addresses, http://old:6006/v1/traces and http://older:6006/v1/traces: send them here, or discard them? Unanswered, they are discarded at 18:30:00.",
            Find(page, "export-left-behind").TextContent, StringComparison.Ordinal);
        Assert.Equal([asked], Monitor.Asked);

        Monitor.Set(new() { State = ExportState.Healthy });
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Selector("export-left-behind"))));
    }

    [Theory]
    [InlineData(ExportState.Healthy, TestExportOutcome.NotStored, "Accepted, not stored", "warn")]
    [InlineData(ExportState.Idle, TestExportOutcome.Stored, "Ready", "info")]
    [InlineData(ExportState.Failing, TestExportOutcome.Refused, "Failing", "error")]
    [InlineData(ExportState.Failing, TestExportOutcome.Unreachable, "Failing", "error")]
    [InlineData(ExportState.Waiting, TestExportOutcome.Unreachable, "Not reachable yet", "info")]
    public void The_card_and_the_test_in_it_say_one_thing(ExportState state, TestExportOutcome outcome, string badge, string tone)
    {
        var (page, _) = Open();
        Find(page, "test-export").Click();
        Monitor.Set(new() { State = state });
        Monitor.Answer.SetResult(new(outcome, "What the endpoint said.", new('a', 32), 200));

        Assert.Contains(tone, page.WaitForElement(Selector("test-export-result")).ClassList);
        Assert.Equal(badge, Find(page, "export-state").TextContent);
    }

    [Theory]
    [InlineData(TestExportOutcome.Refused, ExportState.Healthy)]
    [InlineData(TestExportOutcome.Stored, ExportState.Failing)]
    public void A_test_that_the_export_has_overtaken_is_gone(TestExportOutcome outcome, ExportState later)
    {
        var (page, _) = Open();
        Find(page, "test-export").Click();
        Monitor.Answer.SetResult(new(outcome, "What the endpoint said.", new('a', 32), 200));
        page.WaitForElement(Selector("test-export-result"));

        Monitor.Set(new() { State = later, LastSuccess = Time.GetUtcNow().AddSeconds(5), LastError = "503" });
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Selector("test-export-result"))));
    }

    [Fact]
    public void Dropped_spans_are_told_with_the_reason()
    {
        var (page, _) = Open();
        Monitor.Set(new() { State = ExportState.Healthy, Dropped = 15 });

        page.WaitForAssertion(() => Assert.Contains("15 spans found no room in the queue and were dropped.", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void The_card_says_what_there_is_and_nothing_of_what_there_is_not()
    {
        var (page, _) = Open(("PHOENIX_PROJECT_NAME", "kitchen"));
        var card = Find(page, "destination-row");
        Assert.Contains("Phoenix project kitchen", Words(card), StringComparison.Ordinal);
        Assert.DoesNotContain("sent,", card.TextContent, StringComparison.Ordinal);

        Monitor.Set(new() { State = ExportState.Healthy, Exported = 17_012, Waiting = 3, LastSuccess = Time.GetUtcNow() });

        page.WaitForAssertion(() => Assert.Contains("17,012 sent, 3 waiting. Last success: 17:30:00.", Words(Find(page, "destination-row")), StringComparison.Ordinal));
        Assert.Equal("healthy", Find(page, "destination-row").GetAttribute("data-state"));
        Assert.DoesNotContain("failed", Find(page, "destination-row").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("dropped", Find(page, "destination-row").TextContent, StringComparison.Ordinal);
    }

    private static string Words(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
