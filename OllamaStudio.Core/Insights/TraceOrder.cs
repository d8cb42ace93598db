using System.Runtime.InteropServices;

namespace OllamaStudio.Core.Insights;

/// <summary>
/// The order of a list of traces, the same in memory and in the store: by what it is sorted by, then newest first, then by trace id. What
/// is not known comes before all that is, as in SQL; text is compared without the case of ASCII letters, which is what the store can do.
/// </summary>
/// <param name="query">Says what it is sorted by.</param>
/// <param name="now">The moment that running traces are measured at.</param>
/// <param name="conversationOf">What the conversation of that id is called; null for none.</param>
/// <param name="isBackwards">Whether it is the order from its end to its beginning.</param>
public sealed class TraceOrder(TraceQuery query, DateTimeOffset now, Func<string, string?>? conversationOf, bool isBackwards = false) : IComparer<TraceKey>
{
    /// <summary>Whether what it is sorted by falls.</summary>
    public bool IsDescending { get; } = query.Descending != isBackwards;

    /// <summary>Whether the newest comes first of those that are equal; in a list by start, of all.</summary>
    public bool IsNewestFirst { get; } = query is not { Sort: TraceSortKey.Started, Descending: false } != isBackwards;

    /// <summary>The place of a trace in the order.</summary>
    public TraceKey KeyOf(TraceSummary trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return new TraceKey(ValueOf(trace), trace.StartTime, trace.TraceId);
    }

    /// <inheritdoc />
    public int Compare(TraceKey x, TraceKey y)
    {
        var order = CompareValues(x.Value, y.Value);
        if (order != 0)
        {
            return IsDescending ? -order : order;
        }

        order = x.StartTime.CompareTo(y.StartTime);
        order = order != 0 ? order : string.CompareOrdinal(x.TraceId, y.TraceId);
        return IsNewestFirst ? -order : order;
    }

    private object? ValueOf(TraceSummary trace) => query.Sort switch
    {
        TraceSortKey.Status => (long)trace.Status,
        TraceSortKey.Prompt => trace.Title,
        TraceSortKey.Model => trace.Model,
        TraceSortKey.In => trace.Tokens.Input,
        TraceSortKey.Cached => trace.CachedTokens,
        TraceSortKey.Out => trace.Tokens.Output,
        TraceSortKey.Rate => trace.TokensPerSecond,
        TraceSortKey.Duration => trace.Elapsed(now).Ticks * TimeSpan.NanosecondsPerTick,
        TraceSortKey.Conversation => trace.SessionId is { } id ? conversationOf?.Invoke(id) ?? id : null,
        TraceSortKey.Spans => (long)trace.SpanCount,
        TraceSortKey.Sampled => trace.Sampled is true ? 1L : 0L,
        TraceSortKey.TraceId => trace.TraceId,
        _ => null,
    };

    private static int CompareValues(object? left, object? right) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (string one, string other) => CompareText(one, other),
        (double one, double other) => one.CompareTo(other),
        _ => ((long)left).CompareTo((long)right),
    };

    private static int CompareText(string left, string right)
    {
        for (var index = 0; index < Math.Min(left.Length, right.Length); index++)
        {
            var (one, other) = (Folded(left[index]), Folded(right[index]));
            if (one != other)
            {
                // By code point, not by its halves: those of the highest planes are below some of one half.
                return char.IsSurrogate(one) == char.IsSurrogate(other) ? one.CompareTo(other) : char.IsSurrogate(one) ? 1 : -1;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static char Folded(char letter) => char.IsAsciiLetterUpper(letter) ? (char)(letter | 0x20) : letter;
}

/// <summary>The place of a trace in a <see cref="TraceOrder"/>: enough to go on after it.</summary>
/// <param name="Value">What the list is sorted by: text, a <see cref="long"/> (times in nanoseconds), a <see cref="double"/>, or null for what is not known; null, too, for a list by start.</param>
/// <param name="StartTime">Start of the trace, UTC.</param>
/// <param name="TraceId">Its id, 32 lower-case hexadecimal digits.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TraceKey(object? Value, DateTimeOffset StartTime, string TraceId);
