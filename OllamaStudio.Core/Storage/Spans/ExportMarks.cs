using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>
/// Marks stored spans as exported: gathers for <see cref="GatheringTime"/>, by when the spans themselves are stored, and then marks each by its
/// ids. At most <see cref="Most"/> wait; further ones are not marked, and that is logged.
/// </summary>
internal sealed partial class ExportMarks(StoreWriter store, SpanWriter spans, TimeProvider time, ILogger<ExportMarks> logger) : BackgroundService, IExportedSpans
{
    /// <summary>Most that wait: some 10 MB.</summary>
    public const int Most = 50_000;

    internal const string MarkSql = "UPDATE span SET exported = 1 WHERE trace = (SELECT id FROM trace WHERE trace = @Trace) AND span = @Span";

    // Of one write, so that a turn that waits for its own is not kept waiting.
    private const int AtOnce = 512;

    private static readonly TimeSpan GatheringTime = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly AsyncResetEvent _work = new();
    private List<(string TraceId, string SpanId)> _waiting = [];

    /// <inheritdoc />
    public void Add(IReadOnlyList<(string TraceId, string SpanId)> spans)
    {
        lock (_gate)
        {
            if (_waiting.Count + spans.Count > Most)
            {
                LogNotMarked(logger, spans.Count);
                return;
            }

            _waiting.AddRange(spans);
        }

        _work.Set();
    }

    /// <summary>Marks what waits.</summary>
    internal async Task MarkAsync(CancellationToken cancellationToken)
    {
        List<(string TraceId, string SpanId)> marked;
        lock (_gate)
        {
            (marked, _waiting) = (_waiting, []);
        }

        if (marked.Count == 0)
        {
            return;
        }

        // Each was handed to the store when it ended, and so before it was sent.
        await spans.FlushAsync(cancellationToken);
        foreach (var piece in marked.Chunk(AtOnce))
        {
            var ids = piece.Select(static span => new { Trace = StoreId.Bytes(span.TraceId), Span = StoreId.Bytes(span.SpanId) }).ToArray();
            await store.WriteAsync(
                connection => connection.Execute(MarkSql, ids),
                ids.Length * 100).WaitAsync(cancellationToken);
        }

        spans.Changed();
    }

    /// <summary>Marks what waits, as far as that can be written now, and ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (store.Status.IsSaving)
        {
            await MarkAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _work.WaitAsync(stoppingToken);
            await Task.Delay(GatheringTime, time, stoppingToken);
            _work.Reset();
            try
            {
                await MarkAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogFailed(logger, problem.GetType()); // the writer has logged it
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} spans were exported and are not marked so: too many wait")]
    private static partial void LogNotMarked(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Exported spans could not be marked: {ErrorType}")]
    private static partial void LogFailed(ILogger logger, Type errorType);
}
