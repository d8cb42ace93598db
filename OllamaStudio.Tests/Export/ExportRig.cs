using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A running host with the studio's tracing and nothing else, which sends to a receiver of its own, every 50 ms.</summary>
internal sealed class ExportRig : IAsyncDisposable, IExportedSpans
{
    private readonly DataFolder _own = new(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);

    private readonly IHost _host;

    private ExportRig(OtlpReceiver receiver, FakeSettings settings, TimeProvider time, DataFolder? spools)
    {
        Receiver = receiver;
        Settings = settings;
        Answered = new AnsweredServers(_own);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddEnvironmentVariables().AddCommandLine(["--OTEL_SDK_DISABLED=true"]); // the settings decide
        builder.Configuration.LeaveOpenTelemetryToSettings();
        builder.Services.AddSingleton<ISettings>(settings).AddSingleton(Answered).AddSingleton(time).AddSingleton<ILogger<ExportService>>(Log).AddSingleton<IExportedSpans>(this).AddExport();
        if (spools is not null)
        {
            builder.Services.AddSingleton(spools);
        }

        _host = builder.Build();
        Pipeline = _host.Services.GetRequiredService<ExportService>();
    }

    public OtlpReceiver Receiver { get; }

    public FakeSettings Settings { get; }

    /// <summary>What has answered, in a folder that goes with the rig.</summary>
    public AnsweredServers Answered { get; }

    public RecordingLogger<ExportService> Log { get; } = new();

    public ExportService Pipeline { get; }

    public ITailSampling Tail => _host.Services.GetRequiredService<ITailSampling>();

    public ISamplingDecisions Decisions => _host.Services.GetRequiredService<ISamplingDecisions>();

    public SpanRouter Router => _host.Services.GetRequiredService<SpanRouter>();

    /// <summary>The spans that were told to be exported, by trace and span id.</summary>
    public ConcurrentQueue<(string TraceId, string SpanId)> Exported { get; } = new();

    public ExportStatus Status => Pipeline.Current;

    /// <summary>Starts one.</summary>
    /// <param name="change">Of the settings; null for none.</param>
    /// <param name="time">The clock; null for the system’s.</param>
    /// <param name="spools">Holds what waits, on disk; null for memory.</param>
    public static async Task<ExportRig> StartAsync(Func<TelemetrySettings, TelemetrySettings>? change = null, TimeProvider? time = null, DataFolder? spools = null)
    {
        var receiver = await OtlpReceiver.StartAsync();
        var settings = new FakeSettings();
        settings.UpdateTelemetry(telemetry => telemetry with
        {
            Destination = telemetry.Destination with { Endpoint = receiver.TracesUrl },
            Batch = new BatchSettings { ScheduledDelayMilliseconds = 50, ExportTimeoutMilliseconds = 60_000 },
        });
        settings.UpdateTelemetry(change ?? (telemetry => telemetry));
        var rig = new ExportRig(receiver, settings, time ?? TimeProvider.System, spools);
        await rig._host.StartAsync();
        return rig;
    }

    /// <summary>Starts and ends a root span.</summary>
    /// <returns>Its trace id.</returns>
    public static string Emit(string name)
    {
        Activity.Current = null;
        using var span = StudioDiagnostics.Source.StartActivity(name);
        return span?.TraceId.ToHexString() ?? "";
    }

    /// <summary>Returns once the status is as asked, as a subscriber learns of it.</summary>
    public async Task<ExportStatus> WaitForStatusAsync(Func<ExportStatus, bool> wanted)
    {
        var reached = new TaskCompletionSource<ExportStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = Pipeline.Subscribe(Look);
        Look();
        try
        {
            return await reached.Task.WaitAsync(OtlpReceiver.Guard);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The status stayed at {Status}", late);
        }

        void Look()
        {
            var status = Status;
            if (wanted(status))
            {
                reached.TrySetResult(status);
            }
        }
    }

    /// <summary>Ends the export once all that waited was sent, however long that takes on a busy machine: it gives that three seconds itself.</summary>
    public async Task StopAsync()
    {
        // Where the clock stands still no subscriber is told.
        Assert.True(SpinWait.SpinUntil(() => Status.Waiting == 0, OtlpReceiver.Guard), $"The status stayed at {Status}");
        await Pipeline.StopAsync(CancellationToken.None);
    }

    void IExportedSpans.Add(IReadOnlyList<(string TraceId, string SpanId)> spans)
    {
        foreach (var span in spans)
        {
            Exported.Enqueue(span);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Receiver.DisposeAsync();
        Directory.Delete(_own.Path, recursive: true);
    }
}
