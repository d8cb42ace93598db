using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Export.Push;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;

namespace OllamaStudio.Core.Export;

/// <summary>One log line, or one metric, for a destination that gets no spans to be tested by. Neither log nor meter of the studio knows of it.</summary>
internal static partial class TestSignal
{
    /// <summary>Sends it. Blocks until the answer is there, which the client's handler keeps.</summary>
    /// <param name="plan">Whom it is for; of logs or metrics.</param>
    /// <param name="client">Sends it.</param>
    /// <param name="sent">Called when the answer is there: whatever goes out afterwards is none of the test's.</param>
    public static void Send(ExportPlan plan, HttpClient client, Action sent)
    {
        if (plan.Signal is TelemetrySignal.Logs)
        {
            SendLine(plan, client);
            sent();
            return;
        }

        using var meter = new Meter(ResourceNames.TestMetric);
        using var provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(OtlpWriter.WithoutEnvironment)
            .SetResourceBuilder(plan.CreateResource())
            .AddMeter(meter.Name)
            .AddReader(new BaseExportingMetricReader(new OtlpMetricExporter(OtlpOptions.Create(plan, client))))
            .Build();
        meter.CreateCounter<long>(ResourceNames.TestMetric).Add(1);
        provider.ForceFlush();
        sent(); // the provider's end writes once more
    }

    /// <summary>What a person looks for there.</summary>
    public static string Describe(TelemetrySignal signal) => signal is TelemetrySignal.Logs ? $"the line “{TestLine}”" : $"the metric “{ResourceNames.TestMetric}”";

    private const string TestLine = "A test of OllamaStudio’s settings";

    private static void SendLine(ExportPlan plan, HttpClient client)
    {
        using var sdk = OpenTelemetrySdk.Create(builder =>
        {
            OtlpWriter.WithoutEnvironment(builder.Services);
            builder.WithLogging(logging => logging.SetResourceBuilder(plan.CreateResource())
                .AddProcessor(new SimpleLogRecordExportProcessor(new OtlpLogExporter(OtlpOptions.Create(plan, client)))));
        });
        var logger = sdk.GetLoggerFactory().CreateLogger(StudioDiagnostics.Name);
        Log(logger);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = TestLine)]
    private static partial void Log(ILogger logger);
}
