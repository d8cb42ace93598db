using Microsoft.Data.Sqlite;

namespace OllamaStudio.Core.Storage;

/// <summary>The writes that wait for <see cref="StoreWriter"/>, in their order and the urgent ones first. Safe to use from any thread.</summary>
internal sealed class WriteQueue
{
    // Short enough that a turn never waits long behind the spans of others.
    private const int MaxBatch = 256;
    private const long MaxBatchBytes = 4 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<StoreWrite> _urgent = [];
    private readonly Queue<StoreWrite> _ordinary = [];
    private bool _isClosed;
    private long _bytes;

    /// <summary>Bytes that wait or are being written.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Adds one; false where no more are taken.</summary>
    public bool TryAdd(StoreWrite write, bool urgent)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            (urgent ? _urgent : _ordinary).Enqueue(write);
            Interlocked.Add(ref _bytes, write.Bytes);
            return true;
        }
    }

    /// <summary>Takes those that go into one transaction; none where none waits. Maintenance comes by itself.</summary>
    public List<StoreWrite> Take()
    {
        var batch = new List<StoreWrite>();
        long bytes = 0;
        lock (_gate)
        {
            while (batch.Count < MaxBatch && bytes < MaxBatchBytes && (_urgent.TryPeek(out var next) || _ordinary.TryPeek(out next)))
            {
                if (next.IsMaintenance && batch.Count > 0)
                {
                    break;
                }

                (_urgent.Count > 0 ? _urgent : _ordinary).Dequeue();
                batch.Add(next);
                bytes += next.Bytes;
                if (next.IsMaintenance)
                {
                    break;
                }
            }
        }

        return batch;
    }

    /// <summary>Puts back what could not be written, before all others and in its order: it has waited longest, and its rank does not matter any more.</summary>
    public void PutBack(List<StoreWrite> batch)
    {
        lock (_gate)
        {
            StoreWrite[] others = [.. _urgent];
            _urgent.Clear();
            foreach (var write in batch.Concat(others))
            {
                _urgent.Enqueue(write);
            }
        }
    }

    /// <summary>It was written, or given up.</summary>
    public void End(StoreWrite write)
    {
        Interlocked.Add(ref _bytes, -write.Bytes);
        write.Done.TrySetResult();
    }

    /// <summary>Takes no more, and cancels what waits.</summary>
    public void Cancel(CancellationToken token)
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (var left in _urgent.Concat(_ordinary))
            {
                left.Done.TrySetCanceled(token);
            }

            _urgent.Clear();
            _ordinary.Clear();
        }
    }
}

/// <summary>Something to be written.</summary>
/// <param name="Write">Writes; may run more than once.</param>
/// <param name="Bytes">About how much memory waits with it.</param>
internal sealed record StoreWrite(Action<SqliteConnection> Write, long Bytes)
{
    /// <summary>Whether it runs by itself and outside of any transaction.</summary>
    public bool IsMaintenance { get; init; }

    /// <summary>Ends with the commit.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
