using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>What is known of the receivers that people have: what to type for one, and where it shows a trace.</summary>
public static class DestinationKinds
{
    // The port at which Phoenix takes OTLP over HTTP, and shows its pages.
    private const int PhoenixPort = 6006;
    private const string PhoenixCloudHost = "app.phoenix.arize.com";
    private const string TracesPath = "/v1/traces";
    private const string PhoenixLink = "{root}/redirects/traces/{trace_id}";

    /// <summary>All kinds, in the order in which they are offered.</summary>
    public static ImmutableArray<DestinationProfile> All { get; } =
    [
        new(DestinationKind.ByAddress, "By its address", "Phoenix where the address has its port or host, else another receiver.") { IsChecked = true },

        // https://arize.com/docs/phoenix/resources/frequently-asked-questions/what-is-my-phoenix-endpoint; the link is a route of Phoenix 20.
        new(DestinationKind.Phoenix, "Phoenix", "Phoenix 21 in Docker wants an API key: create one there under Settings → API keys.")
        {
            TakesTracesOnly = true, Endpoint = "http://localhost:6006/v1/traces", Link = PhoenixLink, IsChecked = true,
        },

        // https://arize.com/docs/phoenix/get-started/get-started-tracing
        new(DestinationKind.PhoenixCloud, "Phoenix Cloud", "The address is the hostname under Settings there; the key comes from Settings → API keys.")
        {
            TakesTracesOnly = true, Endpoint = "https://app.phoenix.arize.com/s/YOUR-SPACE/v1/traces", Link = PhoenixLink, IsChecked = true,
        },

        // https://www.jaegertracing.io/docs/latest/getting-started/
        new(DestinationKind.Jaeger, "Jaeger", "Jaeger takes OTLP over HTTP at port 4318 and shows traces at port 16686.")
        {
            TakesTracesOnly = true, Endpoint = "http://localhost:4318", Link = "{scheme}://{host}:16686/trace/{trace_id}", IsChecked = true,
        },

        // https://github.com/open-telemetry/opentelemetry-collector/blob/main/receiver/otlpreceiver/README.md
        new(DestinationKind.Collector, "OpenTelemetry Collector", "Its OTLP receiver takes HTTP at port 4318.") { TakesAll = true, Endpoint = "http://localhost:4318", IsChecked = true },

        // https://aspire.dev/dashboard/configuration
        new(DestinationKind.Aspire, "Aspire dashboard", "Its port for OTLP over HTTP, 18890, is published as 4318 by most. Where it wants a key, that goes into the header x-otlp-api-key.")
        {
            TakesAll = true, Endpoint = "http://localhost:4318", Headers = ["x-otlp-api-key"], Link = "{scheme}://{host}:18888/traces/detail/{trace_id}?spanId={span_id}", IsChecked = true,
        },

        // https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/ says what the stack's own page has to be asked for.
        new(DestinationKind.GrafanaCloud, "Grafana Cloud", "Address and token are on your stack's OpenTelemetry page. Authorization is the word Basic and, in Base64, instance id:token.")
        {
            TakesAll = true, Endpoint = "https://otlp-gateway-YOUR-ZONE.grafana.net/otlp", Headers = ["Authorization"],
        },

        // https://langfuse.com/docs/observability/features/url shows the address of a trace; https://langfuse.com/integrations/native/opentelemetry; https://langfuse.com/faq/all/opentelemetry-logs-metrics-span-links: traces only, metrics are
        // accepted and discarded.
        new(DestinationKind.Langfuse, "Langfuse", "Authorization is the word Basic and, in Base64, public key:secret key of your project; x-langfuse-ingestion-version is 4.")
        {
            TakesTracesOnly = true, Endpoint = "https://cloud.langfuse.com/api/public/otel", Headers = ["Authorization", "x-langfuse-ingestion-version"], IsChecked = true,
            LinkPattern = "https://cloud.langfuse.com/project/YOUR-PROJECT/traces/{trace_id}",
        },

        // https://docs.honeycomb.io/investigate/collaborate/share-trace/ has the address of a trace; https://docs.honeycomb.io/send-data/opentelemetry/ and https://docs.honeycomb.io/send-data/metrics/application
        new(DestinationKind.Honeycomb, "Honeycomb", "The key goes into the header x-honeycomb-team; in Europe the address is https://api.eu1.honeycomb.io. Metrics go to the dataset that the header x-honeycomb-dataset names, else to unknown_metrics.")
        {
            TakesAll = true, Endpoint = "https://api.honeycomb.io", Headers = ["x-honeycomb-team"], IsChecked = true,
            LinkPattern = "https://ui.honeycomb.io/YOUR-TEAM/environments/YOUR-ENVIRONMENT/datasets/YOUR-SERVICE/trace?trace_id={trace_id}&span={span_id}",
        },

        // https://signoz.io/docs/ingestion/signoz-cloud/keys names keys; the address and the link are not confirmed.
        new(DestinationKind.SigNoz, "SigNoz", "The key goes into the header signoz-ingestion-key. One of your own takes OTLP over HTTP at port 4318, without a key.")
        {
            TakesAll = true, Endpoint = "https://ingest.YOUR-REGION.signoz.cloud", Headers = ["signoz-ingestion-key"],
        },
        new(DestinationKind.Other, "Other", "Anything that takes OTLP over HTTP as protobuf, or over gRPC.") { IsChecked = true },
    ];

    /// <summary>What is known of that one; never <see cref="DestinationKind.ByAddress"/>.</summary>
    public static DestinationProfile Of(DestinationSettings destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var kind = destination.Kind is not DestinationKind.ByAddress ? destination.Kind
            : !Uri.TryCreate(destination.Endpoint, UriKind.Absolute, out var address) ? DestinationKind.Other
            : address.Port == PhoenixPort ? DestinationKind.Phoenix
            : string.Equals(address.Host, PhoenixCloudHost, StringComparison.OrdinalIgnoreCase) ? DestinationKind.PhoenixCloud
            : DestinationKind.Other;
        return All.First(profile => profile.Kind == kind);
    }

    /// <summary>Where in Phoenix its traces are, in words: <c>project default</c>.</summary>
    public static string ProjectOf(DestinationSettings destination) => destination.ProjectRule switch
    {
        ProjectRule.Model => $"a project for each model, {destination.ProjectName}-…",
        ProjectRule.Conversation => $"a project for each conversation, {destination.ProjectName}-…",
        _ => $"project {destination.ProjectName}",
    };

    /// <summary>What a person calls it: <c>Phoenix</c>.</summary>
    public static string TitleOf(DestinationSettings destination) =>
        destination?.Name is { Length: > 0 } name ? name : Of(destination!) is { Kind: not DestinationKind.Other } profile ? profile.Label : "Receiver";

    /// <summary>Whether a destination gets that signal: it is on, the signal is chosen, and its kind takes it, or it goes to an address of its own.</summary>
    public static bool Gets(DestinationSettings destination, TelemetrySignal signal)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var isChosen = signal switch { TelemetrySignal.Metrics => destination.Metrics, TelemetrySignal.Logs => destination.Logs, _ => destination.Traces };
        return destination.Enabled && isChosen && (signal is TelemetrySignal.Traces || destination.Apart(signal).Endpoint is not null || !Of(destination).TakesTracesOnly);
    }

    /// <summary>
    /// Where a signal goes: the service at its host and port by gRPC, else the address itself where it is whole, else <c>/v1/traces</c> (or
    /// <c>metrics</c>, <c>logs</c>) below it, or beside it where it ends in <c>/v1/traces</c>. Null where the whole address of traces does not tell.
    /// </summary>
    /// <param name="destination">The destination, as it is for that signal.</param>
    /// <param name="endpoint">Its address.</param>
    /// <param name="signal">The signal.</param>
    internal static Uri? AddressOf(DestinationSettings destination, Uri endpoint, TelemetrySignal signal)
    {
        if (destination.Protocol is DestinationProtocol.Grpc)
        {
            return new Uri(endpoint.GetLeftPart(UriPartial.Authority) + GrpcHandler.PathOf(signal));
        }

        var (path, own) = (endpoint.AbsolutePath.TrimEnd('/'), signal is TelemetrySignal.Traces ? TracesPath : signal is TelemetrySignal.Metrics ? "/v1/metrics" : "/v1/logs");
        return destination.Apart(signal).Endpoint is not null || path.EndsWith(own, StringComparison.Ordinal) ? endpoint
            : path.EndsWith(TracesPath, StringComparison.Ordinal) ? new UriBuilder(endpoint) { Path = path[..^TracesPath.Length] + own }.Uri
            : !destination.IsWholeAddress ? new UriBuilder(endpoint) { Path = path + own }.Uri
            : signal is TelemetrySignal.Traces ? endpoint : null;
    }

    /// <summary>The page of a trace there; null where it is not known.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="traceId">The trace, 32 hexadecimal digits.</param>
    /// <param name="spanId">The span to be shown in it, 16 hexadecimal digits; null for none.</param>
    public static Uri? LinkTo(DestinationSettings destination, string traceId, string? spanId)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if ((destination.TraceLink ?? Of(destination).Link) is not { } link || !Uri.TryCreate(destination.Endpoint, UriKind.Absolute, out var endpoint))
        {
            return null;
        }

        if (destination.Protocol is DestinationProtocol.Grpc && link.Contains("{root}", StringComparison.Ordinal))
        {
            return null; // the port that takes gRPC shows no pages, and which one does nobody told
        }

        if (spanId is null && link.IndexOf("{span_id}", StringComparison.Ordinal) is >= 0 and var place && link.LastIndexOfAny(['?', '&'], place) is >= 0 and var start)
        {
            link = link.Remove(start, place + "{span_id}".Length - start);
        }

        var traces = AddressOf(destination, endpoint, TelemetrySignal.Traces)!.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var root = traces.EndsWith(TracesPath, StringComparison.Ordinal) ? traces[..^TracesPath.Length] : endpoint.GetLeftPart(UriPartial.Authority);
        var filled = link.Replace("{root}", root, StringComparison.Ordinal)
            .Replace("{scheme}", endpoint.Scheme, StringComparison.Ordinal)
            .Replace("{host}", endpoint.Host, StringComparison.Ordinal)
            .Replace("{trace_id}", traceId, StringComparison.Ordinal)
            .Replace("{span_id}", spanId ?? "", StringComparison.Ordinal);
        return Uri.TryCreate(filled, UriKind.Absolute, out var page) && page.Scheme is "http" or "https" ? page : null;
    }
}

/// <summary>What is known of one kind of receiver.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Label">What a person calls it.</param>
/// <param name="Help">What to know before setting it up, in sentences.</param>
public sealed record DestinationProfile(DestinationKind Kind, string Label, string Help)
{
    /// <summary>Its usual address, with words in capitals where each has an own; null where there is none.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Headers that it wants.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>
    /// Address of a trace's page, with <c>{trace_id}</c>, <c>{span_id}</c> and, of the destination's own address, <c>{scheme}</c>,
    /// <c>{host}</c> and <c>{root}</c>, which is what stands before <c>/v1/traces</c>; null where it has none that all share.
    /// </summary>
    public string? Link { get; init; }

    /// <summary>Address of a trace's page as its documentation has it, with words in capitals where each has an own: a person fills it in. Null where it is <see cref="Link"/>, or not known.</summary>
    public string? LinkPattern { get; init; }

    /// <summary>Whether it takes traces and nothing else.</summary>
    public bool TakesTracesOnly { get; init; }

    /// <summary>Whether a new one gets metrics and logs beside traces, because it is made for all three.</summary>
    public bool TakesAll { get; init; }

    /// <summary>Whether address and headers were found in its own documentation.</summary>
    public bool IsChecked { get; init; }

    /// <summary>What to know, and whether it is sure.</summary>
    public string Advice => string.Join(' ', ((string?[])
    [
        Help,
        IsChecked ? null : "Not confirmed: see its documentation.",
        LinkPattern is { } pattern ? $"To open spans there, set its address of a trace to {pattern}."
            : Link is null && Kind is DestinationKind.GrafanaCloud or DestinationKind.SigNoz ? "Where it shows a trace is not known: set its address of a trace, and spans open there." : null,
    ]).OfType<string>());
}
