using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

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
        rig.Settings.UpdateTelemetry(settings => settings with { MayExport = false });
        Assert.Empty(rig.Pipeline.LinksTo(Trace, null));
    }
}
