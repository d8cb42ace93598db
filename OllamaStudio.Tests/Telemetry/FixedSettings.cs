using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>Settings that a test sets by hand.</summary>
internal sealed class FixedSettings : ISettings
{
    private StudioSettings _current = new();

    public event Action? Changed;

    public StudioSettings Current => _current;

    public void Set(Func<TelemetrySettings, TelemetrySettings> change)
    {
        _current = _current with { Telemetry = change(_current.Telemetry) };
        Changed?.Invoke();
    }
}
