using OllamaStudio.Core.Spans;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>A feed that a test fills by hand. Changes are told at once, on the test's thread.</summary>
public sealed class FakeSpanFeed : ISpanFeed
{
    private readonly List<Action> _subscribers = [];
    private TraceRecord[] _traces = [];

    public IReadOnlyList<TraceRecord> Traces => _traces;

    public int SpanCount => _traces.Sum(trace => trace.Spans.Length);

    public long DroppedSpanCount { get; set; }

    public long Version { get; private set; }

    public int SubscriberCount => _subscribers.Count;

    public int ClearCount { get; private set; }

    public TraceRecord? FindTrace(string traceId) => _traces.FirstOrDefault(trace => trace.TraceId == traceId);

    public void Clear()
    {
        ClearCount++;
        _traces = [];
        Tell();
    }

    public IDisposable Subscribe(Action changed)
    {
        _subscribers.Add(changed);
        return new Subscription(() => _subscribers.Remove(changed));
    }

    /// <summary>Records spans that started or ended, as the real feed does.</summary>
    public void Record(params IEnumerable<SpanRecord> spans)
    {
        foreach (var span in spans)
        {
            var held = FindTrace(span.TraceId);
            SpanRecord[] all = [.. (held?.Spans ?? []).Where(other => other.SpanId != span.SpanId), span];
            var trace = new TraceRecord(span.TraceId, [.. all.OrderBy(other => other.StartTime)]);
            _traces = [.. _traces.Where(other => other != held).Append(trace).OrderByDescending(other => other.StartTime)];
        }

        Tell();
    }

    private void Tell()
    {
        Version++;
        foreach (var subscriber in _subscribers.ToArray())
        {
            subscriber();
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
