using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Http.Api;

/// <summary>
/// What is new among the traces that are asked for, from the moment it is listened to: of each change it looks at the newest
/// <see cref="MaxTraces"/> that began at most <see cref="Back"/> before. What ends in older ones is not told.
/// </summary>
internal sealed class TraceFollower(ITraces traces, TraceQuery query, TimeProvider time)
{
    private const int MaxTraces = 200;

    private static readonly TimeSpan Back = TimeSpan.FromHours(1);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when it is known what is not new.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Each trace once it has ended, again where more of it comes later.</summary>
    public async IAsyncEnumerable<TraceSummary> TracesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (trace, _) in ChangesAsync(cancellationToken))
        {
            if (trace.Duration is not null)
            {
                yield return trace;
            }
        }
    }

    /// <summary>Each span once it has ended.</summary>
    public async IAsyncEnumerable<SpanRecord> SpansAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (trace, told) in ChangesAsync(cancellationToken))
        {
            foreach (var span in traces.Find(trace.TraceId)?.Spans ?? [])
            {
                if (!span.IsRunning && told.Add(span.SpanId))
                {
                    yield return span;
                }
            }
        }
    }

    // A trace that changed, with the spans of it that were told.
    private async IAsyncEnumerable<(TraceSummary Trace, HashSet<string> Told)> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = traces.Subscribe(() => signal.Writer.TryWrite(true));
        var since = time.GetUtcNow() - Back;
        var followed = query with { Range = query.Range with { From = query.Range.From > since ? query.Range.From : since } };
        var known = new Dictionary<string, (long Ended, int Running, HashSet<string> Told)>(StringComparer.Ordinal);
        foreach (var trace in await NewestAsync(followed, cancellationToken))
        {
            // What had ended before is not news.
            var told = (traces.Find(trace.TraceId)?.Spans ?? []).Where(static span => !span.IsRunning).Select(static span => span.SpanId);
            known[trace.TraceId] = (trace.EndedSpans, trace.RunningCount, new HashSet<string>(told, StringComparer.Ordinal));
        }

        _ready.TrySetResult();
        while (await signal.Reader.WaitToReadAsync(cancellationToken))
        {
            signal.Reader.TryRead(out _);
            var newest = await NewestAsync(followed, cancellationToken);
            foreach (var trace in Enumerable.Reverse(newest))
            {
                var before = known.GetValueOrDefault(trace.TraceId, (0, 0, new HashSet<string>(StringComparer.Ordinal)));
                if ((before.Item1, before.Item2) != (trace.EndedSpans, trace.RunningCount))
                {
                    known[trace.TraceId] = (trace.EndedSpans, trace.RunningCount, before.Item3);
                    yield return (trace, before.Item3);
                }
            }

            foreach (var gone in known.Keys.Except(newest.Select(static trace => trace.TraceId), StringComparer.Ordinal).ToList())
            {
                known.Remove(gone);
            }
        }
    }

    private async Task<List<TraceSummary>> NewestAsync(TraceQuery followed, CancellationToken cancellationToken)
    {
        List<TraceSummary> newest = [];
        await foreach (var item in TraceApi.FindAsync(traces, followed, after: null, cancellationToken))
        {
            newest.Add(item.Trace);
            if (newest.Count == MaxTraces)
            {
                break;
            }
        }

        return newest;
    }
}
