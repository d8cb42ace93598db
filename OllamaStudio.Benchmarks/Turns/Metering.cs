using OllamaStudio.Core.Export.Push;
using OllamaStudio.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OllamaStudio.Benchmarks.Turns;

/// <summary>The studio's metrics as the app has them: every instrument is listened to, once for the push and once for whoever scrapes.</summary>
internal static class Metering
{
    /// <summary>Listens until it is disposed of.</summary>
    public static MeterProvider Begin(MetricPush push) => Sdk.CreateMeterProviderBuilder()
        .AddMeter(StudioDiagnostics.Name)
        .SetExemplarFilter(ExemplarFilterType.TraceBased)
        .AddReader(push.Reader)
        .AddReader(new Scraped())
        .Build();

    /// <summary>Stands where the app has the exporter of <c>/metrics</c>, which keeps as much and reads when it is asked.</summary>
    private sealed class Scraped : MetricReader;
}
