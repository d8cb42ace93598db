using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace OllamaStudio.Core.Settings;

/// <summary>What OpenTelemetry knows as a signal.</summary>
public enum TelemetrySignal
{
    /// <summary>Spans.</summary>
    Traces,

    /// <summary>Counts and durations, as <c>/metrics</c> has them.</summary>
    Metrics,

    /// <summary>What the studio logs of itself.</summary>
    Logs,
}

/// <summary>
/// What a destination has for metrics or logs in place of what it has for traces: <c>OTEL_EXPORTER_OTLP_METRICS_*</c> and
/// <c>OTEL_EXPORTER_OTLP_LOGS_*</c>. What is null is as for traces.
/// </summary>
public sealed record SignalSettings
{
    /// <summary>Nothing of its own.</summary>
    public static SignalSettings None { get; } = new();

    /// <summary>Its whole address. Headers and key of traces do not go there.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Headers. Values may be secrets: never logged or shown.</summary>
    public ImmutableSortedDictionary<string, string>? Headers { get; init; }

    /// <summary>How requests travel.</summary>
    public DestinationProtocol? Protocol { get; init; }

    /// <summary>How requests are compressed.</summary>
    public DestinationCompression? Compression { get; init; }

    /// <summary>Milliseconds after which a request is given up. 100–600,000.</summary>
    public int? TimeoutMilliseconds { get; init; }

    /// <summary>See <see cref="DestinationSettings.CertificateFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>See <see cref="DestinationSettings.ClientCertificateFile"/>.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>See <see cref="DestinationSettings.ClientKeyFile"/>.</summary>
    public string? ClientKeyFile { get; init; }

    // As DestinationSettings: safe to log.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Endpoint = {Endpoint?.Split('?')[0]}");
        return true;
    }
}
