using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Settings;

/// <summary>One place that spans are sent to.</summary>
public sealed record DestinationSettings
{
    /// <summary><see cref="Id"/> of the first one, which is always there.</summary>
    public const string FirstId = "first";

    /// <summary><see cref="Id"/> of the one that <c>OTEL_EXPORTER_OTLP_*</c> make beside a Phoenix of <c>PHOENIX_*</c>.</summary>
    public const string OtlpId = "otlp";

    /// <summary>Tells it from the others, whatever it is called and wherever it is: letters, digits, <c>-</c> and <c>_</c>; unique, and never changed.</summary>
    public string Id { get; init; } = FirstId;

    /// <summary>Whether that letter may be in an <see cref="Id"/>, which is the name of a folder too.</summary>
    public static bool IsOfId(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';

    /// <summary>What people call it; null for what it is (<c>Phoenix</c>).</summary>
    public string? Name { get; init; }

    /// <summary>What it is.</summary>
    public DestinationKind Kind { get; init; }

    /// <summary>Whether anything is sent there.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// Where it takes OTLP. <c>PHOENIX_ENDPOINT</c>. Absolute, http or https. Over HTTP one that ends in <c>/v1/traces</c> is the address
    /// of traces, and any other is a base, which that is appended to; of gRPC only host and port count.
    /// </summary>
    public string Endpoint { get; init; } = "http://localhost:6006/v1/traces";

    /// <summary>
    /// Whether <see cref="Endpoint"/> is the address of traces whatever it ends in, as the OpenTelemetry specification has it for
    /// <c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c>.
    /// </summary>
    public bool IsWholeAddress { get; init; }

    /// <summary>Phoenix project that traces land in. <c>PHOENIX_PROJECT_NAME</c>. Not blank.</summary>
    public string ProjectName { get; init; } = "default";

    /// <summary>Which traces share a project there.</summary>
    public ProjectRule ProjectRule { get; init; }

    /// <summary>Sent as <c>authorization: Bearer …</c>; null or empty sends none. <c>PHOENIX_API_KEY</c>. Never logged, never shown.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Further HTTP headers of the export. <c>OTEL_EXPORTER_OTLP_HEADERS</c>. Values may be secrets: never logged or shown.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal); // the type's own Empty would compare names by culture

    /// <summary>How requests travel. <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>.</summary>
    public DestinationProtocol Protocol { get; init; }

    /// <summary>How requests are compressed. <c>OTEL_EXPORTER_OTLP_COMPRESSION</c>.</summary>
    public DestinationCompression Compression { get; init; }

    /// <summary>A PEM file of certificates that its own must be issued by; null for those of the system. <c>OTEL_EXPORTER_OTLP_CERTIFICATE</c>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A PEM file of the certificate that the studio shows; null for none. <c>OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE</c>.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>A PEM file of that certificate's private key; null where it is in <see cref="ClientCertificateFile"/>. <c>OTEL_EXPORTER_OTLP_CLIENT_KEY</c>.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Whether it gets traces. <c>OTEL_TRACES_EXPORTER</c>.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>Whether it gets metrics, where its kind takes any. <c>OTEL_METRICS_EXPORTER</c>.</summary>
    public bool Metrics { get; init; }

    /// <summary>Whether it gets the studio's log, where its kind takes any. <c>OTEL_LOGS_EXPORTER</c>.</summary>
    public bool Logs { get; init; }

    /// <summary>What is different for metrics. Only variables and a file give it.</summary>
    [JsonIgnore]
    public SignalSettings MetricsApart { get; init; } = SignalSettings.None;

    /// <summary>What is different for logs. Only variables and a file give it.</summary>
    [JsonIgnore]
    public SignalSettings LogsApart { get; init; } = SignalSettings.None;

    /// <summary>Address of a trace's page there, with <c>{trace_id}</c> and maybe <c>{span_id}</c> in it; null for the one of its kind.</summary>
    public string? TraceLink { get; init; }

    /// <summary>What is different for a signal; nothing for traces.</summary>
    public SignalSettings Apart(TelemetrySignal signal) => signal switch { TelemetrySignal.Metrics => MetricsApart, TelemetrySignal.Logs => LogsApart, _ => SignalSettings.None };

    /// <summary>The destination as it is for one signal.</summary>
    public DestinationSettings For(TelemetrySignal signal)
    {
        var apart = Apart(signal);
        return this with
        {
            Endpoint = apart.Endpoint ?? Endpoint,
            ApiKey = apart.Endpoint is null ? ApiKey : null,
            Headers = apart.Headers ?? (apart.Endpoint is null ? Headers : Headers.Clear()),
            Protocol = apart.Protocol ?? Protocol,
            Compression = apart.Compression ?? Compression,
            CertificateFile = apart.CertificateFile ?? CertificateFile,
            ClientCertificateFile = apart.ClientCertificateFile ?? ClientCertificateFile,
            ClientKeyFile = apart.ClientKeyFile ?? ClientKeyFile,
        };
    }

    // Written by hand because a record prints all of its members, and this one must be safe to log: no key, no header's value, no query.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Endpoint = {Endpoint?.Split('?')[0]}, ProjectName = {ProjectName}, ");
        builder.Append(string.IsNullOrEmpty(ApiKey) ? "no API key" : "an API key");
        builder.Append(CultureInfo.InvariantCulture, $", headers [{string.Join(", ", Headers.Keys)}]");
        return true;
    }
}

/// <summary>What a destination is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DestinationKind>))]
public enum DestinationKind
{
    /// <summary>What its address says: Phoenix at its port or host, else another.</summary>
    ByAddress,

    /// <summary>Arize Phoenix.</summary>
    Phoenix,

    /// <summary>Arize Phoenix at app.phoenix.arize.com.</summary>
    PhoenixCloud,

    /// <summary>Jaeger.</summary>
    Jaeger,

    /// <summary>An OpenTelemetry Collector.</summary>
    Collector,

    /// <summary>The dashboard of Aspire.</summary>
    Aspire,

    /// <summary>Grafana Cloud.</summary>
    GrafanaCloud,

    /// <summary>Langfuse.</summary>
    Langfuse,

    /// <summary>Honeycomb.</summary>
    Honeycomb,

    /// <summary>SigNoz.</summary>
    SigNoz,

    /// <summary>Any other that takes OTLP.</summary>
    Other,
}

/// <summary>Which traces share a project of Phoenix.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProjectRule>))]
public enum ProjectRule
{
    /// <summary>All.</summary>
    One,

    /// <summary>Those whose root asks the same model.</summary>
    Model,

    /// <summary>Those of the same conversation.</summary>
    Conversation,
}

/// <summary>How requests travel.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DestinationProtocol>))]
public enum DestinationProtocol
{
    /// <summary>OTLP over HTTP, as protobuf.</summary>
    HttpProtobuf,

    /// <summary>OTLP over gRPC.</summary>
    Grpc,
}

/// <summary>How requests are compressed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DestinationCompression>))]
public enum DestinationCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By gzip.</summary>
    Gzip,
}
