using System.Collections.Concurrent;

namespace OllamaStudio.Tests.Support;

/// <summary>Lets tests wait until something is so: whoever changes anything says that it is worth another look.</summary>
internal sealed class ConditionWaits
{
    private readonly ConcurrentDictionary<Waiter, bool> _waiters = new();

    /// <summary>Returns once the condition holds, at once or after a change.</summary>
    public async Task WaitUntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(condition);
        _waiters.TryAdd(waiter, true);
        try
        {
            waiter.Look();
            await waiter.Done.Task.WaitAsync(OtlpReceiver.Guard, cancellationToken);
        }
        finally
        {
            _waiters.TryRemove(waiter, out _);
        }
    }

    /// <summary>Something changed.</summary>
    public void LookAgain()
    {
        foreach (var waiter in _waiters.Keys)
        {
            waiter.Look();
        }
    }

    private sealed class Waiter(Func<bool> condition)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Look()
        {
            if (condition())
            {
                Done.TrySetResult();
            }
        }
    }
}
