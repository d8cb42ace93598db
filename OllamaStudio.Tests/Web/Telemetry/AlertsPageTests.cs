using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Shared;
using OllamaStudio.Shell.Status;
using OllamaStudio.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Telemetry;

public sealed class AlertsPageTests : BunitContext
{
    private readonly FakeAlerts _alerts = new();
    private readonly ManualTime _time = new();

    public AlertsPageTests()
    {
        Services.AddSingleton<IAlerts>(_alerts);
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddMudBlazor();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    private static AlertEntry Entry(long id, DateTimeOffset? ended = null) => new(id, "errors", "gateway", ManualTime.Epoch, ended, 10, 12.5, 5, 15);

    [Fact]
    public void Before_there_was_an_alert_it_says_so_and_leads_to_the_limits()
    {
        var page = Render<AlertsPage>();

        Assert.Equal("No alerts", page.Find("[data-testid=alerts-headline] p").TextContent);
        Assert.Equal("/settings#field-alerts-rules", page.Find("[data-testid=alerts-empty] a").GetAttribute("href"));
        Assert.Equal(AlertKind.All.Length, page.FindAll("[data-testid=alert-rule][data-state=few]").Count);
        Assert.Equal("–", page.Find("[data-rule=errors] td").TextContent); // unknown is not 0
    }

    [Fact]
    public void An_alert_shows_in_page_and_status_bar_while_it_lasts_and_in_the_history_after()
    {
        var (page, bar) = (Render<AlertsPage>(), Render<AlertStatusItem>());
        Assert.Equal("ok", bar.Find("summary").GetAttribute("data-state"));

        _alerts.Set(new()
        {
            Rules = FakeAlerts.Standing(new AlertStanding(AlertKind.Errors, AlertKind.Errors.Default, AlertState.Firing, ManualTime.Epoch, 12.5, 40, "gateway")),
            History = [Entry(1)],
        });

        page.WaitForAssertion(() => Assert.Equal("1 alert", page.Find("[data-testid=alerts-headline] p").TextContent));
        bar.WaitForAssertion(() => Assert.Equal("firing", bar.Find("summary").GetAttribute("data-state")));
        Assert.Equal("1 alert: Errors", bar.Find("summary").GetAttribute("title"));
        Assert.Contains("12.5 %, over 5 % is an alert", bar.Find("dd").TextContent, StringComparison.Ordinal);
        var rule = page.Find("[data-rule=errors][data-testid=alert-rule]");
        Assert.Equal("firing", rule.GetAttribute("data-state"));
        Assert.Contains("over 5 % for 5 min · last 15 min · at least 20 turns", rule.TextContent, StringComparison.Ordinal);
        Assert.Equal("not yet", page.Find("[data-testid=alert-row] td:nth-child(3)").TextContent);

        _alerts.Set(new() { Rules = FakeAlerts.Standing(), History = [Entry(1, ManualTime.Epoch.AddSeconds(185))] });

        bar.WaitForAssertion(() => Assert.Equal("ok", bar.Find("summary").GetAttribute("data-state")));
        page.WaitForAssertion(() => Assert.EndsWith("after 3 m 05 s", page.Find("[data-testid=alert-row] td:nth-child(3)").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_webhook_did_not_take_is_said_and_a_long_history_comes_in_parts()
    {
        _alerts.Set(new() { Rules = FakeAlerts.Standing(), WebhookFailure = "example.com answered 404", History = [.. Enumerable.Range(1, 60).Select(static id => Entry(id, ManualTime.Epoch))] });
        var page = Render<AlertsPage>();

        Assert.Contains("The webhook was not told: example.com answered 404.", page.Find("[data-testid=alert-webhook-failure]").TextContent, StringComparison.Ordinal);
        Assert.Equal(50, page.FindAll("[data-testid=alert-row]").Count);
        page.Find("[data-testid=alerts-more]").Click();
        Assert.Equal(60, page.FindAll("[data-testid=alert-row]").Count);
        Assert.Empty(page.FindAll("[data-testid=alerts-more]"));
    }

    [Fact]
    public async Task A_figure_that_moves_does_not_draw_the_status_bar_anew_and_a_page_that_is_left_is_told_nothing()
    {
        var bar = Render<AlertStatusItem>();
        var drawn = bar.RenderCount;

        _alerts.Set(new() { Rules = FakeAlerts.Standing(new AlertStanding(AlertKind.Errors, AlertKind.Errors.Default, AlertState.Fine, null, 1, 40, "chat")) });

        Assert.Equal(drawn, bar.RenderCount);
        Assert.Equal("nothing to judge", AlertText.State(new AlertStanding(AlertKind.Export, AlertKind.Export.Default, AlertState.Few), static _ => "")); // spans may wait all the same
        var page = Render<AlertsPage>();
        Assert.Equal(2, _alerts.Subscribers);
        await DisposeComponentsAsync();
        Assert.Equal(0, _alerts.Subscribers);
        Assert.NotNull(page);
    }
}
