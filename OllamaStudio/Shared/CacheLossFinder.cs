using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Shared;

/// <summary>
/// Finds the message at which a model call lost the server’s cache: the first one that the call before it in the same conversation had not, or had
/// otherwise. Only where both requests are known to their last message; another conversation that was answered in between takes the cache, too, and is not told.
/// </summary>
public sealed class CacheLossFinder(ITraces traces, CallReader calls)
{
    /// <summary>Looks for it. Reads both traces: some milliseconds, not for the page's thread.</summary>
    /// <param name="call">The call.</param>
    /// <returns>Null where nothing parts, or that is not known.</returns>
    public PromptParting? Find(MeasuredCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return traces.Find(call.TraceId) is { } trace && trace.Spans.FirstOrDefault(span => span.SpanId == call.SpanId) is { } span && CallReader.IsModelCall(span)
            && Before(trace, span) is { } before && calls.Read(before.Trace, before.Span) is { IsWhole: true } last && calls.Read(trace, span) is { IsWhole: true } next
            && last.Notes.IsEmpty == next.Notes.IsEmpty // both as they were sent, or both as the conversation has them
                ? PromptComparison.PartingOf(Noted(last), Noted(next))
                : null;
    }

    private (TraceRecord Trace, SpanRecord Span)? Before(TraceRecord trace, SpanRecord span)
    {
        if (LastOf(trace, span.StartTime) is { } earlier)
        {
            return (trace, earlier);
        }

        return SpanFacts.SessionId(span) is { } session && traces.Around(new TraceQuery { Text = $"session:{session}" }, trace.TraceId).Next is { } summary
            && traces.Find(summary.TraceId) is { } other && LastOf(other, span.StartTime) is { } last
                ? (other, last)
                : null;
    }

    private static SpanRecord? LastOf(TraceRecord trace, DateTimeOffset before) =>
        trace.Spans.Where(span => span.StartTime < before && CallReader.IsModelCall(span)).MaxBy(static span => span.StartTime);

    private static SentRequest Noted(RecordedCall call) => SentRequest.Of(call.Request.Messages, options: null, call.Request.Model);
}
