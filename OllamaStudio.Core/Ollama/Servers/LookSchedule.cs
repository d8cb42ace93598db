namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>
/// When the servers are looked at next, and how much is asked: see <see cref="ServerInterest"/>. With nobody interested
/// still once a minute, for <c>/readyz</c> and the log. Safe to use from any thread.
/// </summary>
internal sealed class LookSchedule(TimeProvider time) : IDisposable
{
    /// <summary>Time between two looks while somebody waits for what they find.</summary>
    public static readonly TimeSpan Close = TimeSpan.FromSeconds(5);

    /// <summary>Time between two looks else.</summary>
    public static readonly TimeSpan Distant = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly int[] _interested = new int[Enum.GetValues<ServerInterest>().Length];
    private readonly long?[] _looked = new long?[Enum.GetValues<LookScope>().Length];
    private readonly SemaphoreSlim _wake = new(0, 1);
    private long _turnsSince;
    private bool _isDemanded;

    /// <summary>Counts somebody in, until the result is disposed.</summary>
    public IDisposable Watch(ServerInterest interest)
    {
        lock (_gate)
        {
            if (_interested[(int)interest]++ == 0 && interest is ServerInterest.Turn)
            {
                _turnsSince = time.GetTimestamp();
            }
        }

        Wake();
        return new Watcher(this, interest);
    }

    /// <summary>Makes a look at everything due at once.</summary>
    public void Demand()
    {
        lock (_gate)
        {
            _isDemanded = true;
        }

        Wake();
    }

    /// <summary>A look begins.</summary>
    public void Begin(LookScope scope)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _looked[(int)LookScope.Running] = now;
            _looked[(int)scope] = now;
            if (scope is LookScope.All)
            {
                _looked[(int)LookScope.Ollama] = now;
                _isDemanded = false;
            }
        }
    }

    /// <summary>Waits until a look is due. One waiter at a time.</summary>
    /// <param name="isOllamaAwaited">Tells whether Ollama does not answer although it could be used.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<LookScope> WaitAsync(Func<bool> isOllamaAwaited, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (scope, wait) = Next(isOllamaAwaited());
            if (wait <= TimeSpan.Zero)
            {
                return scope;
            }

            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(Task.Delay(wait, time, timer.Token), _wake.WaitAsync(timer.Token));
            await timer.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _wake.Dispose();

    // None or less where it is due.
    private (LookScope Scope, TimeSpan Wait) Next(bool isOllamaAwaited)
    {
        lock (_gate)
        {
            var next = (Scope: LookScope.All, Wait: _isDemanded ? TimeSpan.Zero : Until(LookScope.All, IsAny(ServerInterest.Servers) ? Close : Distant));
            if (isOllamaAwaited && IsAny(ServerInterest.Page) && Until(LookScope.Ollama, Close) is var ollama && ollama < next.Wait)
            {
                next = (LookScope.Ollama, ollama);
            }

            if (IsAny(ServerInterest.Turn))
            {
                var begun = Close - time.GetElapsedTime(_turnsSince);
                var running = Until(LookScope.Running, Close) is var due && due > begun ? due : begun;
                if (running < next.Wait)
                {
                    next = (LookScope.Running, running);
                }
            }

            return next;
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception error) when (error is SemaphoreFullException or ObjectDisposedException)
        {
            // Another change was quicker, and one look at the schedule serves both; or nobody looks any more.
        }
    }

    private bool IsAny(ServerInterest interest) => _interested[(int)interest] > 0;

    private TimeSpan Until(LookScope scope, TimeSpan interval) =>
        _looked[(int)scope] is { } last ? interval - time.GetElapsedTime(last) : TimeSpan.Zero;

    private sealed class Watcher(LookSchedule schedule, ServerInterest interest) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                lock (schedule._gate)
                {
                    schedule._interested[(int)interest]--;
                }
            }
        }
    }
}
