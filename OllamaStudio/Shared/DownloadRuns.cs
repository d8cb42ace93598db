using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Shared;

/// <summary>What a download has that is long enough to be watched.</summary>
public enum DownloadKind
{
    /// <summary>All conversations.</summary>
    Everything,

    /// <summary>Traces, or the model calls in them.</summary>
    Traces,
}

/// <summary>
/// The long downloads of the whole studio, whichever page began them: the last one of each kind, running or ended. The browser writes the file and
/// shows its bytes; how much of what there is has been written, and that a file is not whole, is known here. Safe to use from any thread.
/// </summary>
public sealed class DownloadRuns(TimeProvider time) : IDisposable
{
    private readonly ChangeSignal _changed = new(time, TimeSpan.FromMilliseconds(200)); // what a person sees move
    private readonly DownloadRun?[] _last = new DownloadRun?[Enum.GetValues<DownloadKind>().Length];

    /// <summary>Calls <paramref name="changed"/> after one began, went on or ended, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _changed.Subscribe(changed);

    /// <summary>The last one of that kind; null where there was none.</summary>
    public DownloadRun? Find(DownloadKind kind) => Volatile.Read(ref _last[(int)kind]);

    /// <summary>One begins; it has broken off where it is disposed before <see cref="DownloadRun.Complete"/>.</summary>
    /// <param name="kind">What it has.</param>
    /// <param name="abort">Cuts the connection: a browser takes what it has then for no file.</param>
    public DownloadRun Begin(DownloadKind kind, Action abort)
    {
        var run = new DownloadRun(abort, _changed.Raise);
        Volatile.Write(ref _last[(int)kind], run);
        _changed.Raise();
        return run;
    }

    /// <summary>A person has read what became of it; nothing where another began meanwhile.</summary>
    public void Forget(DownloadKind kind, DownloadRun run)
    {
        if (Interlocked.CompareExchange(ref _last[(int)kind], null, run) == run)
        {
            _changed.Raise();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _changed.Dispose();
}
