using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using Pairs = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace OllamaStudio.Core.Export;

/// <summary>The settings of where spans are sent, and how they are gathered.</summary>
public static class ExportSettingDefinitions
{
    /// <summary>Key of <see cref="TelemetrySettings.Enabled"/>.</summary>
    public const string EnabledKey = "Telemetry:Enabled";

    /// <summary>Key of <see cref="DestinationSettings.Endpoint"/> of the first destination.</summary>
    public const string EndpointKey = "Telemetry:Endpoint";

    // Its settings are older than the list that files keep it in, and are known by their keys of then.
    private const string FirstDestination = "Telemetry:Destinations:0:";

    private static readonly SettingAccessor<TelemetrySettings> s_telemetry = new(
        settings => settings.Telemetry, (settings, value) => settings with { Telemetry = value });

    private static readonly SettingAccessor<DestinationSettings> s_destination = s_telemetry.Then(
        settings => settings.Destination, (settings, value) => settings with { Destination = value });

    private static readonly SettingAccessor<BatchSettings> s_batch = s_telemetry.Then(
        settings => settings.Batch, (settings, value) => settings with { Batch = value });

    private static readonly SettingGroup s_batches = new("batches", "Batches");

    private static readonly SettingDefinition<int> s_queue = new("Telemetry:Batch:MaxQueueSize", "Queue size (spans)", SettingFormats.Whole(1, 1_000_000), s_batch.Then(
        settings => settings.MaxQueueSize, (settings, value) => settings with { MaxQueueSize = value }))
    {
        Group = s_batches,
        IsAdvanced = true,
        Help = "At most this many spans wait; further ones are dropped and counted.",
        Variables = [new("OTEL_BSP_MAX_QUEUE_SIZE")],
        TestId = "setting-queue",
    };

    private static readonly SettingDefinition<int> s_batchSize = new("Telemetry:Batch:MaxExportBatchSize", "Batch size", SettingFormats.Whole(1, 1_000_000), s_batch.Then(
        settings => settings.MaxExportBatchSize, (settings, value) => settings with { MaxExportBatchSize = value }))
    {
        Group = s_batches,
        IsAdvanced = true,
        Help = "At most this many spans in one request.",
        Variables = [new("OTEL_BSP_MAX_EXPORT_BATCH_SIZE")],
        TestId = "setting-batch",
    };

    /// <summary>The section of the page that says where to.</summary>
    public static SettingGroup Group { get; } = new("export", "Destinations");

    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<bool>(EnabledKey, "Export", SettingFormats.Flag("Send spans to the endpoint"), s_telemetry.Then(
            settings => settings.Enabled, (settings, value) => settings with { Enabled = value }))
        {
            Group = Group,
            Help = "When off, spans stay in the studio; the live spans show them either way.",
            Variables = [OpenTelemetryVariables.Disabled],
            TestId = "destination-enabled",
        },
        new SettingDefinition<string>(EndpointKey, "Endpoint", SettingFormats.Code, s_destination.Then(
            settings => settings.Endpoint, (settings, value) => settings with { Endpoint = value }))
        {
            StoredAt = FirstDestination + nameof(DestinationSettings.Endpoint),
            Group = Group,
            Help = "The full OTLP/HTTP traces URL of Phoenix, Jaeger, a Collector or any other backend.",
            Meaning = "full OTLP/HTTP traces URL",
            Variables = [new("PHOENIX_ENDPOINT"), new("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), OpenTelemetryVariables.BaseEndpoint],
            Rule = Endpoint,
            TestId = "setting-endpoint",
        },
        new SettingDefinition<string>("Telemetry:ProjectName", "Phoenix project", SettingFormats.Text, s_destination.Then(
            settings => settings.ProjectName, (settings, value) => settings with { ProjectName = value }))
        {
            StoredAt = FirstDestination + nameof(DestinationSettings.ProjectName),
            Group = Group,
            Help = "The Phoenix project that receives the traces.",
            Meaning = "Phoenix project",
            Variables =
            [
                new("PHOENIX_PROJECT_NAME"),
                OpenTelemetryVariables.InResource(ResourceNames.OpenInferenceProjectName, ResourceNames.PhoenixProjectName),
            ],
            Rule = SettingRules.Name,
            TestId = "setting-project",
        },
        new SettingDefinition<string?>("Telemetry:ApiKey", "API key", SettingFormats.OptionalText, s_destination.Then(
            settings => settings.ApiKey, (settings, value) => settings with { ApiKey = value }))
        {
            StoredAt = FirstDestination + nameof(DestinationSettings.ApiKey),
            Group = Group,
            Help = "Sent as a bearer token.",
            Meaning = "sent as `authorization: Bearer …`",
            Variables = [new("PHOENIX_API_KEY")],
            Rule = SettingRules.ApiKey,
            IsSecret = true,
            TestId = "setting-api-key",
        },
        new SettingDefinition<Pairs>("Telemetry:Headers", "Headers for the endpoint", SettingFormats.Pairs("header"), s_destination.Then(
            settings => settings.Headers, (settings, value) => settings with { Headers = value }))
        {
            StoredAt = FirstDestination + nameof(DestinationSettings.Headers),
            Group = Group,
            IsAdvanced = true,
            Help = "Sent with every export. Values are stored encrypted and never shown again.",
            Variables = [new("OTEL_EXPORTER_OTLP_TRACES_HEADERS"), new("OTEL_EXPORTER_OTLP_HEADERS")],
            Rule = SettingRules.Headers,
            IsSecret = true,
        },
        s_queue,
        new SettingDefinition<int>("Telemetry:Batch:MaxQueueMegabytes", "Queue size (MB)", SettingFormats.Whole(1, 100_000), s_batch.Then(
            settings => settings.MaxQueueMegabytes, (settings, value) => settings with { MaxQueueMegabytes = value }))
        {
            Group = s_batches,
            IsAdvanced = true,
            Help = "At most this many megabytes of spans wait or are kept for another try. Beyond that, the oldest kept ones are given up, then new ones dropped; both are counted.",
            TestId = "setting-queue-megabytes",
        },
        new SettingDefinition<int>("Telemetry:Batch:MaxSpoolMegabytes", "Spool size (MB)", SettingFormats.Whole(1, 100_000), s_batch.Then(
            settings => settings.MaxSpoolMegabytes, (settings, value) => settings with { MaxSpoolMegabytes = value }))
        {
            Group = s_batches,
            IsAdvanced = true,
            Help = "At most this many megabytes of spans that were not delivered are on disk. Beyond that, and after three days, the oldest are given up and counted.",
            TestId = "setting-spool-megabytes",
        },
        s_batchSize,
        new SettingDefinition<int>("Telemetry:Batch:ScheduledDelayMilliseconds", "Export interval (ms)", SettingFormats.Whole(50, 600_000), s_batch.Then(
            settings => settings.ScheduledDelayMilliseconds, (settings, value) => settings with { ScheduledDelayMilliseconds = value }))
        {
            Group = s_batches,
            IsAdvanced = true,
            Help = "Milliseconds between two exports.",
            Variables = [new("OTEL_BSP_SCHEDULE_DELAY")],
            TestId = "setting-interval",
        },
        new SettingDefinition<int>("Telemetry:Batch:ExportTimeoutMilliseconds", "Export timeout (ms)", SettingFormats.Whole(100, 600_000), s_batch.Then(
            settings => settings.ExportTimeoutMilliseconds, (settings, value) => settings with { ExportTimeoutMilliseconds = value }))
        {
            Group = s_batches,
            IsAdvanced = true,
            Help = "Milliseconds after which an export is given up.",
            Variables = [OpenTelemetryVariables.ExportTimeout],
            TestId = "setting-timeout",
        },
    ];

    /// <summary>The processor takes no batch that is larger than its queue.</summary>
    public static IEnumerable<SettingLimit> Limits => [new(s_batchSize, s_queue, "the batch size", "the queue size")];

    private static string? Endpoint(string value) =>
        value.Length == 0 ? "It must not be empty; Phoenix on this machine is http://localhost:6006/v1/traces."
        : !Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0
            ? "It must be a full address that begins with http:// or https://, such as http://localhost:6006/v1/traces."
        : address.UserInfo.Length > 0 ? "It must not contain a user name or password; put the key into the API key or a header."
        : null;
}
