using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Export;

[Collection("telemetry")]
public sealed class DestinationKindsTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Span = "b7ad6b7169203331";

    [Theory]
    [InlineData(DestinationKind.ByAddress, "http://localhost:6006/v1/traces", "http://localhost:6006/redirects/traces/" + Trace)]
    [InlineData(DestinationKind.Phoenix, "http://host/phoenix", "http://host/phoenix/redirects/traces/" + Trace)]
    [InlineData(DestinationKind.PhoenixCloud, "https://app.phoenix.arize.com/s/me/v1/traces", "https://app.phoenix.arize.com/s/me/redirects/traces/" + Trace)]
    [InlineData(DestinationKind.Jaeger, "http://[::1]:4318", "http://[::1]:16686/trace/" + Trace)]
    [InlineData(DestinationKind.Aspire, "http://localhost:4318", "http://localhost:18888/traces/detail/" + Trace + "?spanId=" + Span)]
    [InlineData(DestinationKind.ByAddress, "http://localhost:4318", null)]
    [InlineData(DestinationKind.Collector, "http://localhost:4318", null)]
    [InlineData(DestinationKind.Jaeger, "nonsense", null)]
    public void A_trace_is_opened_where_its_kind_shows_it(DestinationKind kind, string endpoint, string? page) =>
        Assert.Equal(page, DestinationKinds.LinkTo(new() { Kind = kind, Endpoint = endpoint }, Trace, Span)?.AbsoluteUri);

    [Theory]
    [InlineData("https://x/t/{trace_id}?a=1&span={span_id}", "https://x/t/" + Trace + "?a=1&span=" + Span, "https://x/t/" + Trace + "?a=1")]
    [InlineData("https://x/t?id={trace_id}", "https://x/t?id=" + Trace, "https://x/t?id=" + Trace)]
    public void A_link_of_a_persons_own_comes_first_and_loses_the_span_where_there_is_none(string link, string withSpan, string without)
    {
        var destination = new DestinationSettings { Kind = DestinationKind.Jaeger, Endpoint = "http://localhost:4318", TraceLink = link };

        Assert.Equal(withSpan, DestinationKinds.LinkTo(destination, Trace, Span)!.AbsoluteUri);
        Assert.Equal(without, DestinationKinds.LinkTo(destination, Trace, null)!.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://h:4318", false, "http://h:4318/v1/metrics", "http://h:4318/v1/logs")]
    [InlineData("https://h/otlp/?a=1", false, "https://h/otlp/v1/metrics?a=1", "https://h/otlp/v1/logs?a=1")]
    [InlineData("http://h:4318/v1/traces", false, "http://h:4318/v1/metrics", "http://h:4318/v1/logs")]
    [InlineData("http://h/x/v1/traces", true, "http://h/x/v1/metrics", "http://h/x/v1/logs")]
    [InlineData("http://h/here", true, null, null)]
    public void Metrics_and_logs_go_beside_the_traces_or_below_the_base(string endpoint, bool isWhole, string? metrics, string? logs)
    {
        DestinationSettings destination = new() { Endpoint = endpoint, IsWholeAddress = isWhole };

        Assert.Equal(metrics, DestinationKinds.AddressOf(destination, new Uri(endpoint), TelemetrySignal.Metrics)?.AbsoluteUri);
        Assert.Equal(logs, DestinationKinds.AddressOf(destination, new Uri(endpoint), TelemetrySignal.Logs)?.AbsoluteUri);
        var own = destination with { MetricsApart = new() { Endpoint = "http://own/as/it/is" } };
        Assert.Equal("http://own/as/it/is", ExportPlan.From(new(), own, TelemetrySignal.Metrics).Endpoint.AbsoluteUri);
    }

    [Theory]
    [InlineData(DestinationKind.Phoenix, false)]
    [InlineData(DestinationKind.Jaeger, false)]
    [InlineData(DestinationKind.Collector, true)]
    public void What_takes_traces_only_gets_nothing_else(DestinationKind kind, bool gets)
    {
        DestinationSettings destination = new() { Kind = kind, Endpoint = "http://h:4318", Metrics = true, Logs = true };

        Assert.Equal((true, gets, gets), (DestinationKinds.Gets(destination, TelemetrySignal.Traces), DestinationKinds.Gets(destination, TelemetrySignal.Metrics), DestinationKinds.Gets(destination, TelemetrySignal.Logs)));
    }

    [Theory]
    [InlineData(DestinationKind.Phoenix, "http://phoenix:4317", null)]
    [InlineData(DestinationKind.Jaeger, "http://jaeger:4317", "http://jaeger:16686/trace/" + Trace)]
    public void A_port_that_takes_gRPC_shows_no_pages(DestinationKind kind, string endpoint, string? page)
    {
        DestinationSettings destination = new() { Kind = kind, Endpoint = endpoint, Protocol = DestinationProtocol.Grpc };

        Assert.Equal(page, DestinationKinds.LinkTo(destination, Trace, null)?.AbsoluteUri);
        Assert.Equal("http://web/" + Trace, DestinationKinds.LinkTo(destination with { TraceLink = "http://web/{trace_id}" }, Trace, null)?.AbsoluteUri);
    }

    [Fact]
    public void Headers_and_key_of_traces_do_not_go_to_an_address_of_its_own()
    {
        DestinationSettings destination = new() { ApiKey = "key", Headers = new DestinationSettings().Headers.Add("a", "1"), MetricsApart = new() { Endpoint = "http://own/" } };

        var (own, beside) = (ExportPlan.From(new(), destination, TelemetrySignal.Metrics), ExportPlan.From(new(), destination, TelemetrySignal.Logs));
        Assert.Equal((null, 0), (own.ApiKey, own.Headers.Count));
        Assert.Equal(("key", 1), (beside.ApiKey, beside.Headers.Count));
    }

    [Theory]
    [InlineData(DestinationKind.Langfuse, "https://cloud.langfuse.com/project/p1/traces/" + Trace)]
    [InlineData(DestinationKind.Honeycomb, "https://ui.honeycomb.io/p1/environments/p1/datasets/p1/trace?trace_id=" + Trace + "&span=" + Span)]
    public void Where_each_person_has_an_own_address_the_pattern_filled_in_opens_a_trace(DestinationKind kind, string page)
    {
        var profile = DestinationKinds.All.Single(one => one.Kind == kind);
        var link = System.Text.RegularExpressions.Regex.Replace(profile.LinkPattern!, "YOUR-[A-Z]+", "p1", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

        Assert.Null(DestinationKinds.LinkTo(new() { Kind = kind, Endpoint = profile.Endpoint! }, Trace, Span));
        Assert.Equal(page, DestinationKinds.LinkTo(new() { Kind = kind, Endpoint = profile.Endpoint!, TraceLink = link }, Trace, Span)?.AbsoluteUri);
        Assert.Contains(profile.LinkPattern!, profile.Advice, StringComparison.Ordinal);
        Assert.Contains("Where it shows a trace is not known", DestinationKinds.All.Single(static one => one.Kind is DestinationKind.GrafanaCloud).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_is_offered_once_and_its_address_makes_a_destination()
    {
        Assert.Equal(Enum.GetValues<DestinationKind>().Order(), DestinationKinds.All.Select(profile => profile.Kind).Order());
        foreach (var profile in DestinationKinds.All.Where(profile => profile.Endpoint is not null))
        {
            Assert.Empty(DestinationSettingDefinitions.Format.CheckItems([new() { Id = "a", Name = profile.Label, Kind = profile.Kind, Endpoint = profile.Endpoint! }]));
        }
    }

    [Fact]
    public async Task The_export_links_to_destinations_that_are_on_and_there()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with
        {
            Destination = settings.Destination with { Kind = DestinationKind.Jaeger },
            MoreDestinations = [new() { Id = "off", Name = "Off", Kind = DestinationKind.Phoenix, Enabled = false }, new() { Id = "c", Name = "C", Kind = DestinationKind.Collector }],
        });

        Assert.Equal("Jaeger", Assert.Single(rig.Pipeline.LinksTo(Trace, null)).Title);

        // One that came later never got what ended before.
        var before = ExportRig.Emit("before");
        rig.Settings.UpdateTelemetry(settings => settings with { MoreDestinations = [new() { Id = "later", Name = "Later", Kind = DestinationKind.Jaeger, Endpoint = rig.Receiver.TracesUrl }] });
        var after = ExportRig.Emit("after");
        Assert.Equal(["Jaeger"], rig.Pipeline.LinksTo(before, null).Select(static link => link.Title));
        Assert.Equal(["Jaeger", "Later"], rig.Pipeline.LinksTo(after, null).Select(static link => link.Title));

        rig.Settings.UpdateTelemetry(settings => settings with { MayExport = false });
        Assert.Empty(rig.Pipeline.LinksTo(Trace, null));
    }
}
