using OllamaStudio.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OllamaStudio.Benchmarks.Turns;

/// <summary>The studio's metrics as the app has them: every instrument is listened to for whoever scrapes. The push listens as well where a destination gets metrics, which none does as the studio is installed.</summary>
internal static class Metering
{
    /// <summary>Listens until it is disposed of.</summary>
    public static MeterProvider Begin() => Sdk.CreateMeterProviderBuilder()
        .AddStudio()
        .AddReader(new Scraped())
        .Build();

    /// <summary>Stands where the app has the exporter of <c>/metrics</c>, which keeps as much and reads when it is asked.</summary>
    private sealed class Scraped : MetricReader;
}
