using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Support;

/// <summary>Settings that a test changes as the settings page would: the new snapshot first, then word of it, on the caller's thread.</summary>
public sealed class FakeSettings : ISettings
{
    private readonly Lock _gate = new();
    private StudioSettings _current = new();

    public FakeSettings()
    {
    }

    public FakeSettings(StudioSettings current) => _current = current;

    public event Action? Changed;

    public StudioSettings Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    public void Update(Func<StudioSettings, StudioSettings> change)
    {
        lock (_gate)
        {
            _current = change(_current);
        }

        Changed?.Invoke();
    }

    public void UpdateTelemetry(Func<TelemetrySettings, TelemetrySettings> change) =>
        Update(settings => settings with { Telemetry = change(settings.Telemetry) });
}
