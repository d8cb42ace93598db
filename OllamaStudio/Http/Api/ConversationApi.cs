using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Http.Api;

/// <summary><c>/api/v1/conversations</c> and <c>/api/v1/stats</c>.</summary>
internal static class ConversationApi
{
    /// <summary>Conversations, the one that changed last first.</summary>
    public static IResult ReadAll(
        [FromQuery(Name = "limit"), Description("Most items of the answer, 1 to 1,000; 100 where it is left out.")] string? limit,
        [FromQuery(Name = "after"), Description("The answer's \"next\", for the page after it.")] string? after,
        Conversations conversations)
    {
        if (!TraceRequest.TryReadLimit(limit, out var most, out var fault))
        {
            return fault;
        }

        IEnumerable<ConversationSummary> summaries = conversations.AllOrThrow().OrderByDescending(static summary => summary.UpdatedAt).ThenBy(static summary => summary.Id, StringComparer.Ordinal);
        if (after is not null)
        {
            if (after.Split('.', 2) is not [var ticks, { Length: > 0 } id] || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var updated))
            {
                return TraceRequest.Fault("after", "It is no \"next\" of an answer.");
            }

            summaries = summaries.SkipWhile(summary => summary.UpdatedAt.UtcTicks > updated || (summary.UpdatedAt.UtcTicks == updated && string.CompareOrdinal(summary.Id, id) <= 0));
        }

        List<ConversationSummary> page = [.. summaries.Take(most)];
        var next = page.Count == most ? string.Create(CultureInfo.InvariantCulture, $"{page[^1].UpdatedAt.UtcTicks}.{page[^1].Id}") : null;
        return TypedResults.Json(new ApiPage<ApiConversation>([.. page.Select(ApiConversation.Of)], next), ApiJson.Default.ApiPageApiConversation);
    }

    /// <summary>A conversation, whole, in the format that it is exported in.</summary>
    public static async Task ReadOneAsync(string id, Conversations conversations, HttpContext context)
    {
        if (conversations.FindDocument(id) is not { } conversation)
        {
            await TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "There is no such conversation.").ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = "application/json";
        await ConversationJson.WriteAsync(context.Response.Body, conversation, context.RequestAborted);
    }

    /// <summary>What the studio holds.</summary>
    public static IResult ReadStats(
        [FromQuery(Name = "from"), Description("Counts traces that began at or after that moment, such as 2026-11-26T09:00:00Z.")] string? from,
        [FromQuery(Name = "to"), Description("Counts traces that began before that moment.")] string? to,
        ITraces traces,
        Conversations conversations,
        HttpContext context)
    {
        if (!TraceRequest.TryReadTime("from", from, out var begin, out var fault) || !TraceRequest.TryReadTime("to", to, out var end, out fault))
        {
            return fault;
        }

        var known = conversations.AllOrThrow().Count;
        var before = traces.LastFault;
        var facets = traces.CountFacets(new TimeRange { From = begin, To = end }, context.RequestAborted);
        StoreUnreadableException.ThrowIfNew(traces.LastFault, before);
        return TypedResults.Json(
            new ApiStats(typeof(ConversationApi).Assembly.GetName().Version?.ToString(3) ?? "0", known, facets.All, facets.Failed, facets.WithTools, facets.Models, traces.LostSpanCount),
            ApiJson.Default.ApiStats);
    }
}
