using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Http.Api;

/// <summary>
/// What is new among the traces that are asked for, from the moment it is listened to: of each change it looks at the newest
/// <see cref="MaxTraces"/> that began at most <see cref="Back"/> before, and at those that ran when it looked last, however many began since: a
/// long turn is told to its end. What else ends in older ones is not told.
/// </summary>
internal sealed class TraceFollower(ITraces traces, TraceQuery query, TimeProvider time)
{
    /// <summary>So many of the newest traces are looked at.</summary>
    internal const int MaxTraces = 200;

    // Far more than run at a time; of more, the newest.
    private const int MaxRunning = 1_000;

    private static readonly TraceQuery s_running = new() { Text = TraceFilter.Status + SpanFacts.StatusWord(SpanStatus.Running) };

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
        var running = await RunningAsync(cancellationToken);
        foreach (var trace in await LookAsync(followed, running, cancellationToken))
        {
            // What had ended before is not news.
            var told = (traces.Find(trace.TraceId)?.Spans ?? []).Where(static span => !span.IsRunning).Select(static span => span.SpanId);
            known[trace.TraceId] = (trace.EndedSpans, trace.RunningCount, new HashSet<string>(told, StringComparer.Ordinal));
        }

        _ready.TrySetResult();
        while (await signal.Reader.WaitToReadAsync(cancellationToken))
        {
            signal.Reader.TryRead(out _);

            // Those that ran at the last look, and then those that run now: what ends in between is told now, and what begins is not missed later.
            var (ran, runs) = (running, await RunningAsync(cancellationToken));
            running = runs;
            var looked = await LookAsync(followed, ran.Union(runs, StringComparer.Ordinal), cancellationToken);
            foreach (var trace in Enumerable.Reverse(looked))
            {
                var before = known.GetValueOrDefault(trace.TraceId, (0, 0, new HashSet<string>(StringComparer.Ordinal)));
                if ((before.Item1, before.Item2) != (trace.EndedSpans, trace.RunningCount))
                {
                    known[trace.TraceId] = (trace.EndedSpans, trace.RunningCount, before.Item3);
                    yield return (trace, before.Item3);
                }
            }

            foreach (var gone in known.Keys.Except(looked.Select(static trace => trace.TraceId).Concat(running), StringComparer.Ordinal).ToList())
            {
                known.Remove(gone);
            }
        }
    }

    // Whatever is asked for: what a turn fits may be known only when it ends.
    private Task<string[]> RunningAsync(CancellationToken cancellationToken) =>
        Task.Run(() => traces.Read(s_running, count: MaxRunning).Select(static item => item.Trace.TraceId).ToArray(), cancellationToken);

    // The newest first, and those of some others that are asked for.
    private async Task<List<TraceSummary>> LookAsync(TraceQuery followed, IEnumerable<string> others, CancellationToken cancellationToken)
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

        string[] older = [.. others.Except(newest.Select(static trace => trace.TraceId), StringComparer.Ordinal)];
        return older.Length == 0 ? newest : [.. newest, .. await Task.Run(() => traces.Pick(query, older), cancellationToken)];
    }
}
