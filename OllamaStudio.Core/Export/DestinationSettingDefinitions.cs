using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// The settings of where spans are sent. Two destinations that variables may make are settings each for itself, so that only what a
/// variable sets is fixed; all others are one list.
/// </summary>
public static partial class DestinationSettingDefinitions
{
    /// <summary>Key of <see cref="TelemetrySettings.Enabled"/>.</summary>
    public const string EnabledKey = "Telemetry:Enabled";

    /// <summary>Key of <see cref="DestinationSettings.Endpoint"/> of the first destination.</summary>
    public const string EndpointKey = "Telemetry:Endpoint";

    /// <summary>Key of <see cref="DestinationSettings.Protocol"/> of the first destination.</summary>
    public const string ProtocolKey = FirstPrefix + nameof(DestinationSettings.Protocol);

    /// <summary>Key of <see cref="TelemetrySettings.MoreDestinations"/>.</summary>
    public const string MoreKey = "Telemetry:MoreDestinations";

    /// <summary>Key of <see cref="DestinationSettings.Enabled"/> of <see cref="TelemetrySettings.OtlpDestination"/>.</summary>
    public const string OtlpEnabledKey = OtlpPrefix + nameof(DestinationSettings.Enabled);

    private const string FirstPrefix = "Telemetry:Destinations:0:";
    private const string OtlpPrefix = "Telemetry:OtlpDestination:";
    private const string PhoenixEndpoint = "http://localhost:6006/v1/traces";
    private const int MaxLength = 4096;

    private static readonly SettingAccessor<TelemetrySettings> s_telemetry = new(
        settings => settings.Telemetry, (settings, value) => settings with { Telemetry = value });

    private static readonly SettingFormat<DestinationKind> s_kinds = SettingFormats.Choice([.. DestinationKinds.All.Select(kind => (kind.Kind, kind.Label, kind.Advice))]);

    private static readonly SettingFormat<DestinationCompression> s_compressions = SettingFormats.Choice(
        (DestinationCompression.None, "None", "Requests are sent as they are."), (DestinationCompression.Gzip, "gzip", "Requests are compressed by gzip."));

    private static readonly SettingFormat<DestinationProtocol> s_protocols = SettingFormats.Choice(
        (DestinationProtocol.HttpProtobuf, "HTTP", "OTLP over HTTP, as protobuf."), (DestinationProtocol.Grpc, "gRPC", "OTLP over gRPC; of the address host and port count. Phoenix cannot be read back then."));

    /// <summary>The section of the page that says where to.</summary>
    public static SettingGroup Group { get; } = new("export", "Destinations");

    /// <summary>The section of the destination that <c>OTEL_EXPORTER_OTLP_*</c> make beside a Phoenix.</summary>
    public static SettingGroup OtlpGroup { get; } = new("otlp", "Destination of OTEL_EXPORTER_OTLP_ENDPOINT")
    {
        Help = "It gets the signals that are ticked, beside the destination above.",
    };

    /// <summary>The list of further destinations, each checked in the order of its form.</summary>
    public static ListFormat<DestinationSettings> Format { get; } = new(DestinationJson.Default.DestinationSettings, "destination")
    {
        Most = 16,
        Needs = "a Name and an Endpoint",
        Identity = nameof(DestinationSettings.Id),
        Name = static destination => destination.Name ?? "",
        Secrets = [nameof(DestinationSettings.ApiKey), nameof(DestinationSettings.Headers)],
        Complete = CompleteOther,
        Tidy = Tidy,
        KeepsSecrets = static (destination, origin) => SettingRules.IsSameServer(destination.Endpoint, origin.Endpoint),
        Rules =
        [
            new(nameof(DestinationSettings.Name), "name", Name),
            new(nameof(DestinationSettings.Endpoint), "address", static (destination, _) => Endpoint(destination.Endpoint)),
            new(nameof(DestinationSettings.ProjectName), "project", static (destination, _) => SettingRules.Name(destination.ProjectName)),
            new(nameof(DestinationSettings.ApiKey), "API key", static (destination, _) => SettingRules.ApiKey(destination.ApiKey)),
            new(nameof(DestinationSettings.Headers), "headers", static (destination, _) => SettingRules.Headers(destination.Headers)),
            new(nameof(DestinationSettings.CertificateFile), "certificates", static (destination, _) => PemFile(destination.CertificateFile)),
            new(nameof(DestinationSettings.ClientCertificateFile), "client certificate", static (destination, _) => PemFile(destination.ClientCertificateFile)),
            new(nameof(DestinationSettings.ClientKeyFile), "client key", static (destination, _) => PemFile(destination.ClientKeyFile)),
            new(nameof(DestinationSettings.TraceLink), "address of a trace", static (destination, _) => TraceLink(destination.TraceLink)),
        ],
    };

    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<bool>(EnabledKey, "Export", SettingFormats.Flag("Send to this destination"), s_telemetry.Then(
            settings => settings.Enabled, (settings, value) => settings with { Enabled = value }))
        {
            Group = Group,
            Help = "When off, nothing is sent there; the live spans show in the studio either way.",
            Variables = [OpenTelemetryVariables.Disabled],
            TestId = "destination-enabled",
        },
        new SettingDefinition<bool>("Telemetry:MayExport", "Export at all", SettingFormats.Flag("Let spans leave the studio"), s_telemetry.Then(
            settings => settings.MayExport, (settings, value) => settings with { MayExport = value }))
        {
            Variables = [OpenTelemetryVariables.DisabledForAll],
        },
        .. Of(new(FirstPrefix, Group, s_telemetry.Then(settings => settings.Destination, (settings, value) => settings with { Destination = value }), static source => !OpenTelemetryVariables.HasOtlpBesidePhoenix(source))),
        new SettingDefinition<ImmutableArray<DestinationSettings>>(MoreKey, "More destinations", Format, s_telemetry.Then(
            settings => settings.MoreDestinations, (settings, value) => settings with { MoreDestinations = value }))
        {
            Group = Group,
            Help = "Each gets every trace. One that is down keeps none of the others waiting. Keys and headers are stored encrypted and never shown again.",
        },
        new SettingDefinition<bool>(OtlpEnabledKey, "Export there", SettingFormats.Flag("Send to this destination"), s_telemetry.Then(
            settings => settings.OtlpDestination.Enabled, (settings, value) => settings with { OtlpDestination = settings.OtlpDestination with { Enabled = value } }))
        {
            Group = OtlpGroup,
            TestId = "destination-enabled",
        },
        .. Of(new(OtlpPrefix, OtlpGroup, s_telemetry.Then(settings => settings.OtlpDestination, (settings, value) => settings with { OtlpDestination = value }), OpenTelemetryVariables.HasOtlpBesidePhoenix)),
    ];

    /// <summary>The settings of a destination that variables may make.</summary>
    private static IEnumerable<SettingDefinition> Of(Place at) => Of(at, EndpointOf(at));

    // The endpoint stands before the secrets, which go to no other server than the one that they were saved for.
    private static IEnumerable<SettingDefinition> Of(Place at, SettingDefinition endpoint) =>
    [
        endpoint,
        .. ProjectsOf(at),
        ApiKey(at, endpoint),
        new SettingDefinition<DestinationKind>(at.Prefix + "Kind", "Kind", s_kinds, at.To.Then(
            settings => settings.Kind, (settings, value) => settings with { Kind = value }))
        {
            Group = at.Group,
            IsAdvanced = true,
            Variables = at.IsFirst ? [OpenTelemetryVariables.PhoenixKind] : [],
            TestId = "destination-kind",
        },
        new SettingDefinition<string?>(at.Prefix + "Name", "Name", SettingFormats.OptionalText, at.To.Then(
            settings => settings.Name, (settings, value) => settings with { Name = value }))
        {
            Group = at.Group,
            IsAdvanced = true,
            Help = "What the studio calls it; empty for what it is.",
            Rule = SettingRules.OptionalName,
            TestId = "destination-name",
        },
        Headers(at, endpoint),
        new SettingDefinition<DestinationProtocol>(at.Prefix + "Protocol", "Protocol", s_protocols, at.To.Then(
            settings => settings.Protocol, (settings, value) => settings with { Protocol = value }))
        {
            Group = at.Group,
            IsAdvanced = true,
            Variables = [.. OpenTelemetryVariables.Protocols.Select(variable => variable.Where(at.IsOtlps))],
        },
        new SettingDefinition<DestinationCompression>(at.Prefix + "Compression", "Compression", s_compressions, at.To.Then(
            settings => settings.Compression, (settings, value) => settings with { Compression = value }))
        {
            Group = at.Group,
            IsAdvanced = true,
            Variables = at.OfExporter("COMPRESSION"),
        },
        File(at, "CertificateFile", "Certificates", "A PEM file; the endpoint's own must be issued by one in it. Empty for those of the system.", "CERTIFICATE",
            settings => settings.CertificateFile, (settings, value) => settings with { CertificateFile = value }),
        File(at, "ClientCertificateFile", "Client certificate", "A PEM file of the certificate that the studio shows.", "CLIENT_CERTIFICATE",
            settings => settings.ClientCertificateFile, (settings, value) => settings with { ClientCertificateFile = value }),
        File(at, "ClientKeyFile", "Client key", "A PEM file of that certificate's key; empty where it is in the same file.", "CLIENT_KEY",
            settings => settings.ClientKeyFile, (settings, value) => settings with { ClientKeyFile = value }),
        new SettingDefinition<bool>(at.Prefix + "IsWholeAddress", "Whole address", SettingFormats.Flag("Use the endpoint as it is"), at.To.Then(
            settings => settings.IsWholeAddress, (settings, value) => settings with { IsWholeAddress = value }))
        {
            Group = at.Group,
            IsAdvanced = true,
            Help = "Nothing is added to it, whatever it ends in.",
            Variables = [OpenTelemetryVariables.IsWholeAddress.Where(at.IsOtlps)],
        },
        new SettingDefinition<string?>(at.Prefix + "TraceLink", "Address of a trace", SettingFormats.OptionalCode, at.To.Then(
            settings => settings.TraceLink, (settings, value) => settings with { TraceLink = value }))
        {
            Group = at.Group,
            IsAdvanced = true,
            Help = "Where a trace is opened there, with {trace_id} and maybe {span_id} in it. Empty for what its kind has.",
            Rule = TraceLink,
        },
        .. SignalsOf(at),
    ];

    private static SettingDefinition<string?> File(
        Place at, string name, string label, string help, string variable, Func<DestinationSettings, string?> get, Func<DestinationSettings, string?, DestinationSettings> set) =>
        new(at.Prefix + name, label, SettingFormats.OptionalCode, at.To.Then(get, set))
        {
            Group = at.Group,
            IsAdvanced = true,
            Help = help,
            Variables = at.OfExporter(variable),
            Rule = PemFile,
        };

    // What a listed one leaves to be understood is not what the first one does: it is no Phoenix of this machine.
    private static void CompleteOther(JsonObject destination)
    {
        destination.TryAdd(nameof(DestinationSettings.Id), "");
        destination.TryAdd(nameof(DestinationSettings.Kind), nameof(DestinationKind.Other));
        destination.TryAdd(nameof(DestinationSettings.Endpoint), "");
    }

    // One that was written by hand goes by its name, which then stays its id.
    private static DestinationSettings Tidy(DestinationSettings destination)
    {
        var name = Optional(destination.Name);
        return destination with
        {
            Id = string.Concat((destination.Id.Length > 0 ? destination.Id : (name ?? "").ToLowerInvariant()).Where(DestinationSettings.IsOfId)),
            Name = name,
            Endpoint = destination.Endpoint.Trim(),
            ProjectName = destination.ProjectName.Trim(),
            ApiKey = Optional(destination.ApiKey),
            Headers = NamedValues.Tidy(destination.Headers).RemoveRange(destination.Headers.Where(static header => string.IsNullOrWhiteSpace(header.Value)).Select(static header => header.Key.Trim())),
            CertificateFile = Optional(destination.CertificateFile),
            ClientCertificateFile = Optional(destination.ClientCertificateFile),
            ClientKeyFile = Optional(destination.ClientKeyFile),
            TraceLink = Optional(destination.TraceLink),
        };
    }

    private static string? Optional(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? Name(DestinationSettings destination, IReadOnlyList<DestinationSettings> others) =>
        destination.Name is not { } name ? "It needs a name, such as Jaeger."
        : SettingRules.Name(name) is { } fault ? fault
        : others.Any(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)) ? "Another destination has this name."
        : destination.Id is DestinationSettings.FirstId or DestinationSettings.OtlpId or "" || others.Any(other => other.Id == destination.Id) ? "This name cannot be told from another's; choose another."
        : null;

    private static string? Endpoint(string value) =>
        value.Length == 0 ? $"It must not be empty; Phoenix on this machine is {PhoenixEndpoint}."
        : SettingRules.Address(value, PhoenixEndpoint, "put the key into the API key or a header");

    private static string? PemFile(string? path) =>
        path is null ? null
        : path.Length > MaxLength ? $"It may have at most {MaxLength} characters."
        : !Path.IsPathFullyQualified(path) ? "It must be a full path, starting at the root."
        : null;

    private static string? TraceLink(string? link) =>
        link is null ? null
        : SettingRules.Address(link, "http://localhost:16686/trace/{trace_id}", "a link needs none")
        ?? (link.Contains("{trace_id}", StringComparison.Ordinal) ? null : "It must have {trace_id} in it, where the trace's id goes.");

    /// <summary>Where the settings of a destination are kept, and which variables are its own.</summary>
    /// <param name="Prefix">Begins their keys.</param>
    /// <param name="Group">Where they stand on the page.</param>
    /// <param name="To">Reaches it.</param>
    /// <param name="IsOtlps">Whether the exporter's variables in that layer are about this one.</param>
    private sealed record Place(string Prefix, SettingGroup Group, SettingAccessor<DestinationSettings> To, Func<SettingSource, bool> IsOtlps)
    {
        public bool IsFirst => Prefix == FirstPrefix;

        // These settings of the first are older than the list that files keep it in, and are known by their keys of then.
        public string Key(string name) => (IsFirst ? "Telemetry:" : Prefix) + name;

        public string? StoredAt(string name) => IsFirst ? Prefix + name : null;

        public string? Meaning(string text) => IsFirst ? text : null;

        public ImmutableArray<SettingVariable> OfPhoenix(string name) => IsFirst ? [new(name)] : [];

        public ImmutableArray<SettingVariable> OfExporter(string name) => [.. OpenTelemetryVariables.OfExporter(name).Select(variable => variable.Where(IsOtlps))];
    }

    [JsonSerializable(typeof(DestinationSettings))]
    private sealed partial class DestinationJson : JsonSerializerContext;
}
