using System.Collections.Immutable;
using System.Reflection;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry;

/// <summary>The resource that the studio's spans belong to.</summary>
internal static class StudioResource
{
    // One for the run of the process: other settings are not a new instance of the service.
    private static readonly string InstanceId = Guid.NewGuid().ToString("D");

    private static readonly string AssemblyVersion =
        typeof(StudioResource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>
    /// Its attributes. What has a field of its own on the settings page wins over the same name among the further attributes: the page
    /// must not show one thing while another is told. Everything else a person names wins over what is found out.
    /// </summary>
    public static ImmutableSortedDictionary<string, string> Describe(TelemetrySettings settings)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        attributes[ResourceNames.ServiceVersion] = AssemblyVersion;
        attributes[ResourceNames.ServiceInstanceId] = InstanceId;
        attributes[ResourceNames.HostName] = Environment.MachineName;
        foreach (var (name, value) in settings.ResourceAttributes)
        {
            attributes[name] = value;
        }

        attributes[ResourceNames.ServiceName] = settings.ServiceName.Trim();
        attributes[ResourceNames.DeploymentEnvironment] = settings.Environment.Trim();
        attributes[ResourceNames.DeploymentEnvironmentName] = settings.Environment.Trim();
        if (!string.IsNullOrWhiteSpace(settings.ServiceVersion))
        {
            attributes[ResourceNames.ServiceVersion] = settings.ServiceVersion.Trim();
        }

        return attributes.ToImmutable();
    }
}
