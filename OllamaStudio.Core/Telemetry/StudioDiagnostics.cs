using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OllamaStudio.Core.Telemetry;

/// <summary>The one source of spans and the one meter of the studio. Starting a span costs nothing while nobody listens.</summary>
public static class StudioDiagnostics
{
    /// <summary>Name of the source and of the meter.</summary>
    public const string Name = "OllamaStudio";

    /// <summary>The source of every span.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>The meter of every instrument.</summary>
    public static Meter Meter { get; } = new(Name);
}
