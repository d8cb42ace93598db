using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace OllamaStudio.Core.Settings;

/// <summary>What is recorded of a request, and where it is sent.</summary>
public sealed record TelemetrySettings
{
    // The type's own Empty would compare names by culture.
    private static readonly ImmutableSortedDictionary<string, string> s_none = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Whether spans are sent to the first destination. The live panel works either way. <c>OTEL_SDK_DISABLED</c> is its opposite.</summary>
    public bool Enabled { get => Destination.Enabled; init => Destination = Destination with { Enabled = value }; }

    /// <summary>Whether spans may leave the process at all: false where <c>OTEL_SDK_DISABLED</c> says so.</summary>
    public bool MayExport { get; init; } = true;

    /// <summary>Resource attribute <c>service.name</c>. <c>OTEL_SERVICE_NAME</c>. Not blank.</summary>
    public string ServiceName { get; init; } = "ollama-client";

    /// <summary>Resource attribute <c>deployment.environment.name</c>. <c>ENVIRONMENT</c>.</summary>
    public string Environment { get; init; } = "development";

    /// <summary>Resource attribute <c>service.version</c>; null reports the assembly's own. <c>SERVICE_VERSION</c>.</summary>
    public string? ServiceVersion { get; init; }

    /// <summary>Share of traces that is exported, 0–1, decided at the root. <c>OTEL_TRACES_SAMPLER_ARG</c>.</summary>
    public double SamplingRatio { get; init; } = 1;

    /// <summary>Which traces are exported whatever the ratio says.</summary>
    public TailSamplingSettings Tail { get; init; } = new();

    /// <summary>How much message content is put on spans.</summary>
    public CaptureLevel Capture { get; init; } = CaptureLevel.Preview;

    /// <summary>Regular expressions of the person's own whose matches are redacted, beside the built-in ones.</summary>
    public ImmutableArray<string> RedactionPatterns { get; init; } = [];

    /// <summary>Which names of the GenAI conventions metrics go by.</summary>
    public MetricNaming MetricNames { get; init; } = MetricNaming.Both;

    /// <summary>Further resource attributes. <c>OTEL_RESOURCE_ATTRIBUTES</c>.</summary>
    public ImmutableSortedDictionary<string, string> ResourceAttributes { get; init; } = s_none;

    /// <summary>Attributes of the person's own that go on every span (Phoenix does not show resource attributes).</summary>
    public ImmutableSortedDictionary<string, string> SpanAttributes { get; init; } = s_none;

    /// <summary>The first destination, which is always there: the one that variables such as <c>PHOENIX_ENDPOINT</c> are about.</summary>
    public DestinationSettings Destination { get; init; } = new();

    /// <summary>
    /// The one that <c>OTEL_EXPORTER_OTLP_*</c> make where <c>PHOENIX_*</c> make the first. Without an <see cref="DestinationSettings.Endpoint"/>
    /// there is none.
    /// </summary>
    public DestinationSettings OtlpDestination { get; init; } = new() { Id = DestinationSettings.OtlpId, Kind = DestinationKind.Other, Endpoint = "" };

    /// <summary>The others, in the order in which they were added.</summary>
    public ImmutableArray<DestinationSettings> MoreDestinations { get; init; } = [];

    /// <summary>All destinations, the first one first; none is <see cref="DestinationSettings.Enabled"/> unless it <see cref="MayExport"/>.</summary>
    public IEnumerable<DestinationSettings> Destinations =>
        (OtlpDestination.Endpoint is { Length: > 0 } ? MoreDestinations.Insert(0, OtlpDestination) : MoreDestinations).Insert(0, Destination)
            .Select(destination => MayExport ? destination : destination with { Enabled = false });

    /// <summary>Whether spans are sent anywhere. Asked for every trace.</summary>
    public bool Exports => MayExport
        && (Destination is { Enabled: true, Traces: true } || OtlpDestination is { Enabled: true, Traces: true, Endpoint.Length: > 0 } || MoreDestinations.Any(static more => more is { Enabled: true, Traces: true }));

    /// <summary>Milliseconds between two pushes of metrics. <c>OTEL_METRIC_EXPORT_INTERVAL</c>. 100–3,600,000.</summary>
    public int MetricIntervalMilliseconds { get; init; } = 60_000;

    /// <summary>How spans are gathered before they are sent.</summary>
    public BatchSettings Batch { get; init; } = new();

    // Written by hand because a record prints all of its members, and values among them could be private.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(
            CultureInfo.InvariantCulture,
            $"Enabled = {Enabled}, ServiceName = {ServiceName}, Environment = {Environment}, ServiceVersion = {ServiceVersion}, ");
        builder.Append(
            CultureInfo.InvariantCulture, $"SamplingRatio = {SamplingRatio}, Tail = {Tail.Enabled}, Capture = {Capture}, {Batch}, [{string.Join(", ", Destinations)}]");
        return true;
    }
}

/// <summary>How spans are gathered before they are sent (the batch span processor of the OpenTelemetry specification).</summary>
public sealed record BatchSettings
{
    /// <summary>Most spans waiting; further ones are dropped and counted. <c>OTEL_BSP_MAX_QUEUE_SIZE</c>. 1–1,000,000.</summary>
    public int MaxQueueSize { get; init; } = 2048;

    /// <summary>
    /// Most megabytes (of a million bytes) that unsent spans take, the waiting ones and the requests kept for another try together;
    /// beyond it the oldest requests are given up, and where there are none, further spans are dropped. 1–100,000.
    /// </summary>
    public int MaxQueueMegabytes { get; init; } = 256;

    /// <summary>Most megabytes (of a million bytes) that a destination's spool takes on disk; beyond it the oldest requests are given up. 1–100,000.</summary>
    public int MaxSpoolMegabytes { get; init; } = 512;

    /// <summary>Most spans sent in one request; at most <see cref="MaxQueueSize"/>. <c>OTEL_BSP_MAX_EXPORT_BATCH_SIZE</c>.</summary>
    public int MaxExportBatchSize { get; init; } = 512;

    /// <summary>Milliseconds between two exports. <c>OTEL_BSP_SCHEDULE_DELAY</c>. 50–600,000.</summary>
    public int ScheduledDelayMilliseconds { get; init; } = 5000;

    /// <summary>Milliseconds after which one export is given up. <c>OTEL_BSP_EXPORT_TIMEOUT</c>. 100–600,000. The specification's 30 s would leave a hanging endpoint unreported for too long.</summary>
    public int ExportTimeoutMilliseconds { get; init; } = 10_000;
}

/// <summary>How much message content is put on spans.</summary>
public enum CaptureLevel
{
    /// <summary>No content anywhere: lengths and counts only.</summary>
    Off,

    /// <summary>Previews of at most 1000 characters.</summary>
    Preview,

    /// <summary>Previews and whole messages.</summary>
    Full,
}

/// <summary>The generations of the GenAI conventions' names of metrics.</summary>
public enum MetricNaming
{
    /// <summary>The new and the old ones side by side: every measurement twice.</summary>
    Both,

    /// <summary>Those of the conventions' own repository, v0.1.0: <c>gen_ai.client.inference.duration</c>.</summary>
    New,

    /// <summary>Those of v1.41, which most boards still read: <c>gen_ai.client.operation.duration</c>.</summary>
    Old,
}
