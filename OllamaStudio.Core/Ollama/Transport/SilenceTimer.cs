namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>Reports how long a stream has been silent, again and again, until it is heard or over.</summary>
internal sealed class SilenceTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly IProgress<OllamaSilence> _listener;
    private readonly ITimer _timer;
    private long _since;
    private volatile bool _hasBegun;

    public SilenceTimer(TimeProvider time, TimeSpan interval, IProgress<OllamaSilence> listener)
    {
        (_time, _interval, _listener, _since) = (time, interval, listener, time.GetTimestamp());
        _timer = time.CreateTimer(static self => ((SilenceTimer)self!).Report(), this, interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something came.</summary>
    public void Heard()
    {
        Volatile.Write(ref _since, _time.GetTimestamp());
        _hasBegun = true;
        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private void Report()
    {
        try
        {
            _listener.Report(new OllamaSilence(_time.GetElapsedTime(Volatile.Read(ref _since)), _hasBegun));
        }
        catch (Exception)
        {
            // A listener's fault is not the answer's, and on a timer's thread it would end the process.
        }

        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }
}
