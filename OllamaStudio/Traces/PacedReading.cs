using OllamaStudio.Core.Insights;

namespace OllamaStudio.Traces;

/// <summary>
/// What a page reads of all traces on a pool thread, since in a large store that takes its time: the page is drawn without it at first. While traces come it is read again, but not before
/// <see cref="Pause"/> is over, and after a reading that took long, later. All members are for the page's own thread.
/// </summary>
/// <typeparam name="TQuestion">What is asked for; equal ones have equal answers.</typeparam>
/// <typeparam name="TAnswer">What is read.</typeparam>
/// <param name="traces">What tells whether anything changed since.</param>
/// <param name="time">The clock.</param>
/// <param name="read">Reads, on a pool thread; the token tells that nobody waits for it any more.</param>
/// <param name="dispatch">Runs something on the page's own thread.</param>
/// <param name="told">Called there with each answer.</param>
public sealed class PacedReading<TQuestion, TAnswer>(ITraces traces, TimeProvider time, Func<TQuestion, CancellationToken, Task<TAnswer>> read, Action<Func<Task>> dispatch, Action told) : IDisposable
    where TQuestion : IEquatable<TQuestion>
{
    /// <summary>Least time between the end of a reading and the next one of the same.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    // It takes a tenth of one core at most.
    private const int LeastRest = 10;

    private CancellationTokenSource? _stop;
    private TQuestion? _question;
    private (long, long) _version;
    private bool _isRunning;
    private bool _isStale;
    private long _ended;
    private TimeSpan _rest;

    /// <summary>The last answer to what was asked last; nothing before <see cref="IsKnown"/>.</summary>
    public TAnswer? Answer { get; private set; }

    /// <summary>Whether there is an answer to what was asked last.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Asks; for the same as before only where something changed since.</summary>
    /// <param name="question">What.</param>
    /// <param name="isStale">Whether something else than traces changed.</param>
    public void Ask(TQuestion question, bool isStale = false)
    {
        if (_stop is null || _question is null || !_question.Equals(question))
        {
            Stop();
            (_stop, _question, _isStale, _rest) = (new CancellationTokenSource(), question, false, TimeSpan.Zero);
        }
        else
        {
            _isStale |= isStale;
            if (_isRunning || (!_isStale && _version == traces.Version))
            {
                return;
            }
        }

        _isRunning = true;
        var token = _stop.Token;
        dispatch(() => RunAsync(question, token));
    }

    /// <summary>Asks for nothing any more, and forgets the answer.</summary>
    public void Stop()
    {
        _stop?.Cancel();
        _stop?.Dispose();
        (_stop, _isRunning, IsKnown, Answer) = (null, false, false, default);
    }

    /// <inheritdoc />
    public void Dispose() => Stop();

    private async Task RunAsync(TQuestion question, CancellationToken stop)
    {
        try
        {
            do
            {
                if (_rest - time.GetElapsedTime(_ended) is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, time, stop);
                }

                (_version, _isStale) = (traces.Version, false);
                var began = time.GetTimestamp();
                var answer = await Task.Run(() => read(question, stop), stop);
                stop.ThrowIfCancellationRequested();
                var took = time.GetElapsedTime(began) * LeastRest;
                (Answer, IsKnown, _ended, _rest) = (answer, true, time.GetTimestamp(), took > Pause ? took : Pause);
                told();
            }
            while (!stop.IsCancellationRequested && (_isStale || _version != traces.Version));

            if (!stop.IsCancellationRequested)
            {
                _isRunning = false;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Something else is asked for.
        }
    }
}
