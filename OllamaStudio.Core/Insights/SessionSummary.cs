namespace OllamaStudio.Core.Insights;

/// <summary>What a list says of a conversation, from its traces.</summary>
/// <param name="SessionId">The conversation's id.</param>
/// <param name="Turns">How many traces there are.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Duration">Their durations; of one that is running, until the last that is known.</param>
/// <param name="Errors">How many spans failed.</param>
/// <param name="StartTime">Start of the first, UTC.</param>
/// <param name="LastTime">The last moment that is known of, UTC.</param>
public sealed record SessionSummary(string SessionId, long Turns, TokenCounts Tokens, TimeSpan Duration, long Errors, DateTimeOffset StartTime, DateTimeOffset LastTime)
{
    /// <summary>The conversation of one trace; the trace has one.</summary>
    public static SessionSummary Of(TraceSummary trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return new SessionSummary(trace.SessionId!, 1, trace.Tokens, trace.LastTime - trace.StartTime, trace.ErrorCount, trace.StartTime, trace.LastTime);
    }

    /// <summary>With a trace more.</summary>
    public SessionSummary With(SessionSummary other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with
        {
            Turns = Turns + other.Turns,
            Tokens = Tokens + other.Tokens,
            Duration = Duration + other.Duration,
            Errors = Errors + other.Errors,
            StartTime = StartTime < other.StartTime ? StartTime : other.StartTime,
            LastTime = LastTime > other.LastTime ? LastTime : other.LastTime,
        };
    }
}
