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
        using var place = Queue();
        var runner = _runners.AddOrUpdate(
            model.Name,
            static (_, added) => new Runner(added.Model, added.Options),
            static (_, current, added) => current.Model == added.Model ? current : new Runner(added.Model, added.Options),
            (Model: model, Options: options));
        await runner.UseAsync(settings, keepAlive, extraDelay, cancellationToken);
        return new RunnerLease(runner, Queue);
    }

    /// <summary>Takes a model out of memory as soon as nobody uses it.</summary>
    public void Unload(ModelName name)
    {
        if (_runners.TryGetValue(name, out var runner))
        {
            runner.Unload();
        }
    }

    /// <summary>Forgets a model that was deleted; who still uses it finishes with it.</summary>
    public void Forget(ModelName name)
    {
        Unload(name);
        _runners.TryRemove(name, out _);
    }

    public void Dispose()
    {
        foreach (var runner in _runners.Values)
        {
            runner.Dispose();
        }
    }

    /// <summary>A place in the queue; 503 where it is full.</summary>
    private QueuePlace Queue()
    {
        if (Interlocked.Increment(ref _pending) > options.MaxPending)
        {
            Interlocked.Decrement(ref _pending);
            throw WireException.Busy();
        }

        return new QueuePlace(this);
    }

    private sealed class QueuePlace(RunnerPool pool) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref pool._pending);
    }
}
