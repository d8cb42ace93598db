using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export.Push;

/// <summary>All destinations of one signal, each sent to by itself, so that one that is dead keeps no other waiting.</summary>
internal sealed class SignalSenders(TelemetrySignal signal, AnsweredServers answered, TimeProvider time, ILogger logger) : IDisposable
{
    // As long as the traces have.
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(3);

    private ImmutableDictionary<string, SignalSender> _senders = ImmutableDictionary<string, SignalSender>.Empty;

    /// <summary>Raised when a status changed, on the thread that caused it.</summary>
    public event Action? Changed;

    /// <summary>Whether it is sent anywhere. Asked for every line that is logged.</summary>
    public bool IsOn { get; private set; }

    /// <summary>The standing at that destination; off where there is none.</summary>
    public SignalStatus StatusOf(string destination) => Senders.TryGetValue(destination, out var sender) ? sender.Current : new(signal);

    private ImmutableDictionary<string, SignalSender> Senders => Volatile.Read(ref _senders);

    /// <summary>Brings what is sent in line with the settings. For one caller at a time.</summary>
    /// <returns>Whether there is a destination that there was not before.</returns>
    public bool Use(TelemetrySettings settings)
    {
        var (isNew, before) = (false, Senders);
        var next = ImmutableDictionary.CreateBuilder<string, SignalSender>(StringComparer.Ordinal);
        foreach (var destination in settings.Destinations)
        {
            var sender = next[destination.Id] = before.GetValueOrDefault(destination.Id) ?? new SignalSender(signal, answered, time, logger, () => Changed?.Invoke());
            try
            {
                isNew |= sender.Use(DestinationKinds.Gets(destination, signal) ? ExportPlan.From(settings, destination, signal) : null);
            }
            catch (FormatException fault)
            {
                sender.Use(null, fault.Message);
            }
        }

        Volatile.Write(ref _senders, next.ToImmutable());
        IsOn = next.Values.Any(static sender => sender.IsOn);
        foreach (var (_, gone) in before.Where(one => !next.ContainsKey(one.Key)))
        {
            gone.Use(null);
        }

        return isNew;
    }

    /// <summary>Hands a request to every destination. Does not wait.</summary>
    public void Offer(PushedRequest request)
    {
        foreach (var (_, sender) in Senders)
        {
            sender.Offer(request);
        }
    }

    /// <summary>Waits for what is under way, for three seconds at most.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Senders.Values.Select(static sender => sender.SettleAsync())).WaitAsync(ShutdownLimit, time, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // What a dead endpoint holds up is lost: the process ends.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (_, sender) in Senders)
        {
            sender.Dispose();
        }
    }
}
