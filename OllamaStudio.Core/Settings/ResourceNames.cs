namespace OllamaStudio.Core.Settings;

/// <summary>Names of resource attributes (OpenTelemetry resource conventions v1.41; OpenInference).</summary>
internal static class ResourceNames
{
    public const string ServiceName = "service.name";
    public const string ServiceVersion = "service.version";
    public const string DeploymentEnvironmentName = "deployment.environment.name";

    /// <summary>What <see cref="DeploymentEnvironmentName"/> was called before v1.27.</summary>
    public const string DeploymentEnvironment = "deployment.environment";

    /// <summary>The project, as Phoenix reads it.</summary>
    public const string OpenInferenceProjectName = "openinference.project.name";

    /// <summary>The project, as older documents call it.</summary>
    public const string PhoenixProjectName = "phoenix.project.name";
}
