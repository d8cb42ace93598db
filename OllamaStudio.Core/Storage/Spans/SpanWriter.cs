using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
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
    public const int EnoughSpans = ISpanStore.MostAtOnce;

    /// <summary>Most spans of one write, so that a turn that waits for its own is not kept waiting.</summary>
    private const int MaxBatch = 2_048;

    private static readonly TimeSpan GatheringTime = TimeSpan.FromSeconds(1);

    private readonly StudioDatabase _database;
    private readonly StoreWriter _writer;
    private readonly SpanFeed _feed;
    private readonly RollupStore? _rollups;
    private readonly ISettings? _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<SpanWriter> _logger;
    private readonly SpanQueue _queue;
    private readonly ChangeSignal _changed;
    private readonly CancellationTokenSource _stop = new();
    private readonly AsyncResetEvent _work = new();
    private readonly AsyncResetEvent _enough = new();
    private readonly Task _running;
    private TaskCompletionSource _committed = NewCommit();
    private long _version;
    private int _flushing;

    public SpanWriter(
        StudioDatabase database, StoreWriter writer, TimeProvider time, ILogger<SpanWriter> logger, SpanFeed feed, RollupStore? rollups = null, ISettings? settings = null, long maxBytes = MaxBytes)
    {
        (_database, _writer, _settings, _time, _logger, _feed, _rollups, _queue) = (database, writer, settings, time, logger, feed, rollups, new SpanQueue(maxBytes));
        _changed = new ChangeSignal(time);
        _database.Renewed += StoreAgain;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Spans that were not stored since start, because the bound was reached or a write was at fault.</summary>
    public long LostSpanCount => _queue.Lost;

    /// <summary>Spans that were taken since start.</summary>
    public long TakenSpanCount => _queue.Added;

    /// <summary>Grows with each commit of spans, and when stored traces were deleted.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>The spans that wait or are being written, in the order they came. Taken before a read, it and what is read hold every span that was added before.</summary>
    public IReadOnlyList<SpanRecord> Pending => _queue.All;

    /// <summary>Tells of every change of <see cref="Version"/>, some milliseconds later.</summary>
    public IDisposable Subscribe(Action changed) => _changed.Subscribe(changed);

    /// <inheritdoc />
    public void Add(SpanRecord span)
    {
        if (!span.IsRunning && _queue.TryAdd(span))
        {
            _work.Set();
            if (_queue.Count >= EnoughSpans)
            {
                _enough.Set();
            }
        }
    }

    /// <inheritdoc />
    public void Decide(string traceId, bool isSampled)
    {
        if (_queue.TryDecide(traceId, isSampled))
        {
            _work.Set();
        }
        else
        {
            LogNotDecided(_logger, traceId);
        }
    }

    /// <inheritdoc />
    public async Task<SpanIntake> ImportAsync(IReadOnlyList<SpanRecord> spans, CancellationToken cancellationToken)
    {
        // Past the bound of what waits: it is one piece at a time.
        StoredSpan[] batch = [.. spans.Where(static span => !span.IsRunning).Select(static span => new StoredSpan(span))];
        var intake = new SpanIntake(0, 0, 0);
        var whose = 0; // the writer's, once it has begun, or theirs who gave up
        var write = _writer.WriteAsync(
            connection =>
            {
                if (Interlocked.CompareExchange(ref whose, 1, 0) < 2)
                {
                    intake = SpanBatch.Import(connection, batch, _time.GetUtcNow() - TimeSpan.FromDays((_settings?.Current.Storage ?? new StorageSettings()).SpanDays));
                }
            }, spans.Sum(SpanQueue.SizeOf));
        try
        {
            await write.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (Interlocked.CompareExchange(ref whose, 2, 0) == 1 && _writer.Status.IsSaving)
        {
            await write; // too late: it is a matter of milliseconds, and counts
        }

        Changed();
        return intake;
    }

    /// <summary>Ends when the spans that were added before, and what was decided of them, are committed.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var (last, lastDecision) = (_queue.Added, _queue.DecisionsAdded);
        Interlocked.Increment(ref _flushing);
        try
        {
            while (true)
            {
                var committed = Volatile.Read(ref _committed).Task;
                if (_queue.Done >= last && _queue.DecisionsDone >= lastDecision)
                {
                    return;
                }

                _enough.Set();
                await committed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _flushing);
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
        await _stop.CancelAsync();
        await _running;
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
        try
        {
            await SettleAsync();
            while (true)
            {
                await _work.WaitAsync(_stop.Token);
                _work.Reset();
                while (_queue.HasWork)
                {
                    if (Volatile.Read(ref _flushing) == 0)
                    {
                        await GatherAsync();
                    }

                    _enough.Reset();
                    await WriteAsync(_queue.Take(MaxBatch), _queue.TakeDecisions());
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The studio ends, the store before this: whoever waits for a commit waits no longer.
            Volatile.Read(ref _committed).TrySetCanceled();
        }
    }

    // What was open when a studio was killed was held in its memory, and so went nowhere.
    private async Task SettleAsync()
    {
        try
        {
            await _writer.WriteAsync(SpanDecisions.Settle, bytes: 0).WaitAsync(_stop.Token);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            LogNotSettled(_logger, problem.GetType()); // the writer has logged it; the next start tries again
        }
    }

    private async Task GatherAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var time = Task.Delay(GatheringTime, _time, limit.Token);
        await Task.WhenAny(_enough.WaitAsync(limit.Token), time);
        await limit.CancelAsync();
    }

    private async Task WriteAsync(ImmutableArray<SpanRecord> spans, ImmutableArray<(string TraceId, bool IsSampled)> decisions)
    {
        var bytes = spans.Sum(SpanQueue.SizeOf) + (decisions.Length * 100);
        var areLost = false;
        try
        {
            while (!_writer.HasRoom(bytes) && _writer.QueuedBytes > 0)
            {
                await Task.Delay(GatheringTime, _time, _stop.Token);
            }

            StoredSpan[] batch = [.. spans.Select(static span => new StoredSpan(span))];
            await _writer.WriteAsync(
                connection =>
                {
                    SpanBatch.Write(connection, batch);
                    SpanDecisions.Write(connection, decisions);
                }, bytes).WaitAsync(_stop.Token);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The writer has logged it; one batch is lost, and the next may do better.
            areLost = true;
            LogLost(_logger, spans.Length, problem.GetType());
        }

        _queue.Finish(areLost);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether trace {TraceId} is exported is not stored: too many decisions wait")]
    private static partial void LogNotDecided(ILogger logger, string traceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Traces that were undecided when the studio ended could not be settled: {ErrorType}")]
    private static partial void LogNotSettled(ILogger logger, Type errorType);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} spans could not be stored: {ErrorType}")]
    private static partial void LogLost(ILogger logger, int count, Type errorType);
}
