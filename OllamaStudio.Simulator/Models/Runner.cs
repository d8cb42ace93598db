using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Models;

/// <summary>
/// One model in memory, or on its way there. Whoever uses it holds a use; while nobody does, it stays until its
/// time is over. Expiry is computed when somebody looks, so no timer has to fire. Safe for concurrent use.
/// </summary>
internal sealed class Runner(DemoModel model, SimulatorOptions options) : IDisposable
{
    public static readonly TimeSpan DefaultKeepAlive = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly SemaphoreSlim _slots = new(options.Slots, options.Slots);
    private LoadSettings? _loaded;
    private TaskCompletionSource? _idle;
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
                DropIfExpired();
                return _loaded is null ? null : (_loaded, _expiresAt);
            }
        }
    }

    /// <summary>Loads the model where it is not, reloads it where it was loaded otherwise, and takes a use of it.</summary>
    /// <param name="settings">What to load it with.</param>
    /// <param name="keepAlive">How long it stays after the last use; null for five minutes.</param>
    /// <param name="extraDelay">Waited in any case, on top of loading (faults only).</param>
    /// <param name="cancellationToken">Gives up: a load under way is abandoned.</param>
    public async Task UseAsync(LoadSettings settings, TimeSpan? keepAlive, TimeSpan extraDelay, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            await MakeRoomAsync(settings, cancellationToken);
            var delay = (State is null && !options.Unpaced ? options.LoadDelay : TimeSpan.Zero) + extraDelay;
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, options.Time, cancellationToken);
            }

            lock (_lock)
            {
                _loaded = settings;
                _uses++;
                _keepAlive = keepAlive ?? DefaultKeepAlive;
                Extend();
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
        TaskCompletionSource? idle = null;
        lock (_lock)
        {
            _uses--;
            Extend();
            if (_uses == 0)
            {
                DropIfExpired();
                idle = _idle;
                _idle = null;
            }
        }

        idle?.SetResult();
    }

    /// <summary>Waits for a place among those that generate side by side.</summary>
    public Task EnterSlotAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    public void LeaveSlot() => _slots.Release();

    /// <summary>Takes the model out of memory: now, or as soon as its last user is done.</summary>
    public void Unload()
    {
        lock (_lock)
        {
            _keepAlive = TimeSpan.Zero;
            Extend();
            DropIfExpired();
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

    /// <summary>Other settings need a reload, and that waits for everybody who still uses the old ones.</summary>
    private async Task MakeRoomAsync(LoadSettings settings, CancellationToken cancellationToken)
    {
        Task? idle = null;
        lock (_lock)
        {
            DropIfExpired();
            if (_loaded is null || _loaded == settings)
            {
                return;
            }

            if (_uses > 0)
            {
                _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                idle = _idle.Task;
            }
        }

        if (idle is not null)
        {
            await idle.WaitAsync(cancellationToken);
        }

        lock (_lock)
        {
            Drop();
        }
    }

    private void Extend()
    {
        var now = options.Time.GetUtcNow();
        _expiresAt = _keepAlive > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + _keepAlive;
    }

    private void DropIfExpired()
    {
        if (_uses == 0 && options.Time.GetUtcNow() >= _expiresAt)
        {
            Drop();
        }
    }

    private void Drop()
    {
        _loaded = null;
        _lastPrompt = "";
    }
}

/// <summary>The use of a loaded model by one request; disposing it gives slot and model back.</summary>
internal sealed class RunnerLease(Runner runner, Func<IDisposable> queue) : IDisposable
{
    private bool _inSlot;

    /// <summary>Waits for a place to generate in; waiting counts as pending.</summary>
    public async Task EnterSlotAsync(CancellationToken cancellationToken)
    {
        using var place = queue();
        await runner.EnterSlotAsync(cancellationToken);
        _inSlot = true;
    }

    /// <summary>The part of the prompt that has to be read, the rest being known from the prompt before.</summary>
    public string ReadPrompt(string prompt) => runner.ReadPrompt(prompt);

    public void Dispose()
    {
        if (_inSlot)
        {
            runner.LeaveSlot();
        }

        runner.EndUse();
    }
}
