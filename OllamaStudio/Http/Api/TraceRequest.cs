using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Http.Api;

/// <summary>What is asked for, as it stands in the address. Read here and not by the framework, so that what cannot be read is told with its place.</summary>
internal sealed record TraceRequest
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    [FromQuery(Name = "q")]
    [Description("Words and filters, as the page of traces reads them: model:qwen3 status:error duration>5s \"words of the prompt\" attr.llm.finish_reason=length")]
    public string? Q { get; init; }

    [FromQuery(Name = "from")]
    [Description("Traces that began at or after that moment, such as 2026-11-26T09:00:00Z.")]
    public string? From { get; init; }

    [FromQuery(Name = "to")]
    [Description("Traces that began before that moment.")]
    public string? To { get; init; }

    [FromQuery(Name = "limit")]
    [Description("Most items of the answer, 1 to 1,000; 100 where it is left out.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "after")]
    [Description("The answer's \"next\", for the page after it.")]
    public string? After { get; init; }

    [FromQuery(Name = "follow")]
    [Description("true: what is new from now on, one JSON object a line, until the caller leaves: each trace, or each span, once it has ended. The studio looks some ten times a second, and not before the caller has read what was told, at the newest 200 traces that began at most an hour before the request, and at those that were running when it looked last. What both begins and ends between two looks with more than 200 others after it is not told: a caller that reads slowly asks for it with \"from\" and \"to\".")]
    public string? Follow { get; init; }

    /// <summary>Reads it.</summary>
    /// <param name="read">What is asked for.</param>
    /// <param name="fault">The answer to what cannot be read, with its place.</param>
    public bool TryRead([NotNullWhen(true)] out TraceQuestion? read, [NotNullWhen(false)] out ProblemHttpResult? fault)
    {
        read = null;
        if (TraceFilter.Parse(Q ?? "").Problems is [var problem, ..])
        {
            fault = Fault("q", problem.Message, problem.Start, problem.Length);
            return false;
        }

        // A person sees by a note that it was searched as words. A program would take the answer for what it asked for.
        if (TraceFilter.FindUnknownField(Q ?? "") is { } unknown)
        {
            fault = Fault("q", unknown.Message, unknown.Start, unknown.Length);
            return false;
        }

        if (!TryReadTime("from", From, out var from, out fault) || !TryReadTime("to", To, out var to, out fault) || !TryReadLimit(Limit, out var limit, out fault))
        {
            return false;
        }

        if (from >= to)
        {
            fault = Fault("to", "It must be after \"from\".");
            return false;
        }

        PagePlace? after = null;
        if (After is not null && !PagePlace.TryParse(After, out after))
        {
            fault = Fault("after", "It is no \"next\" of an answer.");
            return false;
        }

        if (Follow is not (null or "true" or "false"))
        {
            fault = Fault("follow", "It is either true or false.");
            return false;
        }

        fault = null;
        read = new TraceQuestion(new TraceQuery { Text = Q ?? "", Range = new TimeRange { From = from, To = to } }, limit, after, Follow is "true");
        return true;
    }

    internal static bool TryReadLimit(string? text, out int limit, [NotNullWhen(false)] out ProblemHttpResult? fault)
    {
        limit = DefaultLimit;
        var isRead = text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit);
        fault = isRead ? null : Fault("limit", "It is a whole number from 1 to 1,000.");
        return isRead;
    }

    internal static bool TryReadTime(string name, string? text, out DateTimeOffset? time, [NotNullWhen(false)] out ProblemHttpResult? fault)
    {
        var isRead = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment);
        time = isRead ? moment : null;
        fault = text is null || isRead ? null : Fault(name, "It is a moment such as 2026-11-26T09:00:00Z.");
        return fault is null;
    }

    /// <summary>400, with the parameter, what is wrong and, where that is known, the place in its value (in UTF-16 units, from 0).</summary>
    internal static ProblemHttpResult Fault(string parameter, string reason, int? position = null, int? length = null)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["parameter"] = parameter };
        if (position is not null)
        {
            (extensions["position"], extensions["length"]) = (position, length);
        }

        return TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, title: $"“{parameter}” cannot be read.", detail: reason, extensions: extensions);
    }
}

/// <summary>What is asked for.</summary>
/// <param name="Query">Which traces, newest first.</param>
/// <param name="Limit">Most items.</param>
/// <param name="After">Where to go on; null for the beginning.</param>
/// <param name="Follows">Whether what is new is told until the caller leaves.</param>
internal sealed record TraceQuestion(TraceQuery Query, int Limit, PagePlace? After, bool Follows);

/// <summary>A place in a list of traces, newest first, or among the spans of one.</summary>
/// <param name="Trace">The trace.</param>
/// <param name="Spans">How many of its spans come before; null where the whole trace does.</param>
internal sealed record PagePlace(TraceKey Trace, int? Spans = null)
{
    private const int TraceIdLength = 32;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PagePlace? place)
    {
        place = null;
        if (text.Split('.') is not [var ticks, { Length: TraceIdLength } id, .. var rest] || rest.Length > 1 || !id.All(char.IsAsciiHexDigitLower)
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var start) || start > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }

        var spans = 0;
        if (rest is [var count] && !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out spans))
        {
            return false;
        }

        place = new PagePlace(new TraceKey(null, new DateTimeOffset(start, TimeSpan.Zero), id), rest is [_] ? spans : null);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Trace.StartTime.UtcTicks}.{Trace.TraceId}{(Spans is null ? "" : ".")}{Spans}");
}
