using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Push;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Tests.Support;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OllamaStudio.Tests.Export.Push;

/// <summary>The studio's telemetry, log and export as they are composed, with metrics every 100 ms.</summary>
internal sealed class PushRig : IAsyncDisposable
{
    /// <summary>A label of a metric that is always there.</summary>
    public const string Model = "push-model";

    private readonly DataFolder _data = new(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);
    private readonly ServiceProvider _services;

    private PushRig(FakeSettings settings)
    {
        Settings = settings;
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationManager());
        services.AddSingleton(TimeProvider.System).AddSingleton<ISettings>(settings).AddSingleton(new SettingsLayers()).AddSingleton(new AnsweredServers(_data));
        services.AddTelemetry();
        services.AddLogs();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace));
        services.AddExport();
        _services = services.BuildServiceProvider();
    }

    public FakeSettings Settings { get; }

    public ExportService Export => _services.GetRequiredService<ExportService>();

    public MetricPush Metrics => _services.GetRequiredService<MetricPush>();

    public LogStore Log => _services.GetRequiredService<LogStore>();

    public static async Task<PushRig> StartAsync(string endpoint, Func<DestinationSettings, DestinationSettings>? change = null, Func<TelemetrySettings, TelemetrySettings>? more = null)
    {
        var settings = new FakeSettings();
        settings.UpdateTelemetry(telemetry => (more ?? (static it => it))(telemetry with
        {
            Destination = (change ?? (static it => it))(telemetry.Destination with { Endpoint = endpoint, Metrics = true, Logs = true, Traces = false }),
            MetricIntervalMilliseconds = 100,
            Batch = new BatchSettings { ScheduledDelayMilliseconds = 50 },
        }));
        var rig = new PushRig(settings);
        rig._services.GetRequiredService<MeterProvider>();
        rig._services.GetRequiredService<TracerProvider>();
        rig._services.GetRequiredService<LogRecorder>().Use(rig._services.GetRequiredService<ContentCapture>());
        await rig.Export.StartAsync(CancellationToken.None);
        StudioMetrics.CallSent(Model); // without a measurement nothing is pushed
        return rig;
    }

    public ILogger Logger(string category = "OllamaStudio.Some.Type") => _services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

    public ILogger<T> Logger<T>() => _services.GetRequiredService<ILogger<T>>();

    /// <summary>Starts and ends a root span, with something done in it.</summary>
    /// <returns>Its trace id.</returns>
    public static string EndSpan(string name, Action within)
    {
        Activity.Current = null;
        using var span = StudioDiagnostics.Source.StartActivity(name);
        within();
        return span!.TraceId.ToHexString();
    }

    public SignalStatus Status(TelemetrySignal signal, string destination = DestinationSettings.FirstId) => Export.SignalsOf(destination).Single(one => one.Signal == signal);

    /// <summary>Returns once the status is as asked, as a subscriber learns of it.</summary>
    public async Task<SignalStatus> WaitForAsync(TelemetrySignal signal, Func<SignalStatus, bool> wanted)
    {
        var reached = new TaskCompletionSource<SignalStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = Export.Subscribe(Look);
        Look();
        try
        {
            return await reached.Task.WaitAsync(OtlpReceiver.Guard);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"It stayed at {Status(signal)}", late);
        }

        void Look()
        {
            var status = Status(signal);
            if (wanted(status))
            {
                reached.TrySetResult(status);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        StudioMetrics.CallAnswered(Model);
        await Export.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        Directory.Delete(_data.Path, recursive: true);
    }
}
