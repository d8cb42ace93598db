using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Export;
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

    private string Icon => Status.State switch { ExportState.Failing => "warning", ExportState.Off => "sampled-out", _ => "upload" };

    private string? Tone => Status switch
    {
        { State: ExportState.Failing } => "error",
        { LeftBehind: not null } => "warn",
        { State: ExportState.Healthy } => "ok",
        _ => null,
    };

    private string Label => Status.State switch
    {
        ExportState.Off => "Export off",
        ExportState.Healthy => "Exporting",
        ExportState.Failing => Status.Title.Length > 0 ? $"Export: {Status.Title} failing" : "Export failing",
        ExportState.Waiting => $"No {ReceiverText.NameOf(Status.Endpoint)} yet",
        _ => "Export ready",
    };

    private string Title => Status.State switch
    {
        _ when Status.LeftBehind is { } left => $"{CountText.Of(left.Spans, "span")} for the old address: send them here, or discard?",
        ExportState.Off => "Spans stay in the studio: export is switched off",
        ExportState.Healthy => $"{CountText.Of(Status.Exported, "span")} exported",
        ExportState.Failing => Status.Title.Length > 0 ? $"Export to {Status.Title} fails: {Status.LastError}" : $"Export fails: {Status.LastError}",
        ExportState.Waiting => ReceiverText.NotThere(Status.Endpoint),
        _ => "Nothing was exported yet",
    };

    protected override void OnInitialized() => _subscription = Export.Subscribe(() => Redraw());

    private string When(DateTimeOffset? moment) => moment is { } known ? AlertText.When(known, Time) : "none yet";

    protected override void OnDispose() => _subscription?.Dispose();
}
