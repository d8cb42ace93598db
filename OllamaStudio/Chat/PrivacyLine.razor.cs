using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Chat;

/// <summary>Whether a reply's content was captured, its trace sampled, and its spans sent.</summary>
public partial class PrivacyLine
{
    private IDisposable? _subscription;
    private TraceExportState _state;
    private string? _sent;

    [Inject]
    public required IExportMonitor Export { get; set; }

    [Parameter, EditorRequired]
    public required MessageRecord Message { get; set; }

    // An eye says it where all is as usual; words where it is not.
    private bool IsUsual => Message.Capture is not CaptureLevel.Off
        && (Message.TraceId is null || _state is not TraceExportState.Failed && (_state is not TraceExportState.Waiting || Export.Current.State is not ExportState.Failing));

    private string IconName => Message.Capture is CaptureLevel.Off ? "eye-off" : "eye";

    private string Text => string.Join(" · ", new[] { Captured, Sent }.Where(part => part.Length > 0));

    private string Captured => Message.Capture switch
    {
        CaptureLevel.Off => "not captured",
        CaptureLevel.Full => "captured in full",
        _ => "preview captured",
    };

    private string Sent => (Message.Sampled, _state, Export.Current.State) switch
    {
        _ when Message.TraceId is null => "",
        (_, TraceExportState.Exported, _) => "exported",
        (true, TraceExportState.Undecided, _) => "decided when it ends whether it is exported",
        (true, TraceExportState.LeftOut, _) => "sampled out",
        (_, TraceExportState.Failed, _) => "export failed",
        (true, TraceExportState.Waiting, ExportState.Failing) => "not exported yet: the export fails",
        (true, TraceExportState.Waiting, _) => "waiting to be exported",
        (false, _, ExportState.Off) => "export off",
        (false, _, _) => "sampled out",
        _ => "",
    };

    protected override void OnInitialized() => _subscription = Export.Subscribe(() => Dispatch(Refresh));

    protected override void OnParametersSet() => _state = StateNow();

    private void Refresh()
    {
        var state = StateNow();
        _state = state;
        if (_sent != Sent)
        {
            StateHasChanged();
        }
    }

    protected override void OnAfterRender(bool firstRender) => _sent = Sent;

    private TraceExportState StateNow() => Message.TraceId is { } trace ? Export.StateOf(trace) : TraceExportState.Unknown;

    protected override void OnDispose() => _subscription?.Dispose();
}
