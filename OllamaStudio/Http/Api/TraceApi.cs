using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Http.Api;

/// <summary><c>/api/v1/traces</c> and <c>/api/v1/spans</c>.</summary>
internal static class TraceApi
{
    // Read at once, where attributes need not be looked at.
    private const int Piece = 500;

    /// <summary>Traces, newest first.</summary>
    public static async Task<IResult> ReadTracesAsync([AsParameters] TraceRequest request, ITraces traces, TimeProvider time, IHostApplicationLifetime host, HttpContext context)
    {
        if (!request.TryRead(out var asked, out var fault))
        {
            return fault;
        }

        if (asked.Follows)
        {
            var follower = new TraceFollower(traces, asked.Query, time);
            return Lines(follower.Ready, follower.TracesAsync, ApiJson.Default.ApiTrace, static trace => ApiTrace.Of(trace), host);
        }

        List<TraceListItem> items = [];
        var faultBefore = traces.LastFault;
        await foreach (var item in FindAsync(traces, asked.Query, asked.After?.Trace, context.RequestAborted))
        {
            items.Add(item);
            if (items.Count == asked.Limit)
            {
                break;
            }
        }

        StoreUnreadableException.ThrowIfNew(traces.LastFault, faultBefore);
        var next = items.Count == asked.Limit ? new PagePlace(items[^1].Key).ToString() : null;
        return TypedResults.Json(new ApiPage<ApiTrace>([.. items.Select(static item => ApiTrace.Of(item.Trace))], next), ApiJson.Default.ApiPageApiTrace);
    }

    /// <summary>Spans of the traces that are asked for: the newest trace first, its spans in order of start.</summary>
    public static async Task<IResult> ReadSpansAsync([AsParameters] TraceRequest request, ITraces traces, TimeProvider time, IHostApplicationLifetime host, HttpContext context)
    {
        if (!request.TryRead(out var asked, out var fault))
        {
            return fault;
        }

        if (asked.Follows)
        {
            var follower = new TraceFollower(traces, asked.Query, time);
            return Lines(follower.Ready, follower.SpansAsync, ApiJson.Default.ApiSpan, static span => ApiSpan.Of(span), host);
        }

        List<ApiSpan> items = [];
        PagePlace? next = null;
        var faultBefore = traces.LastFault;
        if (asked.After is { Spans: { } before } place)
        {
            Take(place.Trace, before);
        }

        if (next is null)
        {
            await foreach (var item in FindAsync(traces, asked.Query, asked.After?.Trace, context.RequestAborted))
            {
                Take(item.Key, 0);
                if (next is not null)
                {
                    break;
                }
            }
        }

        StoreUnreadableException.ThrowIfNew(traces.LastFault, faultBefore);
        return TypedResults.Json(new ApiPage<ApiSpan>(items, next?.ToString()), ApiJson.Default.ApiPageApiSpan);

        // As many as there is room for.
        void Take(TraceKey key, int skip)
        {
            var spans = traces.Find(key.TraceId)?.Spans ?? [];
            var taken = Math.Clamp(spans.Length - skip, 0, asked.Limit - items.Count);
            items.AddRange(spans.Skip(skip).Take(taken).Select(ApiSpan.Of));
            if (items.Count == asked.Limit)
            {
                next = new PagePlace(key, skip + taken);
            }
        }
    }

    /// <summary>The traces that are asked for after a place, attributes included. Who has a page of them asks whether all of it could be read.</summary>
    internal static async IAsyncEnumerable<TraceListItem> FindAsync(
        ITraces traces, TraceQuery query, TraceKey? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (TraceFilter.Parse(query.Text).Terms.Any(static term => term is AttributeTerm))
        {
            await foreach (var item in traces.SearchAsync(query, after, cancellationToken))
            {
                yield return item;
            }

            yield break;
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var items = traces.Read(query, after, skip: 0, Piece);
            foreach (var item in items)
            {
                yield return item;
            }

            if (items.Count < Piece)
            {
                yield break;
            }

            after = items[^1].Key;
        }
    }

    private static LineResult<TItem, TLine> Lines<TItem, TLine>(
        Task ready, Func<CancellationToken, IAsyncEnumerable<TItem>> follow, JsonTypeInfo<TLine> type, Func<TItem, TLine> lineOf, IHostApplicationLifetime host) =>
        new LineResult<TItem, TLine>(ready, follow, type, lineOf, host.ApplicationStopping);
}
