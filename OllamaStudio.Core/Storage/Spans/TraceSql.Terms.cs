using System.Text.Json;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Storage.Spans;

/// <content>What each term of a query asks of a row.</content>
internal sealed partial class TraceSql
{
    // Trigrams: what is shorter is looked for in the texts themselves.
    private const int ShortestIndexed = 3;

    private string Condition(FieldTerm term)
    {
        var value = term.Value;
        return term.Field switch
        {
            var field when field == QueryField.Status => AnyOf(TraceFilter.StatusesOf(value).Select(static status => status switch
            {
                SpanStatus.Running => "0", // what is stored has ended
                SpanStatus.Error => "t.error_count > 0",
                _ => $"t.status = '{TraceRows.Word(status)}'",
            }).Concat(TraceFilter.MeansInterrupted(value) ? [Interrupted] : [])),
            var field when field == QueryField.Model => In("t.model", _values.Models.Where(model => TraceFilter.IsModel(model, value))),
            var field when field == QueryField.Service => In("t.service", _values.Services.Where(service => string.Equals(service, value, StringComparison.OrdinalIgnoreCase))),
            var field when field == QueryField.Source => AnyOf(TraceFilter.SourcesOf(value).Select(static source => $"t.source = '{source}'")), // a word of ours, which has an index
            var field when field == QueryField.Feedback => Thumbs(value),
            var field when field == QueryField.Tool => string.Equals(value, TraceFilter.AnyTool, StringComparison.OrdinalIgnoreCase)
                ? "t.tools IS NOT NULL"
                : $"t.id IN (SELECT id FROM trace_tool WHERE {In("tool", ToolsOf(value))})",
            _ => $"t.session = {Parameter(value)}",
        };
    }

    private string Thumbs(string value)
    {
        string[] traces = [.. _selection.Thumbs?.Where(trace => TraceFilter.IsThumb(trace, value)).Select(static trace => trace.Key) ?? []];
        return traces.Length == 0 ? "0" : $"t.trace IN (SELECT unhex(value) FROM json_each({Parameter(JsonSerializer.Serialize(traces, StringsJson.Default.StringArray))}))";
    }

    // As TraceSummary.IsInterrupted.
    private string Interrupted =>
        $"(t.status = 'unset' AND t.root_has_parent = 1 AND t.source IS NULL AND ({In("t.name", SpanFacts.PartsOfTurn)} OR instr(t.name, {Parameter(TelemetryNames.Spans.ExecuteToolPrefix)}) = 1))";

    private string? FindTool() =>
        _selection.Filter.Fields[QueryField.Tool].ToList() is [{ Value: var value }] && !string.Equals(value, TraceFilter.AnyTool, StringComparison.OrdinalIgnoreCase)
            && ToolsOf(value).ToList() is [var tool] ? Parameter(tool) : null;

    private IEnumerable<string> ToolsOf(string value) => _values.Tools.Where(tool => string.Equals(tool, value, StringComparison.OrdinalIgnoreCase));

    private string Number(NumberTerm term)
    {
        var comparison = term.Operator switch
        {
            QueryOperator.Greater => ">",
            QueryOperator.AtLeast => ">=",
            QueryOperator.Less => "<",
            QueryOperator.AtMost => "<=",
            QueryOperator.NotEqual => "<>",
            _ => "=",
        };
        var column = term.Field.Name switch
        {
            "duration" => "t.duration_ns",
            "tokens.in" => "t.tokens_in",
            "tokens.out" => "t.tokens_out",
            "tokens.cached" => "t.tokens_cached",
            "rate" => "t.rate",
            "errors" => "t.error_count",
            "spans" => "t.span_count",
            "wait.queue" => "t.queue_ns",
            "wait.load" => "t.load_ns",
            "wait.reading" => "t.reading_ns",
            "wait.thinking" => "t.thinking_ns",
            "wait.tools" => "t.tools_ns",
            "wait.person" => "t.person_ns",
            var name => throw new InvalidOperationException($"The field {name} has no column."),
        };
        return $"{column} {comparison} {Parameter(term.Value)}";
    }

    private string Words(string words)
    {
        var ways = new List<string>();
        if (words.EnumerateRunes().Take(ShortestIndexed).Count() == ShortestIndexed)
        {
            ways.Add($"t.id IN (SELECT rowid FROM trace_text WHERE trace_text MATCH {Parameter($"\"{words.Replace("\"", "\"\"", StringComparison.Ordinal).Replace('\0', ' ')}\"")})"); // a NUL ends FTS5's text
        }
        else
        {
            var pattern = Parameter(GlobPattern.Containing(words));
            ways.AddRange(((string[])["title", "name", "model", "session", "error"]).Select(column => $"coalesce(t.{column} GLOB {pattern}, 0)"));
        }

        if (_selection.Titles.Where(title => title.Value.Contains(words, StringComparison.OrdinalIgnoreCase)).Select(static title => title.Key).ToArray() is { Length: > 0 } sessions)
        {
            ways.Add(In("t.session", sessions));
        }

        if (_selection.Prompts?.Where(turn => TraceFilter.IsPrompt(turn, words)).Select(static turn => turn.Key).ToArray() is { Length: > 0 } interrupted)
        {
            ways.Add($"t.trace IN (SELECT unhex(value) FROM json_each({Parameter(JsonSerializer.Serialize(interrupted, StringsJson.Default.StringArray))})) AND {Interrupted}");
        }

        if (words.All(char.IsAsciiHexDigit))
        {
            ways.Add($"instr(hex(t.trace), {Parameter(words.ToUpperInvariant())}) > 0");
        }

        return AnyOf(ways);
    }

    private string In(string column, IEnumerable<string> values)
    {
        string[] known = [.. values];
        return known.Length switch
        {
            0 => "0",
            1 => $"{column} = {Parameter(known[0])}",
            _ => $"{column} IN (SELECT value FROM json_each({Parameter(JsonSerializer.Serialize(known, StringsJson.Default.StringArray))}))",
        };
    }

    private static string AnyOf(IEnumerable<string> conditions) => string.Join(" OR ", conditions.DefaultIfEmpty("0"));
}
