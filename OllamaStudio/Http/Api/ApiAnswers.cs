using System.Text.Json.Serialization;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Http.Api;

/// <summary>A page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">What to send as <c>after</c> for the next page; absent where this is the last.</param>
public sealed record ApiPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A trace, as lists show it. What is not known is absent.</summary>
public sealed record ApiTrace(
    string TraceId, string Name, string Title, DateTimeOffset StartTime, double? DurationMs, string Status, string? Error, string? Model, string? SessionId, string? ServiceName,
    long? TokensInput, long? TokensCached, long? TokensOutput, double? TokensPerSecond, int Spans, int Errors, IReadOnlyList<string> Tools, bool? Sampled)
{
    internal static ApiTrace Of(TraceSummary trace) => new(
        trace.TraceId, trace.Name, trace.Title, trace.StartTime, trace.Duration?.TotalMilliseconds, SpanFacts.StatusWord(trace.Status), trace.Error, trace.Model, trace.SessionId, trace.Service,
        trace.Tokens.Input, trace.CachedTokens, trace.Tokens.Output, trace.TokensPerSecond, trace.SpanCount, trace.ErrorCount, trace.Tools, trace.Sampled);
}

/// <summary>A span. What is not known is absent; one without a duration is running.</summary>
public sealed record ApiSpan(
    string TraceId, string SpanId, string? ParentSpanId, string Name, string Kind, DateTimeOffset StartTime, double? DurationMs, string Status, string? StatusDescription, bool? Sampled,
    string? ServiceName, string? Scope, IReadOnlyDictionary<string, object?> Attributes, IReadOnlyList<ApiSpanEvent> Events, IReadOnlyList<ApiSpanLink> Links)
{
    internal static ApiSpan Of(SpanRecord span) => new(
        span.TraceId, span.SpanId, span.ParentSpanId, span.Name, span.Kind.ToString().ToLowerInvariant(), span.StartTime, span.Duration?.TotalMilliseconds, SpanFacts.StatusWord(span.Status),
        span.StatusDescription, span.Sampled, span.Resource.ServiceName, span.Scope, Map(span.Attributes),
        [.. span.Events.Select(static happened => new ApiSpanEvent(happened.Name, happened.Time, Map(happened.Attributes)))],
        [.. span.Links.Select(static link => new ApiSpanLink(link.TraceId, link.SpanId, Map(link.Attributes)))]);

    // Of two with one name the last, as receivers do.
    private static OrderedDictionary<string, object?> Map(IEnumerable<KeyValuePair<string, object?>> attributes)
    {
        var map = new OrderedDictionary<string, object?>();
        foreach (var (key, value) in attributes)
        {
            map[key] = value is double number && !double.IsFinite(number) ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : value;
        }

        return map;
    }
}

/// <summary>Something that happened within a span.</summary>
public sealed record ApiSpanEvent(string Name, DateTimeOffset Time, IReadOnlyDictionary<string, object?> Attributes);

/// <summary>Another span that one names as related.</summary>
public sealed record ApiSpanLink(string TraceId, string SpanId, IReadOnlyDictionary<string, object?> Attributes);

/// <summary>A conversation, as lists show it.</summary>
public sealed record ApiConversation(
    string Id, string Title, string? Model, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, bool IsPinned, bool IsArchived, bool IsTemporary, IReadOnlyList<string> Tags)
{
    internal static ApiConversation Of(ConversationSummary summary) =>
        new(summary.Id, summary.Title, summary.Model, summary.CreatedAt, summary.UpdatedAt, summary.IsPinned, summary.IsArchived, summary.IsTemporary, summary.Tags);
}

/// <summary>What the studio holds.</summary>
/// <param name="Version">The studio's version.</param>
/// <param name="Conversations">Conversations, temporary ones among them.</param>
/// <param name="Traces">Traces that began in the time asked for.</param>
/// <param name="Failed">Those of them with an error.</param>
/// <param name="WithTools">Those that called a tool.</param>
/// <param name="Models">Those of each model.</param>
/// <param name="LostSpans">Spans since the studio started that were not kept, because more came than could be stored.</param>
public sealed record ApiStats(string Version, int Conversations, long Traces, long Failed, long WithTools, IReadOnlyDictionary<string, long> Models, long LostSpans);

[JsonSerializable(typeof(ApiPage<ApiTrace>))]
[JsonSerializable(typeof(ApiPage<ApiSpan>))]
[JsonSerializable(typeof(ApiPage<ApiConversation>))]
[JsonSerializable(typeof(ApiStats))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(long[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(bool[]))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(short))]
[JsonSerializable(typeof(byte))]
[JsonSerializable(typeof(float))]
[JsonSerializable(typeof(decimal))]
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ApiJson : JsonSerializerContext;
