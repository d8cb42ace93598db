using System.Diagnostics;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A running pipeline that sends to a receiver of its own, every 50 ms.</summary>
internal sealed class ExportRig : IAsyncDisposable
{
    private readonly DataFolder _data = new(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);

    private ExportRig(OtlpReceiver receiver, FakeSettings settings, TimeProvider time)
    {
        Receiver = receiver;
        Settings = settings;
        Answered = new AnsweredServers(_data);
        Pipeline = new ExportService(settings, Answered, time, Log);
    }

    public OtlpReceiver Receiver { get; }

    public FakeSettings Settings { get; }

    /// <summary>What has answered, in a folder that goes with the rig.</summary>
    public AnsweredServers Answered { get; }

    public RecordingLogger<ExportService> Log { get; } = new();

    public ExportService Pipeline { get; }

    public ExportStatus Status => Pipeline.Current;

    public static async Task<ExportRig> StartAsync(Func<TelemetrySettings, TelemetrySettings>? change = null, TimeProvider? time = null)
    {
        var receiver = await OtlpReceiver.StartAsync();
        var settings = new FakeSettings();
        settings.UpdateTelemetry(telemetry => telemetry with
        {
            Destination = telemetry.Destination with { Endpoint = receiver.TracesUrl },
            Batch = new BatchSettings { ScheduledDelayMilliseconds = 50 },
        });
        settings.UpdateTelemetry(change ?? (telemetry => telemetry));
        var rig = new ExportRig(receiver, settings, time ?? TimeProvider.System);
        await rig.Pipeline.StartAsync(CancellationToken.None);
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

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        await Receiver.DisposeAsync();
        Directory.Delete(_data.Path, recursive: true);
    }
}
