using System.Collections.Concurrent;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Models;

/// <summary>The models in memory, at most one runner a model, and the queue in front of them.</summary>
internal sealed class RunnerPool(SimulatorOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<ModelName, Runner> _runners = new();
    private int _pending;

    /// <summary>Requests that wait for a model or a slot.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Those in memory, the one that stays longest first.</summary>
    public IReadOnlyList<(DemoModel Model, LoadSettings Settings, DateTimeOffset ExpiresAt)> Loaded() =>
    [
        .. _runners.Values
            .Select(static runner => (runner.Model, runner.State))
            .Where(static entry => entry.State is not null)
            .Select(static entry => (entry.Model, entry.State!.Value.Settings, entry.State.Value.ExpiresAt))
            .OrderByDescending(static entry => entry.ExpiresAt),
    ];

    /// <summary>Loads a model where need be and takes a use of it; dispose the lease to give it back.</summary>
    public async Task<RunnerLease> LoadAsync(DemoModel model, LoadSettings settings, TimeSpan? keepAlive, TimeSpan extraDelay, CancellationToken cancellationToken)
    {
        var runner = _runners.AddOrUpdate(
            model.Name,
            _ => new Runner(model, options),
            (_, current) => current.Model == model ? current : new Runner(model, options));
        await WaitAsync(() => runner.UseAsync(settings, keepAlive, extraDelay, cancellationToken));
        return new RunnerLease(runner, this);
    }

    /// <summary>Waits as one of the pending requests; 503 where they are too many.</summary>
    public async Task WaitAsync(Func<Task> wait)
    {
        try
        {
            await (Interlocked.Increment(ref _pending) > options.MaxPending ? throw WireException.Busy() : wait());
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    /// <summary>Takes a model out of memory as soon as nobody uses it.</summary>
    public void Unload(ModelName name) => _runners.GetValueOrDefault(name)?.Unload();

    /// <summary>Forgets a model that was deleted; who still uses it finishes with it.</summary>
    public void Forget(ModelName name) => _runners.TryRemove(name, out _);

    public void Dispose()
    {
        foreach (var runner in _runners.Values)
        {
            runner.Dispose();
        }
    }
}

/// <summary>The use of a loaded model by one request; disposing it gives slot and model back.</summary>
internal sealed class RunnerLease(Runner runner, RunnerPool pool) : IDisposable
{
    private bool _inSlot;

    /// <summary>Waits for a place to generate in.</summary>
    public async Task EnterSlotAsync(CancellationToken cancellationToken)
    {
        await pool.WaitAsync(() => runner.EnterSlotAsync(cancellationToken));
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
