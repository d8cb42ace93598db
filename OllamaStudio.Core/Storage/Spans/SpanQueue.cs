using System.Collections.Immutable;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Spans that wait to be stored, first come first served, bounded by the memory they take. Safe to use from any thread; one takes out.</summary>
/// <param name="capacity">Most bytes that wait; further spans are counted and not kept.</param>
internal sealed class SpanQueue(long capacity)
{
    // Conversations of this run of which nothing is stored: deleted or temporary ones. Of one before the newest 10,000 late spans would be.
    private const int MaxRefused = 10_000;

    // Some 8 MB: hours of a full disk.
    private const int MaxDecisions = 50_000;

    private readonly Lock _gate = new();
    private readonly Queue<SpanRecord> _gathered = [];
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly Queue<string> _refusedByAge = [];
    private readonly Dictionary<string, bool> _decisions = new(StringComparer.Ordinal);
    private ImmutableArray<SpanRecord> _taken = [];
    private long _bytes;
    private long _added;
    private long _done;
    private long _decisionsAdded;
    private long _decisionsTaken;
    private long _decisionsDone;
    private long _lost;

    /// <summary>Spans that came in since start.</summary>
    public long Added => Volatile.Read(ref _added);

    /// <summary>Spans that came in and are done with, stored or lost.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Decisions that came in since start.</summary>
    public long DecisionsAdded => Volatile.Read(ref _decisionsAdded);

    /// <summary>Decisions that came in and are done with, stored or lost.</summary>
    public long DecisionsDone => Volatile.Read(ref _decisionsDone);

    /// <summary>Spans that were not kept since start.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>How many wait to be taken out.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _gathered.Count;
            }
        }
    }

    /// <summary>Whether anything waits to be written.</summary>
    public bool HasWork
    {
        get
        {
            lock (_gate)
            {
                return _gathered.Count + _decisions.Count > 0;
            }
        }
    }

    /// <summary>Those that wait, and those that were taken out and are not done with, in the order they came.</summary>
    public IReadOnlyList<SpanRecord> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _taken, .. _gathered];
            }
        }
    }

    /// <summary>About how much memory a span takes: two bytes a character, and the objects around them.</summary>
    public static long SizeOf(SpanRecord span) => (SpanValues.LengthOf(span) * 2) + (span.Attributes.Length * 64) + 512;

    /// <summary>Takes a span in, unless it is of a conversation that is refused, or there is no room for it.</summary>
    /// <returns>Whether it waits.</returns>
    public bool TryAdd(SpanRecord span)
    {
        var bytes = SizeOf(span);
        var session = SpanFacts.SessionId(span);
        lock (_gate)
        {
            if (session is not null && _refused.Contains(session))
            {
                return false;
            }

            if (_bytes + bytes > capacity)
            {
                _lost++;
                return false;
            }

            _bytes += bytes;
            _added++;
            _gathered.Enqueue(span);
            return true;
        }
    }

    /// <summary>It was decided whether a trace is exported.</summary>
    /// <returns>False where too many decisions wait: it is not kept.</returns>
    public bool TryDecide(string traceId, bool isSampled)
    {
        lock (_gate)
        {
            if (_decisions.Count == MaxDecisions)
            {
                return false;
            }

            _decisionsAdded++;
            _decisions[traceId] = isSampled;
            return true;
        }
    }

    /// <summary>Takes out the decisions that wait, once all spans before them were taken out.</summary>
    public ImmutableArray<(string TraceId, bool IsSampled)> TakeDecisions()
    {
        lock (_gate)
        {
            if (_gathered.Count > 0)
            {
                return [];
            }

            ImmutableArray<(string TraceId, bool IsSampled)> decisions = [.. _decisions.Select(static each => (each.Key, each.Value))];
            _decisions.Clear();
            _decisionsTaken = _decisionsAdded;
            return decisions;
        }
    }

    /// <summary>Takes out the oldest that wait.</summary>
    /// <param name="most">Most of them.</param>
    public ImmutableArray<SpanRecord> Take(int most)
    {
        lock (_gate)
        {
            var batch = ImmutableArray.CreateBuilder<SpanRecord>(Math.Min(_gathered.Count, most));
            while (batch.Count < most && _gathered.TryDequeue(out var span))
            {
                batch.Add(span);
            }

            return _taken = batch.ToImmutable();
        }
    }

    /// <summary>Those that were taken out last, decisions included, are done with.</summary>
    /// <param name="areLost">Whether they could not be stored.</param>
    public void Finish(bool areLost)
    {
        lock (_gate)
        {
            _bytes -= _taken.Sum(SizeOf);
            _done += _taken.Length;
            _lost += areLost ? _taken.Length : 0;
            _taken = [];
            _decisionsDone = _decisionsTaken;
        }
    }

    /// <summary>Takes none of that conversation in any more.</summary>
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

    /// <summary>Takes those of that conversation in again.</summary>
    public void Restore(string sessionId)
    {
        lock (_gate)
        {
            _refused.Remove(sessionId);
        }
    }
}
