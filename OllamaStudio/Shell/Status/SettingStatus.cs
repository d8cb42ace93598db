using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell.Status;

/// <summary>A quick switch of one setting: follows the settings, changes them at once, and says what fixes them.</summary>
public abstract class SettingStatus : StudioComponent
{
    [Inject]
    public required SettingsService Settings { get; set; }

    /// <summary>What is wrong with the last change; null where nothing is.</summary>
    protected string? Fault { get; private set; }

    /// <summary>The setting's key.</summary>
    protected abstract string Key { get; }

    /// <summary>What fixes the setting; null where it can be changed.</summary>
    protected string? FixedBy => Settings.FixedBy(Key);

    protected override void OnInitialized() => Settings.Changed += OnSettingsChanged;

    /// <summary>Puts a change in force and saves it.</summary>
    protected async Task ChangeAsync(Func<TelemetrySettings, TelemetrySettings> change)
    {
        var result = await Settings.SaveAsync(settings => settings with { Telemetry = change(settings.Telemetry) }, CancellationToken.None);
        Fault = result.Faults.IsEmpty ? result.StorageProblem : result.Faults[0].Message;
    }

    private void OnSettingsChanged() => Redraw();

    protected override void OnDispose() => Settings.Changed -= OnSettingsChanged;
}
