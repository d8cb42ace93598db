using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans.Transfer;
using OllamaStudio.Shared;

namespace OllamaStudio.Http;

/// <summary>What is downloaded: written while it is read, whatever its size, and kept by nobody on the way.</summary>
public static class Downloads
{
    private const int LongestName = 80;

    /// <summary>The addresses of <see cref="DownloadAddress"/>.</summary>
    public static IEndpointRouteBuilder MapDownloads(this IEndpointRouteBuilder endpoints)
    {
        var downloads = endpoints.MapGroup("/" + DownloadAddress.Path).ExcludeFromDescription().AddEndpointFilter(StoreFaults.TellAsync);
        downloads.MapGet("/conversations/{id}.md", WriteMarkdownAsync);
        downloads.MapGet("/conversations/{id}.json", WriteJsonAsync);
        downloads.MapGet("/studio.zip", WriteEverythingAsync);
        downloads.MapGet("/traces.jsonl", WriteSpansAsync);
        downloads.MapGet("/model-calls.csv", WriteModelCallsAsync);
        return endpoints;
    }

    /// <summary>A text as the name of a file, on every system: without what has a meaning in a path, and not too long.</summary>
    internal static string FileNameOf(string text)
    {
        var plain = string.Concat(text.Select(static sign => char.IsControl(sign) || sign is '/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' ? ' ' : sign));
        var name = TextCut.Start(string.Join(' ', plain.Split(' ', StringSplitOptions.RemoveEmptyEntries)), LongestName).Trim(' ', '.');
        return name.Length == 0 ? "conversation" : name;
    }

    private static async Task WriteMarkdownAsync(string id, HttpContext context, Conversations conversations, TimeProvider time)
    {
        if (Find(id, context, conversations) is var (title, conversation))
        {
            Begin(context, "text/markdown; charset=utf-8", FileNameOf(title) + ".md");
            await context.Response.WriteAsync(ConversationMarkdown.Of(title, conversation, time.LocalTimeZone), context.RequestAborted);
        }
    }

    private static async Task WriteJsonAsync(string id, HttpContext context, Conversations conversations)
    {
        if (Find(id, context, conversations) is var (title, conversation))
        {
            Begin(context, "application/json", FileNameOf(title) + ".json");
            await ConversationJson.WriteAsync(context.Response.Body, conversation, context.RequestAborted);
        }
    }

    private static async Task WriteEverythingAsync(HttpContext context, DataExport export, DownloadRuns runs, TimeProvider time)
    {
        using var run = runs.Begin(DownloadKind.Everything, context.Abort);
        Begin(context, "application/zip", Stamped("ollama-studio", time, ".zip"));
        await export.WriteAsync(context.Response.Body, context.Request.Query["settings"] == "true", run, context.RequestAborted);
        run.Complete();
    }

    private static async Task WriteSpansAsync(HttpContext context, ITraces traces, DownloadRuns runs, TimeProvider time)
    {
        ThrowIfUnreadable(traces);
        using var run = runs.Begin(DownloadKind.Traces, context.Abort);
        Begin(context, "application/x-ndjson", Stamped("traces", time, ".jsonl"));
        await foreach (var item in traces.SearchAsync(QueryOf(context.Request), cancellationToken: context.RequestAborted))
        {
            if (traces.Find(item.Trace.TraceId) is { } trace && OtlpWriter.WriteLine(context.Response.BodyWriter, trace.Spans) > 0)
            {
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }

            run.Step();
        }

        run.Complete();
    }

    private static async Task WriteModelCallsAsync(HttpContext context, ITraces traces, DownloadRuns runs, TimeProvider time)
    {
        ThrowIfUnreadable(traces);
        using var run = runs.Begin(DownloadKind.Traces, context.Abort);
        Begin(context, "text/csv; charset=utf-8", Stamped("model-calls", time, ".csv"));
        await WriteAsync(ModelCallCsv.Header);
        await foreach (var item in traces.SearchAsync(QueryOf(context.Request), cancellationToken: context.RequestAborted))
        {
            foreach (var row in (traces.Find(item.Trace.TraceId)?.Spans ?? []).Select(ModelCallCsv.RowOf).OfType<string>())
            {
                await WriteAsync(row);
            }

            run.Step();
        }

        run.Complete();
        async Task WriteAsync(string row) => await context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(row), context.RequestAborted);
    }

    // Before the first byte: what has begun can only be cut off.
    private static void ThrowIfUnreadable(ITraces traces)
    {
        var before = traces.LastFault;
        traces.Count(new TraceQuery());
        StoreUnreadableException.ThrowIfNew(traces.LastFault, before);
    }

    private static (string Title, ConversationDocument Conversation)? Find(string id, HttpContext context, Conversations conversations)
    {
        if (conversations.FindSummary(id) is { } summary && conversations.FindDocument(id) is { } conversation)
        {
            return (summary.Title, conversation);
        }

        conversations.ThrowIfUnlisted(); // it may well be there
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return null;
    }

    private static TraceQuery QueryOf(HttpRequest request) => TraceQuery.From(
        request.Query["q"], request.Query["sort"], TimeRange.Read(request.Query["range"], request.Query["from"], request.Query["to"]));

    private static string Stamped(string name, TimeProvider time, string end) =>
        name + time.GetLocalNow().ToString("'-'yyyy-MM-dd'-'HHmmss", CultureInfo.InvariantCulture) + end;

    private static void Begin(HttpContext context, string type, string fileName)
    {
        // The plain name is for what does not read the other one (RFC 6266): it is ASCII, and so are its replacements.
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName);
        context.Response.ContentType = type;
        context.Response.Headers.ContentDisposition = disposition.ToString();
        context.Response.Headers.CacheControl = "no-store";
    }
}
