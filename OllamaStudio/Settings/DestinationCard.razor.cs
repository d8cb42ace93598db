using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Push;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>A place that spans are sent to: on or off, how it stands, live, the test span, and its settings.</summary>
public sealed partial class DestinationCard
{
    private IDisposable? _subscription;
    private CancellationTokenSource? _sending;
    private TestExportResult? _result;
    private DateTimeOffset _resultAt;

    [Inject]
    public required IExportMonitor Monitor { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    /// <summary>Which destination, by its id; how it stands is asked under it.</summary>
    [Parameter, EditorRequired]
    public required string Destination { get; set; }

    /// <summary>What it is called.</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>Where it is, in a line.</summary>
    [Parameter, EditorRequired]
    public required string Where { get; set; }

    [Parameter, EditorRequired]
    public required bool IsOn { get; set; }

    [Parameter]
    public EventCallback<bool> IsOnChanged { get; set; }

    /// <summary>The switch's id on the page.</summary>
    [Parameter, EditorRequired]
    public required string SwitchId { get; set; }

    [Parameter]
    public bool IsSwitchFixed { get; set; }

    /// <summary>Whether something is wrong with the switch.</summary>
    [Parameter]
    public bool IsFaulty { get; set; }

    /// <summary>The test button's test id, which begins that of its answer.</summary>
    [Parameter]
    public string TestTestId { get; set; } = "destination-test";

    /// <summary>Whether it says what a test does.</summary>
    [Parameter]
    public bool ExplainsTest { get; set; }

    /// <summary>Whether it is saved at all, so that a test span can go there.</summary>
    [Parameter]
    public bool IsSaved { get; set; } = true;

    /// <summary>Whether something is typed that is not in force, and so not in the test span.</summary>
    [Parameter]
    public bool HasUnsavedChanges { get; set; }

    /// <summary>Whether it can be taken out of the list, and with it what waits for it.</summary>
    [Parameter]
    public bool IsRemovable { get; set; }

    /// <summary>Further buttons.</summary>
    [Parameter]
    public RenderFragment? Actions { get; set; }

    /// <summary>What is to be said of the switch.</summary>
    [Parameter]
    public RenderFragment? Notes { get; set; }

    /// <summary>Its other settings; null while they are folded.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    private ExportStatus Status => Monitor.StatusOf(Destination);

    // Metrics and logs, where it gets any.
    private IEnumerable<SignalStatus> Signals => Monitor.SignalsOf(Destination).Where(static signal => signal.State is not ExportState.Off);

    // Of one that gets no traces, the worse of the others.
    private ExportState Standing => Status.State is not ExportState.Off ? Status.State : Signals.Select(static signal => signal.State).DefaultIfEmpty(ExportState.Off)
        .MinBy(static state => state switch { ExportState.Failing => 0, ExportState.Waiting => 1, ExportState.Idle => 2, ExportState.Healthy => 3, _ => 4 });

    // What a test sends: a span where it gets any.
    private string Tested => Status.State is not ExportState.Off || !Signals.Any() ? "span" : Signals.Any(static signal => signal.Signal is TelemetrySignal.Logs) ? "line" : "metric";

    private string TestLabel => $"Send test {Tested}";

    private string Endpoint => Status.Endpoint.Length > 0 ? Status.Endpoint : Signals.FirstOrDefault()?.Endpoint ?? "";

    private string State => Standing.ToString().ToLowerInvariant();

    private string TitleId => $"{SwitchId}-title";

    private string AboutId => $"{SwitchId}-about";

    private string? Sentence => Status switch
    {
        { Waiting: > 0 } when !IsOn => "While it is off, what waits is kept, on disk for three days at most, and sent when it is on again.",
        { State: ExportState.Failing, LastError: { } error } => $"{When(Status.LastFailure)}: {error}",
        { State: ExportState.Waiting } => $"{ReceiverText.NotThere(Status.Endpoint)}. Recent spans are kept until it is reachable.",
        _ => null,
    };

    // What there is none of is not said.
    private string Counts
    {
        get
        {
            (long Count, string Of)[] counts = [(Status.Exported, "sent"), (Status.Waiting, "waiting"), (Status.Failed, "failed"), (Status.Dropped, "dropped")];
            var some = string.Join(", ", counts.Where(each => each.Count > 0).Select(each => $"{CountText.Full(each.Count)} {each.Of}"));
            return some.Length > 0 ? some + "." : "";
        }
    }

    // The test's answer stands until the export itself learnt otherwise: the card says one thing.
    private TestExportResult? Result => _result?.Outcome switch
    {
        TestExportOutcome.Refused or TestExportOutcome.Unreachable or TestExportOutcome.NotStored when Status.LastSuccess > _resultAt => null,
        TestExportOutcome.Stored or TestExportOutcome.Accepted when Status.State is ExportState.Failing or ExportState.Waiting => null,
        _ => _result,
    };

    private (string Tone, string Icon, string Text) Badge => Standing switch
    {
        ExportState.Healthy or ExportState.Idle when Result?.Outcome is TestExportOutcome.NotStored => ("warn", "warning", "Accepted, not stored"),
        ExportState.Idle when Result?.Outcome is TestExportOutcome.Stored or TestExportOutcome.Accepted => ("ok", "check", "Ready"),
        ExportState.Healthy => ("ok", "check", "Arriving"),
        ExportState.Failing => ("error", "error", "Failing"),
        ExportState.Off => ("", "clear", "Off"),
        ExportState.Waiting => ("", "clock", "Not reachable yet"),
        _ => ("", "clock", "Nothing sent yet"),
    };

    protected override void OnInitialized() => _subscription = Monitor.Subscribe(() => Redraw());

    private (string Tone, string Icon) Callout(TestExportOutcome outcome) => outcome switch
    {
        TestExportOutcome.Unreachable when Status.State is ExportState.Waiting => ("info", "clock"), // not there yet is no failure
        TestExportOutcome.Stored or TestExportOutcome.Accepted => ("info", "check"),
        TestExportOutcome.NotStored or TestExportOutcome.Off => ("warn", "warning"),
        _ => ("error", "error"),
    };

    private async Task SendAsync()
    {
        using var sending = new CancellationTokenSource();
        _sending = sending;
        _result = null;
        try
        {
            _result = await Monitor.SendTestSpanAsync(Destination, sending.Token);
            _resultAt = Time.GetUtcNow();
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

    protected override void OnDispose()
    {
        _subscription?.Dispose();
        _sending?.Cancel();
    }
}
