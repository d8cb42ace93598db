using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>
/// How one destination stands: the last answer decides. A new destination starts afresh; what still comes back from an
/// older one is told to the older one's health and shown nowhere. Safe to use from any thread.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="endpoint">Where the destination is.</param>
/// <param name="answered">Tells whether anything ever answered there.</param>
internal sealed class ExportHealth(TimeProvider time, Uri endpoint, AnsweredServers answered)
{
    // However long a person lets an export take: an endpoint that is silent for this long is told of.
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time;
    private readonly Uri _endpoint = endpoint;
    private readonly AnsweredServers _answered = answered;
    private readonly Lock _gate = new();
    private Standing _standing = new(ExportState.Idle, null, null, null);

    /// <summary>Raised when the state turned to failing or waiting, or back, with the state before, on the thread that found out.</summary>
    public event Action<ExportState, Standing>? Turned;

    /// <summary>Raised when the state or the words of the last failure changed, on the thread that found out.</summary>
    public event Action? Changed;

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
        var (before, words) = (_standing.State, _standing.LastError);
        _standing = next;
        if (next.State != before || next.LastError != words)
        {
            Changed?.Invoke();
        }

        if (next.State != before && (IsTrouble(next.State) || IsTrouble(before)))
        {
            // Under the lock, so that two turns are told in their order. Listeners log and raise a signal, no more.
            Turned?.Invoke(before, next);
        }
    }

    private static bool IsTrouble(ExportState state) => state is ExportState.Failing or ExportState.Waiting;

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
            _health._answered.Add(_health._endpoint);
            lock (_health._gate)
            {
                _ended = true;
                _health.Turn(_health._standing with { State = ExportState.Healthy, LastSuccess = _health._time.GetUtcNow() });
            }
        }

        /// <summary>A test was accepted: trouble is over. It is no success of the export's own.</summary>
        public void Recovered()
        {
            if (IsTrouble(_health.Current.State))
            {
                Succeeded();
            }
        }

        /// <summary>It failed.</summary>
        /// <param name="answer">What came of it; its words must be there.</param>
        public void Failed(ExportAnswer answer)
        {
            if (answer.Status is not null)
            {
                _health._answered.Add(_health._endpoint);
            }

            // Gone after it worked is a failure; not there yet is none.
            var state = answer.NothingListens && !_health._answered.Contains(_health._endpoint) ? ExportState.Waiting : ExportState.Failing;
            lock (_health._gate)
            {
                _ended = true;
                Fail(answer.Error!, state);
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

        private void Fail(string error, ExportState state = ExportState.Failing) =>
            _health.Turn(_health._standing with { State = state, LastFailure = _health._time.GetUtcNow(), LastError = error });
    }
}
