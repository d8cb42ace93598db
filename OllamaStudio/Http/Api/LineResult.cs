using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OllamaStudio.Http.Api;

/// <summary>An answer that goes on until the caller leaves or the studio stops: JSON, one object a line (NDJSON), each sent at once.</summary>
/// <param name="ready">Ends when nothing that happens from then on is missed.</param>
/// <param name="follow">What comes.</param>
/// <param name="type">How it is written.</param>
/// <param name="lineOf">What is written of it.</param>
/// <param name="stopping">The studio stops.</param>
internal sealed class LineResult<TItem, TLine>(
    Task ready, Func<CancellationToken, IAsyncEnumerable<TItem>> follow, JsonTypeInfo<TLine> type, Func<TItem, TLine> lineOf, CancellationToken stopping) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        httpContext.Response.ContentType = "application/x-ndjson";
        httpContext.Response.Headers.CacheControl = "no-store";
        var writer = httpContext.Response.BodyWriter;
        try
        {
            await using var items = follow(end.Token).GetAsyncEnumerator(end.Token);
            var next = items.MoveNextAsync().AsTask();
            await Task.WhenAny(ready, next);

            // So that the caller knows that it is heard, before anything happens.
            await httpContext.Response.StartAsync(end.Token);
            await httpContext.Response.Body.FlushAsync(end.Token);
            for (; await next; next = items.MoveNextAsync().AsTask())
            {
                await using (var json = new Utf8JsonWriter(writer))
                {
                    JsonSerializer.Serialize(json, lineOf(items.Current), type);
                }

                writer.Write("\n"u8);
                await writer.FlushAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }
}
