using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Models;

/// <summary>
/// One model in memory, or on its way there. Whoever uses it holds a use; while nobody does, it stays until its
/// time is over. Expiry is computed when somebody looks, so no timer has to fire. Safe for concurrent use.
/// </summary>
internal sealed class Runner(DemoModel model, SimulatorOptions options) : IDisposable
{
    private static readonly TimeSpan DefaultKeepAlive = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly SemaphoreSlim _slots = new(options.Slots, options.Slots);
    private LoadSettings? _loaded;
    private int _uses;
    private TimeSpan _keepAlive = DefaultKeepAlive;
    private DateTimeOffset _expiresAt;
    private string _lastPrompt = "";

    public DemoModel Model => model;

    /// <summary>What it is loaded with and until when; null where it is not in memory.</summary>
    public (LoadSettings Settings, DateTimeOffset ExpiresAt)? State
    {
        get
        {
            lock (_lock)
            {
                DropIf(IsExpired);
                return _loaded is null ? null : (_loaded, _expiresAt);
            }
        }
    }

    private bool IsExpired => _uses == 0 && options.Time.GetUtcNow() >= _expiresAt;

    /// <summary>Loads the model where it is not, reloads it where it was loaded otherwise, and takes a use of it.</summary>
    /// <param name="settings">What to load it with.</param>
    /// <param name="keepAlive">How long it stays after the last use; null for as long as before, or for five minutes where it is loaded now.</param>
    /// <param name="extraDelay">Waited in any case, on top of loading (faults only).</param>
    /// <param name="cancellationToken">Gives up: a load under way is abandoned.</param>
    public async Task UseAsync(LoadSettings settings, TimeSpan? keepAlive, TimeSpan extraDelay, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            var delay = extraDelay;
            lock (_lock)
            {
                DropIf(IsExpired || _loaded != settings);

                // A request that does not say keeps what the one that loaded it said.
                keepAlive ??= _loaded is null ? DefaultKeepAlive : _keepAlive;
                delay += _loaded is null && !options.Unpaced ? options.LoadDelay : TimeSpan.Zero;
            }

            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, options.Time, cancellationToken);
            }

            lock (_lock)
            {
                _loaded = settings;
                _uses++;
                KeepFor(keepAlive.Value);
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Gives a use back; its time in memory counts from here.</summary>
    public void EndUse()
    {
        lock (_lock)
        {
            _uses--;
            KeepFor(_keepAlive);
        }
    }

    /// <summary>Waits for a place among those that generate side by side.</summary>
    public Task EnterSlotAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    public void LeaveSlot() => _slots.Release();

    /// <summary>Takes the model out of memory: now, or as soon as its last user is done.</summary>
    public void Unload()
    {
        lock (_lock)
        {
            KeepFor(TimeSpan.Zero);
        }
    }

    /// <summary>Remembers the prompt; returns the part of it that the one before does not spare reading.</summary>
    public string ReadPrompt(string prompt)
    {
        lock (_lock)
        {
            var shared = prompt.AsSpan().CommonPrefixLength(_lastPrompt);
            _lastPrompt = prompt;
            return prompt[shared..];
        }
    }

    public void Dispose()
    {
        _loading.Dispose();
        _slots.Dispose();
    }

    private void KeepFor(TimeSpan keepAlive)
    {
        var now = options.Time.GetUtcNow();
        _keepAlive = keepAlive;
        _expiresAt = keepAlive > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + keepAlive;
    }

    private void DropIf(bool condition)
    {
        if (condition)
        {
            _loaded = null;
            _lastPrompt = "";
        }
    }
}
