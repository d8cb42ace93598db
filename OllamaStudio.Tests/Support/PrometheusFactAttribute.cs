namespace OllamaStudio.Tests.Support;

/// <summary>A test that needs Prometheus and its promtool, as Debian's package <c>prometheus</c> brings them. Skipped, by name, where they are not on the path.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Find("prometheus") is null || Find("promtool") is null)
        {
            Skip = "Needs prometheus and promtool on the path, on Linux: apt-get install prometheus.";
        }
    }

    /// <summary>Where a program is; null where it is not on the path.</summary>
    public static string? Find(string program) =>
        Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
