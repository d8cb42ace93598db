namespace OllamaStudio.Core.Export;

/// <content>What a person asks of it.</content>
public sealed partial class ExportService
{
    /// <inheritdoc />
    public async Task<TestExportResult> SendTestSpanAsync(string destination, CancellationToken cancellationToken)
    {
        var telemetry = _settings.Current.Telemetry;
        if (telemetry.Destinations.FirstOrDefault(each => each.Id == destination) is not { } settings)
        {
            return new TestExportResult(TestExportOutcome.Off, "This destination is not saved yet. Save it, then send a test span.", null, null);
        }

        var entry = Of(destination).FirstOrDefault();
        var health = entry?.Destination.Route?.Health;
        var result = await _testSpan.SendAsync(telemetry, settings, health, cancellationToken);
        if (health?.Current.State is ExportState.Healthy)
        {
            entry!.Destination.Retries.SendNow();
        }

        return result;
    }

    /// <inheritdoc />
    public void TryNow(string? destination = null)
    {
        foreach (var entry in Of(destination))
        {
            entry.Destination.Retries.SendNow(evenIfHeld: true);
        }
    }

    /// <inheritdoc />
    public void SendLeftBehind(string? destination = null)
    {
        foreach (var entry in Of(destination))
        {
            entry.Destination.Retries.ForwardLeftBehind();
        }
    }

    /// <inheritdoc />
    public void DiscardLeftBehind(string? destination = null)
    {
        foreach (var entry in Of(destination))
        {
            entry.Destination.Retries.DiscardLeftBehind();
        }
    }
}
