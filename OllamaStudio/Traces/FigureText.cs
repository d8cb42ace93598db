using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>Figures of spans and traces in words.</summary>
public static class FigureText
{
    extension(TokenCounts tokens)
    {
        /// <summary><c>1.2k in · 356 out</c>; a count that is not known is left out.</summary>
        public string Text => Join(tokens, CountText.Brief, " in", " out");

        /// <summary><c>1,234 tokens in · 356 tokens out</c>.</summary>
        public string FullText => Join(tokens, CountText.Full, " tokens in", " tokens out");
    }

    /// <summary>How long the trace took, in words; a running one's in steps of 100 ms.</summary>
    public static string DurationLabel(this TraceSummary trace, DateTimeOffset now) =>
        trace.Duration is null ? DurationText.Running(trace.Elapsed(now)) : DurationText.Of(trace.Elapsed(now));

    /// <summary>How long the span took, in words; a running one's in steps of 100 ms.</summary>
    public static string DurationLabel(this SpanRecord span, DateTimeOffset now) =>
        span.IsRunning ? DurationText.Running(SpanFacts.Elapsed(span, now)) : DurationText.Of(SpanFacts.Elapsed(span, now));

    private static string Join(TokenCounts tokens, Func<long, string> text, string input, string output) => tokens switch
    {
        { Input: { } read, Output: { } written } => $"{text(read)}{input} · {text(written)}{output}",
        { Input: { } read } => text(read) + input,
        { Output: { } written } => text(written) + output,
        _ => "",
    };
}
