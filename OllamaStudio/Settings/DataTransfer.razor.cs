using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>All conversations out and in, with or without settings.</summary>
public sealed partial class DataTransfer
{
    private bool _exportsSettings;
    private bool _importsSettings;
    private InputFile? _input;
    private IDisposable? _subscription;

    [Inject]
    public required ImportRun Import { get; set; }

    protected override void OnInitialized() => _subscription = Import.Subscribe(Redraw);

    protected override void OnDispose() => _subscription?.Dispose();

    private async Task CancelAsync()
    {
        Import.Cancel();
        if (_input?.Element is { } input)
        {
            await input.TryFocusAsync(); // the button goes
        }
    }
}
