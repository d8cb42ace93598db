using System.Runtime.InteropServices;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Traces;

/// <summary>
/// The rows of a list of traces, read by pages as they come into sight: each page goes on where the one before ended. Some pages around
/// are kept, and of all that were seen where they ended.
/// </summary>
public sealed class TraceWindow(ITraces traces)
{
    private const int PageSize = 100;

    // Ten heights of a large window.
    private const int MostPages = 10;

    private readonly Dictionary<int, IReadOnlyList<TraceListItem>> _pages = [];
    private readonly SortedList<int, TraceKey> _ends = [];

    /// <summary>What it shows.</summary>
    public TraceQuery Query { get; private set; } = new();

    /// <summary>How many rows there are, as far as is known: at least so many.</summary>
    public int Count { get; private set; }

    /// <summary>Whether <see cref="Count"/> is all of them. Where it is not, counting them takes longer than reading the first: see <see cref="Counted"/>.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>The longest of the traces that were seen.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Shows a query, as its traces are now.</summary>
    public void Ask(TraceQuery query)
    {
        if (query != Query)
        {
            (Longest, Count, IsCounted) = (TimeSpan.Zero, 0, false);
        }

        Query = query;
        _pages.Clear();
        _ends.Clear();
        var first = Page(0).Count;
        if (first < PageSize)
        {
            (Count, IsCounted) = (first, true);
        }
        else if (string.IsNullOrWhiteSpace(query.Text) && query.Range == TimeRange.All)
        {
            Counted(traces.Count(query)); // of all there are, the store knows the number
        }
        else
        {
            IsCounted &= Count >= PageSize; // a page that was not full told the number, and is full now
            AtLeast(first);
        }
    }

    /// <summary>There are so many rows.</summary>
    public void Counted(long count) => (Count, IsCounted) = ((int)Math.Min(int.MaxValue, count), true);

    /// <summary>There are so many rows, or more.</summary>
    public void AtLeast(long count) => Count = (int)Math.Max(Count, Math.Min(int.MaxValue, count));

    /// <summary>Rows from an index on, as many as there are.</summary>
    /// <param name="start">The first one's, from 0.</param>
    /// <param name="count">Most of them.</param>
    /// <param name="now">The moment that running traces are measured at.</param>
    public IReadOnlyList<TraceListRow> Rows(int start, int count, DateTimeOffset now)
    {
        var rows = new List<TraceListRow>();
        for (var index = start; index < Math.Min(Count, start + (long)count); index++)
        {
            var page = Page(index / PageSize);
            if (index % PageSize >= page.Count)
            {
                break; // some were deleted since they were counted
            }

            var trace = page[index % PageSize].Trace;
            rows.Add(new TraceListRow(index, trace));
            Longest = trace.Elapsed(now) is var elapsed && elapsed > Longest ? elapsed : Longest;
        }

        return rows;
    }

    private IReadOnlyList<TraceListItem> Page(int number)
    {
        if (_pages.TryGetValue(number, out var page))
        {
            return page;
        }

        var before = _ends.Keys.LastOrDefault(end => end < number, -1);
        page = traces.Read(Query, before < 0 ? null : _ends[before], (number - before - 1) * PageSize, PageSize);
        if (_pages.Count == MostPages)
        {
            _pages.Remove(_pages.Keys.MaxBy(other => Math.Abs(other - number)));
        }

        _pages.Add(number, page);
        if (page.Count == PageSize)
        {
            _ends[number] = page[^1].Key;
        }

        return page;
    }
}

/// <summary>A row of the list.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Trace">What it shows.</param>
/// <param name="Conversation">The conversation that has its reply; null where that is not known (any more).</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TraceListRow(int Index, TraceSummary Trace, ConversationSummary? Conversation = null);
