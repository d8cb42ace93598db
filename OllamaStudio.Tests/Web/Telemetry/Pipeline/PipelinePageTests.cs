using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Telemetry.Pipeline;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Telemetry.Pipeline;

public sealed class PipelinePageTests : BunitContext, ITailSampling
{
    private static readonly ExportBooks s_books = new()
    {
        Started = 18_204, Running = 8, Ended = 18_196, LeftOut = 1_220, Kept = 16_976,
        Destinations = [new DestinationBooks { Id = "first", Kept = 16_976, Found = 48, SpoolFiles = 3, SpoolBytes = 1_900_000, Sent = 17_012, Waiting = 12, Stored = 16_960, Unproved = 52, Resent = 31, LookUps = 41 }],
    };

    private readonly FakeExportMonitor _export = new();
    private readonly ManualTime _time = new();

    public PipelinePageTests()
    {
        _export.Books = s_books;
        _export.Set(new() { State = ExportState.Healthy, Endpoint = "http://localhost:6006/v1/traces", LastSuccess = ManualTime.Epoch });
        Services.AddSingleton<IExportMonitor>(_export);
        Services.AddSingleton<ITailSampling>(this);
        Services.AddSingleton<ISpanFeed>(new SpanFeed(_time));
        Services.AddSingleton<ISettings>(new FakeSettings());
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddMudBlazor();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    TailSamplingStatus ITailSampling.Current { get; } = new();

    IDisposable ITailSampling.Subscribe(Action changed) => new MemoryStream();

    [Fact]
    public void Every_stage_has_its_count()
    {
        var page = Render<PipelinePage>();

        Assert.Equal(
            [("started", "18,204"), ("ended", "18,196"), ("kept", "16,976"), ("dropped", "0"), ("left-out", "1,220"), ("waiting", "12"), ("sent", "17,012"), ("proved", "16,960")],
            page.FindAll("[data-testid=pipeline-stage]").Select(static stage => (stage.GetAttribute("data-stage")!, stage.QuerySelector("[data-testid=pipeline-count]")!.TextContent)));
        Assert.Equal("No span is lost", page.Find("[data-testid=pipeline-headline] p").TextContent);
        Assert.Equal("5 of 5", page.Find("[data-testid=books-balance]").TextContent);
        Assert.Contains("1.9 MB on disk · 48 came from disk", page.Find("[data-stage=waiting]").TextContent, StringComparison.Ordinal);
        Assert.Contains("31 sent again", page.Find("[data-stage=sent]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_and_logs_stand_beside_the_books_where_they_are_sent()
    {
        var page = Render<PipelinePage>();
        Assert.Empty(page.FindAll("[data-testid=pipeline-push]"));

        _export.Signals["first"] =
        [
            new(TelemetrySignal.Metrics) { State = ExportState.Healthy, Sent = 1, LastSuccess = ManualTime.Epoch },
            new(TelemetrySignal.Logs) { State = ExportState.Waiting, Endpoint = "http://c:4318/v1/logs" },
        ];
        _export.Set(_export.Current);
        _time.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-testid=pipeline-push]").Count));
        var lines = page.FindAll("[data-testid=pipeline-push]").Select(static line => line.TextContent).ToList();
        Assert.StartsWith("Phoenix Metrics: 1 push sent. Last success: ", lines[0], StringComparison.Ordinal);
        Assert.Equal("Phoenix Logs: No receiver at c:4318 yet; what is made until then is lost.", lines[1]);
        Assert.Equal("5 of 5", page.Find("[data-testid=books-balance]").TextContent);
    }

    [Fact]
    public void It_follows_what_happens_and_draws_nothing_where_nothing_changed()
    {
        var page = Render<PipelinePage>();
        var drawn = page.RenderCount;

        _export.Set(_export.Current);
        Assert.Equal(drawn, page.RenderCount);

        _export.Books = s_books with { Started = 18_205, Running = 9, Destinations = [s_books.Destinations[0] with { Sent = 17_013, Waiting = 11, Unproved = 53 }] };
        _time.Advance(TimeSpan.FromSeconds(1));
        _export.Set(_export.Current);
        page.WaitForAssertion(() => Assert.Equal("18,205", page.Find("[data-stage=started] b").TextContent));
        Assert.Equal("17,013", page.Find("[data-stage=sent] b").TextContent);
    }

    [Fact]
    public void Where_it_fails_it_says_why_and_can_be_tried_now()
    {
        _export.Set(new() { State = ExportState.Failing, Endpoint = "http://localhost:6006/v1/traces", LastError = "Connection refused", NextTry = ManualTime.Epoch.AddSeconds(42) });
        var page = Render<PipelinePage>();

        Assert.Contains("Connection refused", page.Find("[data-testid=pipeline-says]").TextContent, StringComparison.Ordinal);
        Assert.Equal("failing", page.Find("[data-testid=pipeline-destination]").GetAttribute("data-state"));
        page.Find("[data-testid=pipeline-try-now]").Click();
        page.Find("[data-testid=pipeline-send]").Click();
        Assert.Equal(["TryNow", "TryNow"], _export.Asked);
    }

    [Fact]
    public void What_is_not_proved_claims_no_more_than_accepted_and_what_does_not_balance_says_so()
    {
        _export.Books = s_books with { Destinations = [s_books.Destinations[0] with { Stored = null, Unproved = null, LookUps = null, Sent = 17_000 }] };
        var page = Render<PipelinePage>();

        Assert.Empty(page.FindAll("[data-stage=proved]"));
        Assert.Contains("“Accepted” is all that is known.", page.Find("[data-testid=pipeline-says]").TextContent, StringComparison.Ordinal);
        Assert.Equal("The books do not balance", page.Find("#books-title").TextContent);
        Assert.Equal("3 of 4", page.Find("[data-testid=books-balance]").TextContent);
        Assert.Equal(["true", "true", "true", "false"], page.FindAll("[data-testid=books-line]").Select(static line => line.GetAttribute("data-balances")));
    }

    [Fact]
    public async Task A_page_that_is_left_is_told_nothing()
    {
        Render<PipelinePage>();
        Assert.Equal(1, _export.Subscribers);

        await DisposeComponentsAsync();

        Assert.Equal(0, _export.Subscribers);
    }
}
