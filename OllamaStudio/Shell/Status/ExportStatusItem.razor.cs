using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Push;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell.Status;

/// <summary>How the export of spans stands.</summary>
public partial class ExportStatusItem
{
    private IDisposable? _subscription;

    [Inject]
    public required IExportMonitor Export { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    private ExportStatus Status => Export.Current;

    // Metrics or logs that fail while spans do not.
    private SignalStanding? Trouble => Status.State is ExportState.Failing ? null : Status.Signals.FirstOrDefault(static signal => signal.Status.State is ExportState.Failing);

    // Where no spans are sent, that of the others.
    private ExportState Standing => Trouble is not null ? ExportState.Failing
        : Status.State is not ExportState.Off ? Status.State
        : Status.Signals.Select(static signal => signal.Status.State).DefaultIfEmpty(ExportState.Off).MinBy(static state => state switch { ExportState.Healthy => 0, ExportState.Waiting => 1, _ => 2 });

    private string Endpoint => Status.Endpoint.Length > 0 ? Status.Endpoint : Status.Signals.FirstOrDefault()?.Status.Endpoint ?? "";

    private string Icon => Standing switch { ExportState.Failing => "warning", ExportState.Off => "sampled-out", _ => "upload" };

    private string? Tone => Standing switch
    {
        ExportState.Failing => "error",
        _ when Status.LeftBehind is not null => "warn",
        ExportState.Healthy => "ok",
        _ => null,
    };

    private string Label => Standing switch
    {
        _ when Trouble is { } trouble => $"Export: {WordOf(trouble)} failing",
        ExportState.Off => "Export off",
        ExportState.Healthy => "Exporting",
        ExportState.Failing => Status.Title.Length > 0 ? $"Export: {Status.Title} failing" : "Export failing",
        ExportState.Waiting => $"No {ReceiverText.NameOf(Endpoint)} yet",
        _ => "Export ready",
    };

    private string Title => Standing switch
    {
        _ when Status.LeftBehind is { } left => $"{CountText.Of(left.Spans, "span")} for the old address: send them here, or discard?",
        _ when Trouble is { } trouble => $"Export of {WordOf(trouble)} to {trouble.Title} fails: {trouble.Status.LastError}",
        ExportState.Off => "Spans stay in the studio: export is switched off",
        ExportState.Healthy when Status.State is ExportState.Off => $"Exported: {string.Join(" and ", Status.Signals.Select(WordOf).Distinct(StringComparer.Ordinal))}. Spans stay in the studio",
        ExportState.Healthy => $"{CountText.Of(Status.Exported, "span")} exported",
        ExportState.Failing => Status.Title.Length > 0 ? $"Export to {Status.Title} fails: {Status.LastError}" : $"Export fails: {Status.LastError}",
        ExportState.Waiting => ReceiverText.NotThere(Endpoint),
        _ => "Nothing was exported yet",
    };

    protected override void OnInitialized() => _subscription = Export.Subscribe(() => Redraw());

    private static string WordOf(SignalStanding signal) => signal.Status.Signal.ToString().ToLowerInvariant();

    private string When(DateTimeOffset moment) => When((DateTimeOffset?)moment);

    private string When(DateTimeOffset? moment) => moment is { } known ? AlertText.When(known, Time) : "none yet";

    protected override void OnDispose() => _subscription?.Dispose();
}
