using System.Globalization;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>Model calls as CSV (RFC 4180: a header row, CRLF, quotes where needed), without a byte order mark. What is not known is empty, never 0.</summary>
public static class ModelCallCsv
{
    private static readonly (string Name, Func<SpanRecord, object?> Value)[] s_columns =
    [
        ("start_time", static span => span.StartTime.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
        ("trace_id", static span => span.TraceId),
        ("span_id", static span => span.SpanId),
        ("session_id", SpanFacts.SessionId),
        ("service_name", static span => span.Resource.ServiceName),
        ("model", SpanFacts.Model),
        ("model_digest", static span => span[TelemetryNames.Llm.ModelDigest]),
        ("server_version", static span => span[TelemetryNames.Llm.ServerVersion]),
        ("operation", static span => span[TelemetryNames.Llm.Operation] ?? span[TelemetryNames.GenAi.OperationName]),
        ("status", static span => SpanFacts.StatusWord(span.Status)),
        ("error", static span => span.Status is SpanStatus.Error ? span.StatusDescription : null),
        ("finish_reason", static span => span[TelemetryNames.Llm.FinishReason]),
        ("tokens_input", static span => SpanFacts.Tokens(span).Input),
        ("tokens_cached", static span => SpanFacts.CachedTokens(span)),
        ("tokens_output", static span => SpanFacts.Tokens(span).Output),
        ("tokens_per_second", static span => SpanFacts.TokensPerSecond(span)),
        ("duration_ms", static span => span.Duration?.TotalMilliseconds),
        ("time_to_first_chunk_ms", static span => span[TelemetryNames.Llm.TimeToFirstChunk]),
        ("queue_ms", static span => span[TelemetryNames.Llm.QueueDuration]),
        ("load_ms", static span => span[TelemetryNames.Llm.LoadDuration]),
        ("prompt_eval_ms", static span => span[TelemetryNames.Llm.PromptEvalDuration]),
        ("eval_ms", static span => span[TelemetryNames.Llm.EvalDuration]),
        ("sampled", static span => span.Sampled),
    ];

    /// <summary>The header row.</summary>
    public static string Header { get; } = Row(s_columns.Select(static column => (object?)column.Name));

    /// <summary>The row of a model call; null for any other span, and for one that is running.</summary>
    public static string? RowOf(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return span.IsRunning || SpanFacts.Category(span) is not SpanCategory.Llm ? null : Row(s_columns.Select(column => column.Value(span)));
    }

    private static string Row(IEnumerable<object?> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(object? value)
    {
        switch (value)
        {
            case null:
                return "";
            case bool flag:
                return flag ? "true" : "false";
            case string text:
                // A spreadsheet takes such a text for a formula, and runs it.
                text = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
                return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
            default:
                return Convert.ToString(value, CultureInfo.InvariantCulture)!;
        }
    }
}
