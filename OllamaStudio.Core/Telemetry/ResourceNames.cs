namespace OllamaStudio.Core.Telemetry;

/// <summary>Names of resource attributes and request headers of the export. Each stands here once.</summary>
internal static class ResourceNames
{
    /// <summary>OpenTelemetry semantic conventions, resource.</summary>
    public const string ServiceName = "service.name";

    /// <summary>OpenTelemetry semantic conventions, resource.</summary>
    public const string ServiceVersion = "service.version";

    /// <summary>OpenTelemetry semantic conventions, resource; unique for a run of the process.</summary>
    public const string ServiceInstanceId = "service.instance.id";

    /// <summary>The name before semantic conventions 1.27; still what many back ends group by.</summary>
    public const string DeploymentEnvironment = "deployment.environment";

    /// <summary>OpenTelemetry semantic conventions, resource, since 1.27.</summary>
    public const string DeploymentEnvironmentName = "deployment.environment.name";

    /// <summary>OpenTelemetry semantic conventions, resource.</summary>
    public const string HostName = "host.name";

    /// <summary>The name that older documents give; Phoenix itself ignores it.</summary>
    public const string PhoenixProjectName = "phoenix.project.name";

    /// <summary>The name that Phoenix reads where the header is absent (OpenInference).</summary>
    public const string OpenInferenceProjectName = "openinference.project.name";

    /// <summary>Header that Phoenix reads first to find the project. Never sent empty.</summary>
    public const string ProjectHeader = "x-project-name";

    /// <summary>Header that older documents name; Phoenix itself ignores it.</summary>
    public const string OlderProjectHeader = "x-phoenix-project-name";

    /// <summary>Carries the API key as a bearer token.</summary>
    public const string AuthorizationHeader = "authorization";

    /// <summary>Name of the span that "Send test span" sends.</summary>
    public const string TestSpan = "studio.test_span";

    /// <summary>Name of the metric that a destination of metrics alone is tested by.</summary>
    public const string TestMetric = "studio.test_metric";
}
