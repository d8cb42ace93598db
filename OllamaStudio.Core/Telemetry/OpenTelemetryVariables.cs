using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// The OpenTelemetry environment variables that mean more than their text says, with the meaning that the specification
/// gives them ("Environment Variable Specification" and "OTLP Exporter Configuration", v1.5x).
/// </summary>
internal static class OpenTelemetryVariables
{
    /// <summary>Name of <see cref="Disabled"/>.</summary>
    public const string DisabledName = "OTEL_SDK_DISABLED";

    private const string ProtocolFault = "It must be http/protobuf or grpc.";
    private const string ResourceVariable = "OTEL_RESOURCE_ATTRIBUTES";
    private const string SamplerVariable = "OTEL_TRACES_SAMPLER";
    private const string SamplerArgumentVariable = "OTEL_TRACES_SAMPLER_ARG";

    /// <summary>What an exporter's variables end in, the property of <see cref="SignalSettings"/> that it is, and whether one for all signals says it too, where no other setting reads that.</summary>
    private static readonly ImmutableArray<(string Name, string Property, bool IsShared, Func<string, JsonNode?> Read, string Fault)> s_parts =
    [
        ("ENDPOINT", nameof(SignalSettings.Endpoint), false, static text => text.Trim(), ""),
        ("HEADERS", nameof(SignalSettings.Headers), true, static text => NamedValues.TryParse(text, out var pairs, out _) ? SettingFormats.WritePairs(pairs) : null, "It must be a list of name=value, separated by commas."),
        ("PROTOCOL", nameof(SignalSettings.Protocol), true, static text => ProtocolOf(text)?.ToString(), ProtocolFault),
        ("COMPRESSION", nameof(SignalSettings.Compression), true, static text => Enum.TryParse<DestinationCompression>(text, ignoreCase: true, out var value) ? value.ToString() : null, "It must be gzip or none."),
        ("TIMEOUT", nameof(SignalSettings.TimeoutMilliseconds), false, static text => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null, "It must be a whole number of milliseconds."),
        ("CERTIFICATE", nameof(SignalSettings.CertificateFile), true, static text => text.Trim(), ""),
        ("CLIENT_CERTIFICATE", nameof(SignalSettings.ClientCertificateFile), true, static text => text.Trim(), ""),
        ("CLIENT_KEY", nameof(SignalSettings.ClientKeyFile), true, static text => text.Trim(), ""),
    ];

    /// <summary>Resource attributes that are settings of their own, and so no part of <see cref="TelemetrySettings.ResourceAttributes"/>.</summary>
    private static readonly ImmutableArray<string> s_ownSettings =
    [
        ResourceNames.ServiceName, ResourceNames.ServiceVersion,
        ResourceNames.DeploymentEnvironmentName, ResourceNames.DeploymentEnvironment,
        ResourceNames.OpenInferenceProjectName, ResourceNames.PhoenixProjectName,
    ];

    /// <summary><c>OTEL_SDK_DISABLED</c>: true switches the export off.</summary>
    public static SettingVariable Disabled { get; } = new(DisabledName, static source => source[DisabledName] switch
    {
        null => default,
        { } text when bool.TryParse(text, out var disabled) => new(!disabled),
        _ => SettingReading.Invalid("It must be true or false."),
    });

    /// <summary>The same of all destinations; what makes no sense is reported once, by <see cref="Disabled"/>.</summary>
    public static SettingVariable DisabledForAll { get; } = new(DisabledName, static source =>
        bool.TryParse(source[DisabledName], out var disabled) ? new(!disabled) : default);

    /// <summary>The base address, to which the path of the signal is appended.</summary>
    public static SettingVariable BaseEndpoint { get; } = new("OTEL_EXPORTER_OTLP_ENDPOINT", static source =>
        source["OTEL_EXPORTER_OTLP_ENDPOINT"] is { } text ? new(text.Trim().TrimEnd('/') + "/v1/traces") : default);

    /// <summary>
    /// Whether there is an address of another receiver beside a Phoenix, in whichever layer each is, so that each has a destination of its own: the
    /// key of the one goes to no other. An address of metrics or logs alone leaves traces where they go.
    /// </summary>
    public static bool HasOtlpBesidePhoenix(SettingSource source) =>
        HasEndpoint(source)
            ? source.InAny("PHOENIX_API_KEY") is not null || (source.InAny("PHOENIX_ENDPOINT") is { } phoenix ? IsAddress(phoenix) : source.InAny("PHOENIX_PROJECT_NAME") is not null)
            : EndpointsOfOthers.Any(other => source.InAny(other.Name) is not null);

    /// <summary>What a destination is whose address <c>PHOENIX_ENDPOINT</c> gives, at whatever port.</summary>
    public static SettingVariable PhoenixKind { get; } = new("PHOENIX_ENDPOINT", static source =>
        source["PHOENIX_ENDPOINT"] is not { } text || !IsAddress(text) ? default
        : new((string.Equals(new Uri(text.Trim()).Host, "app.phoenix.arize.com", StringComparison.OrdinalIgnoreCase) ? DestinationKind.PhoenixCloud : DestinationKind.Phoenix).ToString()));

    /// <summary>A variable of the exporter: that of traces before the one of all signals.</summary>
    /// <param name="name">What it ends in: <c>HEADERS</c>.</param>
    public static ImmutableArray<SettingVariable> OfExporter(string name) => [new($"OTEL_EXPORTER_OTLP_TRACES_{name}"), new($"OTEL_EXPORTER_OTLP_{name}")];

    /// <summary><c>OTEL_EXPORTER_OTLP_TRACES_PROTOCOL</c>, then the one of all signals.</summary>
    public static ImmutableArray<SettingVariable> Protocols { get; } =
    [
        .. OfExporter("PROTOCOL").Select(static variable => new SettingVariable(variable.Name, source =>
            source[variable.Name] is not { } text ? default : ProtocolOf(text) is { } protocol ? new(protocol.ToString()) : SettingReading.Invalid(ProtocolFault))),
    ];

    /// <summary>Addresses of metrics and logs, which make a destination where there is none of traces.</summary>
    public static ImmutableArray<SettingVariable> EndpointsOfOthers { get; } =
        [.. new[] { "METRICS", "LOGS" }.Select(static signal => new SettingVariable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT").Where(static source => !HasEndpoint(source)))];

    /// <summary>That an address of traces is whole, whatever it ends in.</summary>
    public static SettingVariable IsWholeAddress { get; } = new("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", static source =>
        source["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] is null ? default : new(true));

    /// <summary>
    /// Whether a signal is sent: <c>OTEL_METRICS_EXPORTER</c> and the like (<c>otlp</c>, <c>none</c>, a list); then an address of its own, which
    /// asks for it; and for traces no address but those of the others.
    /// </summary>
    public static ImmutableArray<SettingVariable> ChoicesOf(TelemetrySignal signal)
    {
        var name = signal.ToString().ToUpperInvariant();
        var (exporter, endpoint) = ($"OTEL_{name}_EXPORTER", $"OTEL_EXPORTER_OTLP_{name}_ENDPOINT");
        SettingVariable chosen = new(exporter, source => source[exporter]?.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) switch
        {
            null => default,
            var list when list.Contains("otlp") => new(true),
            ["none"] => new(false),
            ["prometheus"] when signal is TelemetrySignal.Metrics => new(false), // /metrics is there in any case
            _ => SettingReading.Invalid("It must be otlp or none."),
        });
        return signal is TelemetrySignal.Traces
            ? [chosen, .. EndpointsOfOthers.Select(static other => new SettingVariable(other.Name, source => source[other.Name] is null || HasEndpoint(source) ? default : new(false)))]
            : [chosen, new(endpoint, source => source[endpoint] is null ? default : new(true))];
    }

    /// <summary>
    /// What a signal has apart from traces: each <c>OTEL_EXPORTER_OTLP_METRICS_*</c>, else the one of all signals, which is then not what
    /// <c>_TRACES_</c> says. A fault of the latter is reported once, by the destination's own setting.
    /// </summary>
    public static SettingVariable Apart(TelemetrySignal signal)
    {
        var (name, own) = (signal.ToString(), $"OTEL_EXPORTER_OTLP_{signal.ToString().ToUpperInvariant()}_");
        return new(own + "ENDPOINT", source =>
        {
            var apart = new JsonObject();
            var (from, reading) = ((string?)null, default(SettingReading));
            foreach (var (part, property, isShared, read, fault) in s_parts)
            {
                var (text, general) = (source[own + part], isShared ? source["OTEL_EXPORTER_OTLP_" + part] : null);
                var value = text is null ? null : read(text);
                if (text is not null && value is null)
                {
                    reading = SettingReading.Invalid(fault, own + part);
                }

                from ??= value is null ? null : own + part;
                if ((value ?? (general is null ? null : read(general))) is { } found)
                {
                    apart[property] = found;
                }
            }

            if (source["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] is not null && source["OTEL_EXPORTER_OTLP_ENDPOINT"] is { } all)
            {
                apart.TryAdd(nameof(SignalSettings.Endpoint), $"{all.Trim().TrimEnd('/')}/v1/{name.ToLowerInvariant()}");
            }

            return apart.Count == 0 ? reading : reading with { Value = apart, Name = from };
        });
    }

    /// <summary>What is given as both: the exporter's own timeout, and that of the batch. The shorter one ends an export.</summary>
    public static SettingVariable ExportTimeout { get; } = new("OTEL_BSP_EXPORT_TIMEOUT", static source =>
    {
        var exporter = source["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"] is null ? "OTEL_EXPORTER_OTLP_TIMEOUT" : "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT";
        (string Name, int Milliseconds)? shortest = null;
        foreach (var name in new[] { exporter, "OTEL_BSP_EXPORT_TIMEOUT" })
        {
            if (source[name] is not { } text)
            {
                continue;
            }

            if (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var milliseconds))
            {
                return SettingReading.Invalid("It must be a whole number of milliseconds.", name);
            }

            shortest = shortest is { } known && known.Milliseconds <= milliseconds ? known : (name, milliseconds);
        }

        return shortest is { } found ? new(found.Milliseconds, found.Name) : default;
    });

    /// <summary>
    /// What the exporter of metrics would heed and the studio does not, because one reader serves all destinations and <c>/metrics</c>: sums are
    /// cumulative, and histograms have the buckets that the conventions ask for. Whoever asks for that anyway is told nothing.
    /// </summary>
    public static ImmutableArray<SettingVariable> Unheeded { get; } =
    [
        Of("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "cumulative", "metrics are pushed with cumulative sums"),
        Of("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "explicit_bucket_histogram", "histograms are pushed with explicit buckets"),
    ];

    private static SettingVariable Of(string name, string heeded, string instead) => new(name, source =>
        source[name] is not { } text || string.Equals(text.Trim(), heeded, StringComparison.OrdinalIgnoreCase) ? default : SettingReading.Invalid($"It has no effect: {instead}."));

    /// <summary>Only samplers that come down to a ratio can be had; whether they look at a parent makes no difference to a root.</summary>
    public static SettingVariable Sampler { get; } = new(SamplerVariable, static source =>
    {
        switch (source[SamplerVariable]?.Trim().ToLowerInvariant())
        {
            case null:
                return source[SamplerArgumentVariable] is null
                    ? default
                    : SettingReading.Invalid("It has no effect: set OTEL_TRACES_SAMPLER to parentbased_traceidratio as well.", SamplerArgumentVariable);
            case "always_on" or "parentbased_always_on":
                return new(1);
            case "always_off" or "parentbased_always_off":
                return new(0);
            case "traceidratio" or "parentbased_traceidratio":
                return source[SamplerArgumentVariable] is not { } argument
                    ? new(1)
                    : double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1
                        ? new(ratio, SamplerArgumentVariable)
                        // The specification: an invalid argument is reported and counts as missing, which for this sampler means 1.
                        : SettingReading.Invalid("It must be a number from 0 to 1; 1 is used.", SamplerArgumentVariable) with { Value = 1 };
            default:
                return SettingReading.Invalid("This sampler is not available; use always_on, always_off, traceidratio, or one of them with parentbased_ before it.");
        }
    });

    /// <summary>
    /// The GenAI conventions' switch for message content. Events are not written here, so their half of the newer values
    /// (<c>NO_CONTENT</c>, <c>SPAN_ONLY</c>, <c>EVENT_ONLY</c>, <c>SPAN_AND_EVENT</c>) says nothing.
    /// </summary>
    public static SettingVariable CaptureContent { get; } = new("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", static source =>
        source["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"]?.Trim().ToLowerInvariant() switch
        {
            null => default,
            "true" or "span_only" or "span_and_event" => new(nameof(CaptureLevel.Full)),
            "false" or "no_content" or "event_only" => new(nameof(CaptureLevel.Off)),
            _ => SettingReading.Invalid("It must be true or false, or one of NO_CONTENT, SPAN_ONLY, EVENT_ONLY, SPAN_AND_EVENT."),
        });

    /// <summary>All of <c>OTEL_RESOURCE_ATTRIBUTES</c> that is no setting of its own.</summary>
    public static SettingVariable ResourceAttributes { get; } = new(ResourceVariable, static source =>
    {
        if (source[ResourceVariable] is not { } text)
        {
            return default;
        }

        if (!NamedValues.TryParse(text, out var pairs, out var error))
        {
            return SettingReading.Invalid(error);
        }

        var others = pairs.RemoveRange(s_ownSettings);
        return others.IsEmpty ? default : new(SettingFormats.WritePairs(others));
    });

    /// <summary>A setting that <c>OTEL_RESOURCE_ATTRIBUTES</c> gives under the first of <paramref name="attributes"/> found there.</summary>
    public static SettingVariable InResource(params string[] attributes) => new(ResourceVariable, source =>
        // Text that is no list of pairs is reported once, by ResourceAttributes.
        source[ResourceVariable] is { } text && NamedValues.TryParse(text, out var pairs, out _)
        && attributes.Select(name => pairs.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value)) is { } found
            ? new(found)
            : default);

    // An address that traces go to.
    private static bool HasEndpoint(SettingSource source) => (source.InAny("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? source.InAny("OTEL_EXPORTER_OTLP_ENDPOINT")) is not null;

    private static bool IsAddress(string text) => Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private static DestinationProtocol? ProtocolOf(string text) => text.Trim().ToLowerInvariant() switch
    {
        "http/protobuf" => DestinationProtocol.HttpProtobuf,
        "grpc" => DestinationProtocol.Grpc,
        _ => null,
    };
}
