using AngleSharp.Dom;
using Bunit;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class DestinationsSectionTests : SettingsPageTestBase
{
    [Fact]
    public async Task A_new_one_is_filled_in_by_its_kind_and_saved()
    {
        var (page, settings) = Open();
        Find(page, "destination-add").Click();
        Assert.Equal("Other", Value(page, "destination-kind"));
        Assert.Equal(2, page.FindAll(Selector("destination-row")).Count);

        await ChooseLastAsync(page, "destination-kind", nameof(DestinationKind.Honeycomb));
        Assert.Equal(("Honeycomb", "https://api.honeycomb.io"), (Value(page, "destination-name"), Value(page, "destination-endpoint")));
        Last(page, "destination-name").Input("Team");
        page.FindAll("input[aria-label^='Value of header']")[^1].Input("key-1");
        Assert.NotNull(page.Find(Selector("destination-save")).Closest("form"));
        Save(page);

        page.WaitForElement(Selector("settings-saved"), TimeSpan.FromSeconds(30));
        var saved = Assert.Single(settings.Current.Telemetry.MoreDestinations);
        Assert.Equal(("Team", DestinationKind.Honeycomb, "https://api.honeycomb.io", "key-1"), (saved.Name, saved.Kind, saved.Endpoint, saved.Headers["x-honeycomb-team"]));
        Assert.Equal(32, saved.Id.Length);
        Assert.Empty(page.FindAll(Selector("destination-save")));
    }

    [Fact]
    public async Task Another_kind_replaces_what_the_last_one_filled_in_and_nothing_of_a_persons_own()
    {
        var (page, _) = Open();
        Find(page, "destination-add").Click();
        await ChooseLastAsync(page, "destination-kind", nameof(DestinationKind.Langfuse));
        Last(page, "destination-endpoint").Input("http://mine:3000/api/public/otel");

        await ChooseLastAsync(page, "destination-kind", nameof(DestinationKind.SigNoz));

        Assert.Equal(("SigNoz", "http://mine:3000/api/public/otel"), (Value(page, "destination-name"), Value(page, "destination-endpoint")));
        Assert.Equal(["signoz-ingestion-key"], page.FindAll(".row input[aria-label^='Name of header']").Select(name => name.GetAttribute("value")));
        Assert.Contains("Not confirmed", page.Find($"#{Last(page, "destination-kind").GetAttribute("aria-describedby")}").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_key_is_never_on_the_page_and_stays_until_it_is_replaced_or_the_server_changes()
    {
        var settings = await WithOneAsync();
        var page = Render(settings);
        Assert.DoesNotContain("k-secret", page.Markup, StringComparison.Ordinal);
        Find(page, "destination-edit").Click();
        Assert.DoesNotContain("k-secret", page.Markup, StringComparison.Ordinal);

        Last(page, "destination-name").Input("Renamed");
        Save(page);
        page.WaitForAssertion(() => Assert.Equal(("Renamed", "k-secret", "one"), Kept()), TimeSpan.FromSeconds(30));

        Find(page, "destination-edit").Click();
        Last(page, "destination-endpoint").Input("http://elsewhere:4318");
        Assert.Contains("type them again", page.Find(Selector("destination-notice")).TextContent, StringComparison.Ordinal);
        Save(page);
        page.WaitForAssertion(() => Assert.Equal(("Renamed", null, "one"), Kept()), TimeSpan.FromSeconds(30));

        (string? Name, string? Key, string Id) Kept() => settings.Current.Telemetry.MoreDestinations is [var one] ? (one.Name, one.ApiKey, one.Id) : default;
    }

    [Fact]
    public async Task Each_row_has_its_own_standing_and_its_own_test()
    {
        var settings = await WithOneAsync();
        Monitor.Statuses["one"] = new() { State = ExportState.Failing, LastError = "503 from c:4318", NextTry = DateTimeOffset.UnixEpoch };
        Monitor.Links["one"] = "http://c:16686/trace/{0}";
        Monitor.Links["two"] = "http://d:16686/trace/{0}";
        var page = Render(settings);

        Assert.Equal(["idle", "failing"], page.FindAll(Selector("destination-row")).Select(row => row.GetAttribute("data-state")));
        Find(page, "export-try-now").Click();
        Assert.Equal(["TryNow"], Monitor.Asked);
        Find(page, "destination-test").Click();
        Monitor.Answer.SetResult(new(TestExportOutcome.Accepted, "Accepted with 200.", new('a', 32), 200));
        page.WaitForAssertion(() => Assert.Equal("one", Monitor.Tested), TimeSpan.FromSeconds(30));

        Monitor.Statuses["one"] = new() { State = ExportState.Healthy };
        Monitor.Set(Monitor.Current);
        page.WaitForElement(Selector("open-in-receiver"), TimeSpan.FromSeconds(30));
        Assert.Equal($"http://c:16686/trace/{new string('a', 32)}", Assert.Single(page.FindAll(Selector("open-in-receiver"))).GetAttribute("href"));
    }

    [Fact]
    public async Task What_becomes_of_spans_that_wait_is_said_before_it_is_switched_off_or_removed()
    {
        var settings = await WithOneAsync();
        Monitor.Statuses["one"] = new() { State = ExportState.Failing, LastError = "503 from c:4318", Waiting = 12 };
        var page = Render(settings);
        Assert.Equal("Removed, it gives up the 12 spans that wait: they are lost.", Assert.Single(page.FindAll(Selector("destination-loses"))).TextContent);

        page.FindAll(Selector("destination-enabled"))[1].Change(false);
        page.WaitForAssertion(() => Assert.Contains("kept, on disk for three days at most, and sent when it is on again", page.FindAll(Selector("destination-row"))[1].TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_is_switched_off_and_one_is_removed()
    {
        var settings = await WithOneAsync();
        var page = Render(settings);
        page.FindAll(Selector("destination-enabled"))[1].Change(false);
        Save(page);
        page.WaitForAssertion(() => Assert.False(Assert.Single(settings.Current.Telemetry.MoreDestinations).Enabled), TimeSpan.FromSeconds(30));
        Assert.True(settings.Current.Telemetry.Enabled);

        Find(page, "destination-remove").Click();
        Save(page);
        page.WaitForAssertion(() => Assert.Empty(settings.Current.Telemetry.MoreDestinations), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Signals_are_chosen_and_saved_and_a_kind_brings_its_own()
    {
        var (page, settings) = Open();
        Find(page, "destination-add").Click();
        Assert.Equal((true, false, false), Boxes(page));
        await ChooseLastAsync(page, "destination-kind", nameof(DestinationKind.Collector));
        Assert.Equal((true, true, true), Boxes(page));

        Last(page, "destination-traces").Change(false);
        Save(page);

        page.WaitForAssertion(() => Assert.Equal((false, true, true), settings.Current.Telemetry.MoreDestinations is [var one] ? (one.Traces, one.Metrics, one.Logs) : default), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_Phoenix_takes_traces_only_and_says_so()
    {
        var (page, _) = Open();
        Assert.Equal((false, true, true), Disabled(page));
        Assert.Contains("Phoenix takes traces only.", page.Find($"#{Find(page, "destination-metrics").GetAttribute("aria-describedby")}").TextContent, StringComparison.Ordinal);

        Find(page, "destination-add").Click();
        Assert.Equal((false, false, false), Disabled(page));
        await ChooseLastAsync(page, "destination-kind", nameof(DestinationKind.PhoenixCloud));
        Assert.Equal((false, true, true), Disabled(page));
    }

    [Fact]
    public async Task By_gRPC_the_usual_port_is_another()
    {
        var (page, _) = Open();
        Find(page, "destination-add").Click();
        await ChooseLastAsync(page, "destination-kind", nameof(DestinationKind.Collector));

        await ChooseLastAsync(page, "destination-protocol", nameof(DestinationProtocol.Grpc));

        Assert.Equal("http://localhost:4317", Value(page, "destination-endpoint"));
        Assert.Contains("4317", page.Find($"#{Last(page, "destination-endpoint").GetAttribute("aria-describedby")}").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_fixes_one_signal_and_is_named()
    {
        var (page, _) = Open(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"), ("OTEL_METRICS_EXPORTER", "otlp"), ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://m/here?key=1"));

        Assert.Equal((true, true, false), Boxes(page));
        Assert.Equal((false, true, false), Disabled(page));
        var notes = page.Find($"#{Find(page, "destination-metrics").GetAttribute("aria-describedby")}").TextContent;
        Assert.Contains("Metrics: fixed by OTEL_METRICS_EXPORTER", notes, StringComparison.Ordinal);
        Assert.Contains("Metrics go to http://m/here, ", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_metrics_and_logs_stand_is_said_apart_from_the_traces()
    {
        var settings = await WithOneAsync();
        Monitor.Signals["one"] =
        [
            new(TelemetrySignal.Metrics) { State = ExportState.Healthy, Sent = 12, Failed = 1, LastSuccess = DateTimeOffset.UnixEpoch },
            new(TelemetrySignal.Logs) { State = ExportState.Failing, LastError = "c:4318 refused the log lines: 404 Not Found", LastFailure = DateTimeOffset.UnixEpoch, Failed = 3 },
        ];
        Monitor.Statuses["one"] = new() { State = ExportState.Off };
        var page = Render(settings);

        var said = page.FindAll(Selector("destination-signal")).Select(static line => line.TextContent).ToList();
        Assert.Equal(2, said.Count);
        Assert.StartsWith("Metrics: 12 pushes sent, 1 lost. Last success: 1970", said[0], StringComparison.Ordinal);
        Assert.EndsWith("c:4318 refused the log lines: 404 Not Found. 3 lines lost.", said[1], StringComparison.Ordinal);
        Assert.Equal("Failing", page.FindAll(Selector("export-state"))[1].TextContent.Trim());
    }

    [Fact]
    public void A_second_one_of_variables_has_a_section_in_which_only_what_they_set_is_fixed()
    {
        var (page, _) = Open(("PHOENIX_ENDPOINT", "http://phoenix:6006/v1/traces"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"));

        var section = page.Find("#otlp");
        Assert.Contains("http://collector:4318/v1/traces", section.TextContent, StringComparison.Ordinal);
        Assert.True(section.QuerySelector(Selector("destination-endpoint"))!.HasAttribute("disabled"));
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT", section.QuerySelector($"#{section.QuerySelector(Selector("destination-endpoint"))!.GetAttribute("aria-describedby")}")!.TextContent, StringComparison.Ordinal);
        Assert.False(section.QuerySelector(Selector("destination-name"))!.HasAttribute("disabled"));
    }

    [Fact]
    public void Without_such_variables_there_is_no_such_section() => Assert.Empty(Open().Page.FindAll("#otlp"));

    private async Task<SettingsService> WithOneAsync()
    {
        var settings = Fixture.Open();
        Assert.True((await SaveAsync(settings, telemetry => telemetry with
        {
            MoreDestinations = [new() { Id = "one", Name = "Collector", Kind = DestinationKind.Collector, Endpoint = "http://c:4318", ApiKey = "k-secret" }],
        })).Succeeded);
        return settings;
    }

    private static (bool Traces, bool Metrics, bool Logs) Boxes(IRenderedComponent<OllamaStudio.Settings.SettingsPage> page) =>
        (Last(page, "destination-traces").HasAttribute("checked"), Last(page, "destination-metrics").HasAttribute("checked"), Last(page, "destination-logs").HasAttribute("checked"));

    private static (bool Traces, bool Metrics, bool Logs) Disabled(IRenderedComponent<OllamaStudio.Settings.SettingsPage> page) =>
        (Last(page, "destination-traces").HasAttribute("disabled"), Last(page, "destination-metrics").HasAttribute("disabled"), Last(page, "destination-logs").HasAttribute("disabled"));

    private static IElement Last(IRenderedComponent<OllamaStudio.Settings.SettingsPage> page, string testId) => page.FindAll(Selector(testId))[^1];

    private static string? Value(IRenderedComponent<OllamaStudio.Settings.SettingsPage> page, string testId) => Last(page, testId).GetAttribute("value");

    private static Task ChooseLastAsync(IRenderedComponent<OllamaStudio.Settings.SettingsPage> page, string testId, string option) =>
        page.InvokeAsync(() => page.FindComponents<MudBlazor.MudSelect<string>>().Last(select => Equals(select.Instance.UserAttributes["data-testid"], testId)).Instance.SelectOption(option));
}
