using System.Collections.Immutable;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OpenTelemetry.Resources;

namespace OllamaStudio.Core.Export;

/// <summary>
/// All that shapes a tracer provider and cannot change while it lives: where spans go, in whose name, and how they are
/// gathered. Two plans that are the same need no rebuild.
/// </summary>
internal sealed class ExportPlan
{
    private const string DefaultProject = "default";

    private ExportPlan(TelemetrySettings settings, DestinationSettings destination, Uri endpoint, TelemetrySignal signal)
    {
        Signal = signal;
        Profile = DestinationKinds.Of(destination);
        Endpoint = endpoint;
        Address = AddressOf(Endpoint);
        Service = settings.ServiceName.Trim();
        Environment = settings.Environment.Trim();
        Project = string.IsNullOrWhiteSpace(destination.ProjectName) ? DefaultProject : destination.ProjectName.Trim();
        ProjectRule = destination.ProjectRule;
        ApiKey = string.IsNullOrWhiteSpace(destination.ApiKey) ? null : destination.ApiKey.Trim();
        Headers = destination.Headers;
        Protocol = destination.Protocol;
        Compression = destination.Compression;
        Certificates = ExportCertificates.Read(destination);
        Batch = settings.Batch;
        Timeout = TimeSpan.FromMilliseconds(destination.Apart(signal).TimeoutMilliseconds ?? Batch.ExportTimeoutMilliseconds);
        Resource = StudioResource.Describe(settings).SetItem(ResourceNames.PhoenixProjectName, Project).SetItem(ResourceNames.OpenInferenceProjectName, Project);
    }

    /// <summary>Why nothing can be sent by it, although it is known where to: what ends meanwhile is kept. Null where it can.</summary>
    public string? Fault { get; private init; }

    /// <summary>What it sends.</summary>
    public TelemetrySignal Signal { get; }

    /// <summary>What is known of its kind.</summary>
    public DestinationProfile Profile { get; }

    /// <summary>Where it goes: absolute, http or https, without user-info.</summary>
    public Uri Endpoint { get; }

    /// <summary><see cref="AddressOf"/> the endpoint.</summary>
    public string Address { get; }

    /// <summary>Host and port of the endpoint, for sentences.</summary>
    public string Host => Endpoint.Authority;

    /// <summary>Resource attribute <c>service.name</c>.</summary>
    public string Service { get; }

    /// <summary>Resource attribute <c>deployment.environment.name</c>.</summary>
    public string Environment { get; }

    /// <summary>Phoenix project; never blank.</summary>
    public string Project { get; }

    /// <summary>Which traces share a project.</summary>
    public ProjectRule ProjectRule { get; }

    /// <summary>Bearer token; null for none.</summary>
    public string? ApiKey { get; }

    /// <summary>Further request headers.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; }

    /// <summary>How requests travel.</summary>
    public DestinationProtocol Protocol { get; }

    /// <summary>How requests are compressed.</summary>
    public DestinationCompression Compression { get; }

    /// <summary>Whom the studio trusts there, and what it shows of itself.</summary>
    public ExportCertificates Certificates { get; }

    /// <summary>How spans are gathered.</summary>
    public BatchSettings Batch { get; }

    /// <summary>Resource attributes, whole.</summary>
    public ImmutableSortedDictionary<string, string> Resource { get; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>An endpoint for people and logs: neither user-info nor query, either may hold a secret.</summary>
    public static string AddressOf(Uri endpoint) => endpoint.GetComponents(
        GrpcHandler.IsService(endpoint) ? UriComponents.SchemeAndServer : UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>Reads the plan of the first destination.</summary>
    /// <exception cref="FormatException">The endpoint is not an absolute http or https URL, or a certificate cannot be read.</exception>
    public static ExportPlan From(TelemetrySettings settings) => From(settings, settings.Destination);

    /// <summary>Reads the plan of a destination for one signal.</summary>
    /// <exception cref="FormatException">The endpoint is not an absolute http or https URL or does not say where that signal goes, or a certificate cannot be read.</exception>
    public static ExportPlan From(TelemetrySettings settings, DestinationSettings destination, TelemetrySignal signal = TelemetrySignal.Traces)
    {
        var (own, name) = (destination.For(signal), signal.ToString().ToLowerInvariant());
        if (!Uri.TryCreate(own.Endpoint?.Trim(), UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw new FormatException($"the {name} endpoint is not an absolute http or https URL");
        }

        var endpoint = DestinationKinds.AddressOf(own, uri.UserInfo.Length == 0 ? uri : new UriBuilder(uri) { UserName = "", Password = "" }.Uri, signal)
            ?? throw new FormatException($"where {name} go is not known: the address is that of traces and does not end in /v1/traces. Set one that does, or OTEL_EXPORTER_OTLP_{name.ToUpperInvariant()}_ENDPOINT");
        return new ExportPlan(settings, own, endpoint, signal);
    }

    /// <summary>A plan by which spans are kept for a destination that cannot be set up; null where not even the address is known.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="fault">Why it cannot.</param>
    public static ExportPlan? Keeping(TelemetrySettings settings, DestinationSettings destination, string fault)
    {
        try
        {
            // Without them it must not send, and does not: the fault sees to that.
            var bare = destination with { CertificateFile = null, ClientCertificateFile = null, ClientKeyFile = null };
            return new ExportPlan(settings, bare, From(settings, bare).Endpoint, TelemetrySignal.Traces) { Fault = fault };
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether spans go to the same place in the same name, so that its standing carries over.</summary>
    public bool HasDestinationOf(ExportPlan other) =>
        Fault == other.Fault && Endpoint == other.Endpoint && ApiKey == other.ApiKey && Headers.SequenceEqual(other.Headers) && Certificates.Files == other.Certificates.Files;

    /// <summary>Whether a provider built for the other serves this one as well.</summary>
    public bool IsSameAs(ExportPlan other) =>
        HasDestinationOf(other) && Project == other.Project && ProjectRule == other.ProjectRule && Compression == other.Compression && Batch == other.Batch && Resource.SequenceEqual(other.Resource);

    /// <summary>Whether requests of metrics or logs travel as by the other.</summary>
    public bool SendsAs(ExportPlan other) => HasDestinationOf(other) && Project == other.Project && Compression == other.Compression && Timeout == other.Timeout;

    /// <summary>The resource for a provider. Built from nothing: the environment was read into the settings already.</summary>
    public ResourceBuilder CreateResource() => ResourceOf(Resource);

    /// <summary>A resource with those attributes and what the SDK says of itself.</summary>
    public static ResourceBuilder ResourceOf(ImmutableSortedDictionary<string, string> attributes) =>
        ResourceBuilder.CreateEmpty()
            .AddTelemetrySdk()
            .AddAttributes(attributes.Select(attribute => KeyValuePair.Create<string, object>(attribute.Key, attribute.Value)));
}
