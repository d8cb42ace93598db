using System.Runtime.InteropServices;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Tells whoever reads several counts whether they are of one moment. Whoever changes more than one of them says when that begins and when it is
/// done, which costs two interlocked operations and never waits; the reader looks again. Safe to use from any thread.
/// </summary>
/// <param name="settled">Called when a change is done and no other is under way, on the thread that was the last; null for nobody.</param>
internal sealed class CountGuard(Action? settled = null)
{
    // A change takes microseconds, but for one that deletes files. Whoever reads is not kept for longer than that is worth.
    private const int MaxLooks = 50;

    private long _begun;
    private long _done;

    /// <summary>Counts change from here on until the result is disposed.</summary>
    public Change Begin()
    {
        Interlocked.Increment(ref _begun);
        return new Change(this);
    }

    /// <summary>Reads counts.</summary>
    /// <param name="read">Reads them; may be called several times.</param>
    /// <returns>What was read, and whether it is of one moment: under load it may never be.</returns>
    public (T Read, bool IsOfOneMoment) Read<T>(Func<T> read)
    {
        var wait = new SpinWait();
        for (var looks = 1; ; looks++)
        {
            // No change was under way at any time between the two looks where as many had begun at the end as were done at the beginning.
            var done = Volatile.Read(ref _done);
            var value = read();
            Interlocked.MemoryBarrier();
            var isOfOneMoment = Volatile.Read(ref _begun) == done;
            if (isOfOneMoment || looks == MaxLooks)
            {
                return (value, isOfOneMoment);
            }

            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void End()
    {
        var done = Interlocked.Increment(ref _done);
        if (settled is not null && Volatile.Read(ref _begun) == done)
        {
            settled();
        }
    }

    /// <summary>A change under way.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly ref struct Change(CountGuard guard)
    {
        /// <summary>It is done.</summary>
        public void Dispose() => guard.End();
    }
}
