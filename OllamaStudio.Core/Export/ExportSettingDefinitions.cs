using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>The settings of where spans are sent, and how they are gathered.</summary>
public static class ExportSettingDefinitions
{
    /// <summary>Key of <see cref="TelemetrySettings.Enabled"/>.</summary>
    public const string EnabledKey = DestinationSettingDefinitions.EnabledKey;

    /// <summary>Key of <see cref="DestinationSettings.Endpoint"/> of the first destination.</summary>
    public const string EndpointKey = DestinationSettingDefinitions.EndpointKey;

    private static readonly SettingAccessor<TelemetrySettings> s_telemetry = new(
        settings => settings.Telemetry, (settings, value) => settings with { Telemetry = value });

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

    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        .. DestinationSettingDefinitions.All,
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
            Help = "At most this many megabytes of spans that were not delivered are on disk, and at most 10,000 batches. Beyond that, and after three days, the oldest are given up and counted.",
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
        new SettingDefinition<int>("Telemetry:MetricIntervalMilliseconds", "Metrics interval (ms)", SettingFormats.Whole(100, 3_600_000), s_telemetry.Then(
            settings => settings.MetricIntervalMilliseconds, (settings, value) => settings with { MetricIntervalMilliseconds = value }))
        {
            Group = s_batches,
            IsAdvanced = true,
            Help = "Milliseconds between two pushes of metrics, to destinations that get them. Each is sent once: what is not taken is lost, as is a log line. Only spans wait on disk.",
            Variables = [new("OTEL_METRIC_EXPORT_INTERVAL"), .. OpenTelemetryVariables.Unheeded],
            TestId = "setting-metric-interval",
        },
    ];

    /// <summary>The processor takes no batch that is larger than its queue.</summary>
    public static IEnumerable<SettingLimit> Limits => [new(s_batchSize, s_queue, "the batch size", "the queue size")];
}
