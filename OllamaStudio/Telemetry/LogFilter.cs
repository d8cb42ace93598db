using OllamaStudio.Core.Telemetry.Logs;

namespace OllamaStudio.Telemetry;

/// <summary>Which lines of the log are wanted.</summary>
/// <param name="Least">The least level; <see cref="LogLevel.Trace"/> for all.</param>
/// <param name="Text">What stands in the text, the category, a value or the exception, in whatever case; empty for anything.</param>
/// <param name="TraceId">The trace they are of; null for any, and for none.</param>
/// <param name="SpanId">The span they are of; null for any, and for none.</param>
public sealed record LogFilter(LogLevel Least, string Text, string? TraceId, string? SpanId)
{
    /// <summary>Whether all are wanted.</summary>
    public bool IsEmpty => Least is LogLevel.Trace && Text.Length == 0 && TraceId is null && SpanId is null;

    /// <summary>Whether that one is wanted.</summary>
    public bool Takes(LogLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Level >= Least
            && (TraceId is null || line.TraceId == TraceId)
            && (SpanId is null || line.SpanId == SpanId)
            && (Text.Length == 0 || Holds(line.Message) || Holds(line.Category) || Holds(line.EventName) || Holds(line.ExceptionType) || Holds(line.ExceptionMessage)
                || line.Values.Any(value => Holds(value.Value)));
    }

    private bool Holds(string? text) => text?.Contains(Text, StringComparison.OrdinalIgnoreCase) is true;
}
