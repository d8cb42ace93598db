namespace OllamaStudio.Core.Settings;

/// <summary>How spans are gathered before they are sent (the batch span processor of the OpenTelemetry specification).</summary>
public sealed record BatchSettings
{
    /// <summary>Most spans waiting; further ones are dropped and counted. <c>OTEL_BSP_MAX_QUEUE_SIZE</c>. 1–1,000,000.</summary>
    public int MaxQueueSize { get; init; } = 2048;

    /// <summary>Most spans sent in one request; at most <see cref="MaxQueueSize"/>. <c>OTEL_BSP_MAX_EXPORT_BATCH_SIZE</c>.</summary>
    public int MaxExportBatchSize { get; init; } = 512;

    /// <summary>Milliseconds between two exports. <c>OTEL_BSP_SCHEDULE_DELAY</c>. 50–600,000.</summary>
    public int ScheduledDelayMilliseconds { get; init; } = 5000;

    /// <summary>Milliseconds after which one export is given up. <c>OTEL_BSP_EXPORT_TIMEOUT</c>. 100–600,000. The specification's 30 s would leave a hanging endpoint unreported for too long.</summary>
    public int ExportTimeoutMilliseconds { get; init; } = 10_000;
}
