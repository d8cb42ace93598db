using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Settings;

/// <summary>How the export stands, live, and the test span.</summary>
public sealed partial class ExportPanel : IDisposable
{
    private IDisposable? _subscription;
    private CancellationTokenSource? _sending;
    private TestExportResult? _result;

    [Inject]
    public required IExportMonitor Monitor { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    /// <summary>Whether something is typed that is not in force, and so not in the test span.</summary>
    [Parameter]
    public bool HasUnsavedChanges { get; set; }

    private ExportStatus Status => Monitor.Current;

    private string Tone => Status.State switch
    {
        ExportState.Healthy => "ok",
        ExportState.Failing => "error",
        _ => "",
    };

    private string StateIcon => Status.State switch
    {
        ExportState.Healthy => "check",
        ExportState.Failing => "error",
        ExportState.Off => "clear",
        _ => "clock",
    };

    private string StateText => Status.State switch
    {
        ExportState.Healthy => "Arriving",
        ExportState.Failing => "Failing",
        ExportState.Off => "Off",
        ExportState.Waiting => "Nobody there yet",
        _ => "Nothing sent yet",
    };

    protected override void OnInitialized() => _subscription = Monitor.Subscribe(() => _ = InvokeAsync(StateHasChanged));

    private static string ResultTone(TestExportOutcome outcome) => outcome switch
    {
        TestExportOutcome.Stored or TestExportOutcome.Accepted => "info",
        TestExportOutcome.NotStored or TestExportOutcome.Off => "warn",
        _ => "error",
    };

    private static string ResultIcon(TestExportOutcome outcome) => outcome switch
    {
        TestExportOutcome.Stored or TestExportOutcome.Accepted => "check",
        TestExportOutcome.NotStored or TestExportOutcome.Off => "warning",
        _ => "error",
    };

    private async Task SendAsync()
    {
        using var sending = new CancellationTokenSource();
        _sending = sending;
        _result = null;
        try
        {
            _result = await Monitor.SendTestSpanAsync(sending.Token);
        }
        catch (OperationCanceledException) when (sending.IsCancellationRequested)
        {
            // By the button, or because the page is gone: either way there is nothing to say.
        }
        finally
        {
            _sending = null;
        }
    }

    private async Task CancelAsync()
    {
        if (_sending is { } sending)
        {
            await sending.CancelAsync();
        }
    }

    private string When(DateTimeOffset? time)
    {
        if (time is null)
        {
            return "never";
        }

        var local = TimeZoneInfo.ConvertTime(time.Value, Time.LocalTimeZone);
        var today = TimeZoneInfo.ConvertTime(Time.GetUtcNow(), Time.LocalTimeZone).Date == local.Date;
        return local.ToString(today ? "HH:mm:ss" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        _sending?.Cancel();
    }
}
