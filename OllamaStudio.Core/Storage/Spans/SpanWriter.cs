using System.Collections.Immutable;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>
/// Gathers spans that ended for up to a second, or 512 of them, and stores them in one write. What waits is bounded by
/// <see cref="MaxBytes"/>; further spans are counted and not kept. Until they are committed they can be read in <see cref="Pending"/>.
/// </summary>
internal sealed partial class SpanWriter : ISpanStore, ISessionEraser, IHostedService, IAsyncDisposable
{
    /// <summary>Most memory that waiting spans take: some 10 seconds of a very busy studio, or minutes of a full disk.</summary>
    public const long MaxBytes = 32 * 1024 * 1024;

    /// <summary>So many spans are written without waiting for more.</summary>
    public const int EnoughSpans = 512;

    /// <summary>Most spans of one write, so that a turn that waits for its own is not kept waiting.</summary>
    private const int MaxBatch = 2_048;

    // Conversations of this run of which nothing is stored: deleted or temporary ones. Of one before the newest 10,000 late spans would be.
    private const int MaxRefused = 10_000;

    private static readonly TimeSpan GatheringTime = TimeSpan.FromSeconds(1);

    private readonly StudioDatabase _database;
    private readonly StoreWriter _writer;
    private readonly SpanFeed _feed;
    private readonly RollupStore? _rollups;
    private readonly TimeProvider _time;
    private readonly ILogger<SpanWriter> _logger;
    private readonly ChangeSignal _changed;
    private readonly CancellationTokenSource _stop = new();
    private readonly AsyncResetEvent _work = new();
    private readonly AsyncResetEvent _enough = new();
    private readonly Lock _gate = new();
    private readonly Queue<SpanRecord> _gathered = [];
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly Queue<string> _refusedByAge = [];
    private readonly Task _running;
    private ImmutableArray<SpanRecord> _written = [];
    private TaskCompletionSource _committed = NewCommit();
    private long _bytes;
    private long _lost;
    private long _taken;
    private long _version;
    private volatile bool _isFlushing;

    public SpanWriter(StudioDatabase database, StoreWriter writer, TimeProvider time, ILogger<SpanWriter> logger, SpanFeed feed, RollupStore? rollups = null, long maxBytes = MaxBytes)
    {
        (_database, _writer, _time, _logger, _feed, _rollups, Capacity) = (database, writer, time, logger, feed, rollups, maxBytes);
        _changed = new ChangeSignal(time);
        _database.Renewed += StoreAgain;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Most bytes that wait.</summary>
    public long Capacity { get; }

    /// <summary>Spans that were not stored since start, because the bound was reached or a write was at fault.</summary>
    public long LostSpanCount => Volatile.Read(ref _lost);

    /// <summary>Spans that were taken since start.</summary>
    public long TakenSpanCount => Volatile.Read(ref _taken);

    /// <summary>Grows with each commit of spans, and when stored traces were deleted.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>The spans that wait or are being written, in the order they came. Taken before a read, it and what is read hold every span that was added before.</summary>
    public IReadOnlyList<SpanRecord> Pending
    {
        get
        {
            lock (_gate)
            {
                return [.. _written, .. _gathered];
            }
        }
    }

    /// <summary>Tells of every change of <see cref="Version"/>, some milliseconds later.</summary>
    public IDisposable Subscribe(Action changed) => _changed.Subscribe(changed);

    /// <inheritdoc />
    public void Add(SpanRecord span)
    {
        if (span.IsRunning)
        {
            return;
        }

        var bytes = SizeOf(span);
        var session = SpanFacts.SessionId(span);
        lock (_gate)
        {
            if (session is not null && _refused.Contains(session))
            {
                return;
            }

            if (_bytes + bytes > Capacity)
            {
                _lost++;
                return;
            }

            _bytes += bytes;
            _taken++;
            _gathered.Enqueue(span);
            if (_gathered.Count >= EnoughSpans)
            {
                _enough.Set();
            }
        }

        _work.Set();
    }

    /// <inheritdoc />
    public async Task AddAsync(IReadOnlyList<SpanRecord> spans, CancellationToken cancellationToken)
    {
        // Past the bound of what waits: it is one piece at a time.
        foreach (var piece in spans.Where(static span => !span.IsRunning).Chunk(EnoughSpans))
        {
            StoredSpan[] batch = [.. piece.Select(static span => new StoredSpan(span))];
            await _writer.WriteAsync(connection => SpanBatch.Write(connection, batch), piece.Sum(SizeOf)).WaitAsync(cancellationToken);
            Changed();
        }
    }

    /// <inheritdoc />
    public void Refuse(string sessionId)
    {
        lock (_gate)
        {
            if (_refused.Add(sessionId))
            {
                _refusedByAge.Enqueue(sessionId);
            }

            if (_refusedByAge.Count > MaxRefused)
            {
                _refused.Remove(_refusedByAge.Dequeue());
            }
        }
    }

    /// <inheritdoc />
    public async Task EraseAsync(string sessionId)
    {
        // Whatever of it still happens does not come back.
        Refuse(sessionId);
        await FlushAsync();
        await _writer.WriteAsync(
            connection => connection.Execute("DELETE FROM trace WHERE session = @sessionId OR id IN (SELECT trace FROM span WHERE session = @sessionId)", new { sessionId }), bytes: 0);
        _feed.Forget(sessionId);
        Changed();
        await _writer.CheckpointAsync();
    }

    /// <inheritdoc />
    public void Restore(string sessionId)
    {
        lock (_gate)
        {
            _refused.Remove(sessionId);
        }
    }

    /// <summary>Ends when the spans that were added before are committed.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        _isFlushing = true;
        try
        {
            while (Pending.Count > 0)
            {
                var committed = Volatile.Read(ref _committed).Task;
                _enough.Set();
                if (Pending.Count > 0)
                {
                    await committed.WaitAsync(cancellationToken);
                }
            }
        }
        finally
        {
            _isFlushing = false;
        }
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stores what waits, while the store can be written and the host waits.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_writer.Status.IsSaving)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>May come more than once: the container has it under several names.</summary>
    public async ValueTask DisposeAsync()
    {
        _database.Renewed -= StoreAgain;
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _changed.Dispose();
    }

    /// <summary>Says that stored traces changed by other hands.</summary>
    internal void Changed()
    {
        Interlocked.Increment(ref _version);
        _changed.Raise();
        _rollups?.Raise();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await _work.WaitAsync(_stop.Token);
            _work.Reset();
            while (HasGathered() && !_stop.IsCancellationRequested)
            {
                if (!_isFlushing)
                {
                    await GatherAsync();
                }

                _enough.Reset();
                await WriteAsync(Take());
            }
        }
    }

    private bool HasGathered()
    {
        lock (_gate)
        {
            return _gathered.Count > 0;
        }
    }

    private async Task GatherAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var time = Task.Delay(GatheringTime, _time, limit.Token);
        await Task.WhenAny(_enough.WaitAsync(limit.Token), time);
        await limit.CancelAsync();
    }

    private ImmutableArray<SpanRecord> Take()
    {
        lock (_gate)
        {
            var batch = ImmutableArray.CreateBuilder<SpanRecord>(Math.Min(_gathered.Count, MaxBatch));
            while (batch.Count < MaxBatch && _gathered.TryDequeue(out var span))
            {
                batch.Add(span);
            }

            return _written = batch.ToImmutable();
        }
    }

    private async Task WriteAsync(ImmutableArray<SpanRecord> spans)
    {
        var bytes = spans.Sum(SizeOf);
        try
        {
            while (!_writer.HasRoom(bytes) && _writer.QueuedBytes > 0)
            {
                await Task.Delay(GatheringTime, _time, _stop.Token);
            }

            StoredSpan[] batch = [.. spans.Select(static span => new StoredSpan(span))];
            await _writer.WriteAsync(connection => SpanBatch.Write(connection, batch), bytes);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The writer has logged it; one batch is lost, and the next may do better.
            Interlocked.Add(ref _lost, spans.Length);
            LogLost(_logger, spans.Length, problem.GetType());
        }

        lock (_gate)
        {
            _bytes -= bytes;
            _written = [];
        }

        Changed();
        Interlocked.Exchange(ref _committed, NewCommit()).TrySetResult();
    }

    // The file was made anew: what is still known of the past goes into it.
    private void StoreAgain()
    {
        foreach (var span in _feed.Traces.Reverse().SelectMany(static trace => trace.Spans))
        {
            Add(span);
        }
    }

    private static TaskCompletionSource NewCommit() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Two bytes a character, and the objects around them.
    private static long SizeOf(SpanRecord span) => (SpanValues.LengthOf(span) * 2) + (span.Attributes.Length * 64) + 512;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} spans could not be stored: {ErrorType}")]
    private static partial void LogLost(ILogger logger, int count, Type errorType);
}
