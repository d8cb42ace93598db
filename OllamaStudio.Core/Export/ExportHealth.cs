namespace OllamaStudio.Core.Export;

/// <summary>
/// How one destination stands: the last answer decides. A new destination starts afresh; what still comes back from an
/// older one is told to the older one's health and shown nowhere. Safe to use from any thread.
/// </summary>
internal sealed class ExportHealth(TimeProvider time)
{
    // However long a person lets an export take: an endpoint that is silent for this long is told of.
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time;
    private readonly Lock _gate = new();
    private Standing _standing = new(ExportState.Idle, null, null, null);

    /// <summary>Raised when the state turned to failing (with the reason) or back (null), on the thread that found out.</summary>
    public event Action<string?>? Turned;

    /// <summary>The standing now.</summary>
    public Standing Current
    {
        get
        {
            lock (_gate)
            {
                return _standing;
            }
        }
    }

    /// <summary>A request goes out. Silence counts as failing after ten seconds, until it ends one way or the other.</summary>
    public Attempt Begin(string host) => new(this, host);

    private void Turn(Standing next)
    {
        var turned = (_standing.State == ExportState.Failing) != (next.State == ExportState.Failing);
        _standing = next;
        if (turned)
        {
            // Under the lock, so that two turns are told in their order. Listeners log and raise a signal, no more.
            Turned?.Invoke(next.State == ExportState.Failing ? next.LastError : null);
        }
    }

    /// <summary>A destination's standing; the error stays readable after recovery.</summary>
    internal sealed record Standing(ExportState State, DateTimeOffset? LastSuccess, DateTimeOffset? LastFailure, string? LastError);

    /// <summary>One request under way.</summary>
    internal sealed class Attempt : IDisposable
    {
        private readonly ExportHealth _health;
        private readonly string _host;
        private readonly ITimer _silence;
        private bool _ended;

        internal Attempt(ExportHealth health, string host)
        {
            _health = health;
            _host = host;
            _silence = health._time.CreateTimer(static state => ((Attempt)state!).FallSilent(), this, SilenceLimit, Timeout.InfiniteTimeSpan);
        }

        /// <summary>It was accepted.</summary>
        public void Succeeded()
        {
            lock (_health._gate)
            {
                _ended = true;
                _health.Turn(_health._standing with { State = ExportState.Healthy, LastSuccess = _health._time.GetUtcNow() });
            }
        }

        /// <summary>It failed.</summary>
        public void Failed(string error)
        {
            lock (_health._gate)
            {
                _ended = true;
                Fail(error);
            }
        }

        /// <summary>Ends the watch over it.</summary>
        public void Dispose() => _silence.Dispose();

        private void FallSilent()
        {
            lock (_health._gate)
            {
                if (!_ended)
                {
                    Fail(ExportAnswerReader.NoAnswer(_host, SilenceLimit));
                }
            }
        }

        private void Fail(string error) =>
            _health.Turn(_health._standing with { State = ExportState.Failing, LastFailure = _health._time.GetUtcNow(), LastError = error });
    }
}
