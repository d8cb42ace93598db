using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>
/// A selection of traces as SQL over the table <c>trace AS t</c>, which finds what <see cref="TraceSelection.Matches"/> does in memory, in
/// the order of <see cref="TraceOrder"/>. Everything that a person typed is a parameter.
/// </summary>
internal sealed partial class TraceSql
{
    private readonly TraceSelection _selection;
    private readonly QueryValues _values;
    private readonly Dictionary<string, object> _parameters = [];
    private readonly List<string> _conditions = [];

    // Where one tool is asked for: its traces are read in their order, page by page, and not sorted.
    private readonly string? _tool;

    /// <summary>Reads a selection.</summary>
    /// <param name="selection">What is asked for.</param>
    /// <param name="values">The models and services that there are: which of them a typed name means, one piece of code says.</param>
    public TraceSql(TraceSelection selection, QueryValues values)
    {
        (_selection, _values) = (selection, values);
        _tool = FindTool();
        AddRange(selection.Range);
        foreach (var field in selection.Filter.Fields)
        {
            if (_tool is null || field.Key != QueryField.Tool)
            {
                _conditions.Add(AnyOf(field.Select(Condition)));
            }
        }

        foreach (var term in selection.Filter.Single)
        {
            var condition = term switch { WordTerm word => Words(word.Words), NumberTerm number => Number(number), FieldTerm field => Condition(field), _ => "1" };
            _conditions.Add(term.IsNegated ? $"NOT coalesce({condition}, 0)" : condition);
        }
    }

    private string From => _tool is null ? "trace AS t " : $"trace_tool AS u CROSS JOIN trace AS t ON t.id = u.id AND u.tool = {_tool} ";

    /// <summary>The table that the time is read from.</summary>
    private string Timed => _tool is null ? "t" : "u";

    private string Where => _conditions.Count == 0 ? "1" : string.Join(" AND ", _conditions.Select(static condition => $"({condition})"));

    /// <summary>Counts those that come after a place, or all, without some.</summary>
    public SqliteCommand Count(SqliteConnection connection, TraceKey? after, IReadOnlyCollection<string> without)
    {
        var where = WhereAfter(after);
        var all = where == "1" && _tool is null ? "SELECT traces FROM trace_total" : $"SELECT count(*) FROM {From}{TitlesJoin}WHERE {where}";

        // Those without are few: counted apart, in the same moment, they leave the rest to an index that has no ids.
        return Command(connection, without.Count == 0 ? TitlesBefore + all : $"{TitlesBefore}SELECT ({all}) - (SELECT count(*) FROM {From}{TitlesJoin}WHERE {Timed}.trace IN ({Ids(without)}) AND {where})");
    }

    /// <summary>
    /// Sums of them by conversation, without some traces, the conversation that was used last first; more of them are <paramref name="always"/> read. A call that was made again in
    /// the lab is no turn of it.
    /// </summary>
    public SqliteCommand Sessions(SqliteConnection connection, IReadOnlyCollection<string> without, IReadOnlyCollection<string> always, int most) => Command(
        connection,
        "SELECT t.session, count(*), sum(t.tokens_in), sum(t.tokens_out), sum(t.duration_ns), sum(t.error_count), min(t.start_ns), max(t.last_ns) AS last "
        + $"FROM {From}"
        + $"WHERE t.session IS NOT NULL AND t.source IS NOT '{TelemetryNames.Values.SourceLab}' AND {Where}{(without.Count == 0 ? "" : $" AND {Timed}.trace NOT IN ({Ids(without)})")} GROUP BY t.session "
        + $"ORDER BY {(always.Count == 0 ? "" : $"t.session IN (SELECT value FROM json_each({Parameter(Json(always))})) DESC, ")}last DESC, t.session LIMIT {(most + always.Count).ToString(CultureInfo.InvariantCulture)}");

    private string Ids(IReadOnlyCollection<string> traces) => $"SELECT unhex(value) FROM json_each({Parameter(Json(traces))})";

    private static string Json(IEnumerable<string> values) => JsonSerializer.Serialize([.. values], StringsJson.Default.StringArray);

    /// <summary>Selects what they are sorted by, their start and their id, in order.</summary>
    public SqliteCommand Keys(SqliteConnection connection, TraceKey? after, int most)
    {
        var (value, _) = SortValue(_selection.Query.Sort);
        var where = WhereAfter(after);
        if (_selection.Without.Count > 0)
        {
            where = $"(t.id >> {AttributeBlocks.Shift}) NOT IN (SELECT value FROM json_each({Parameter($"[{string.Join(',', _selection.Without)}]")})) AND {where}";
        }

        var order = $"{(value is null ? "" : value + (_selection.Order.IsDescending ? " DESC, " : ", "))}{(_selection.Order.IsNewestFirst ? $"{Timed}.start_ns DESC, {Timed}.trace DESC" : $"{Timed}.start_ns, {Timed}.trace")}";
        return Command(
            connection,
            $"{TitlesBefore}SELECT {value ?? "NULL"}, t.start_ns, t.trace FROM {From}{TitlesJoin}WHERE {where} ORDER BY {order} LIMIT {most.ToString(CultureInfo.InvariantCulture)}");
    }

    private bool HasTitles => _selection.Query.Sort is TraceSortKey.Conversation;

    private string TitlesBefore
    {
        get
        {
            if (!HasTitles)
            {
                return "";
            }

            _parameters["@titles"] = JsonSerializer.Serialize(_selection.Titles.ToDictionary(), StringsJson.Default.DictionaryStringString);
            return "WITH title AS MATERIALIZED (SELECT key AS session, value AS words FROM json_each(@titles)) ";
        }
    }

    private string TitlesJoin => HasTitles ? "LEFT JOIN title ON title.session = t.session " : "";

    private string WhereAfter(TraceKey? after)
    {
        var (value, isNeverNull) = SortValue(_selection.Query.Sort);
        return after is { } key ? $"{Where} AND ({After(value, isNeverNull, key)})" : Where;
    }

    /// <summary>What a sort key is as SQL; null for the start, which always sorts. And whether it is never null.</summary>
    private static (string? Value, bool IsNeverNull) SortValue(TraceSortKey key) => key switch
    {
        TraceSortKey.Status => ("(CASE t.status WHEN 'unset' THEN 1 WHEN 'ok' THEN 2 ELSE 3 END)", true),
        TraceSortKey.Prompt => ("t.title COLLATE NOCASE", true),
        TraceSortKey.Model => ("t.model COLLATE NOCASE", false),
        TraceSortKey.In => ("t.tokens_in", false),
        TraceSortKey.Cached => ("t.tokens_cached", false),
        TraceSortKey.Out => ("t.tokens_out", false),
        TraceSortKey.Rate => ("t.rate", false),
        TraceSortKey.Duration => ("t.duration_ns", true),
        TraceSortKey.Conversation => ("coalesce(title.words, t.session) COLLATE NOCASE", false),
        TraceSortKey.Spans => ("t.span_count", true),
        TraceSortKey.Sampled => ("(t.sampled = 'true')", true),
        TraceSortKey.TraceId => ("lower(hex(t.trace))", true),
        _ => (null, true),
    };

    private string After(string? value, bool isNeverNull, TraceKey key)
    {
        _parameters["@after_start"] = StoredTime.Of(key.StartTime);
        _parameters["@after_trace"] = StoreId.Bytes(key.TraceId);
        var then = $"({Timed}.start_ns, {Timed}.trace) {(_selection.Order.IsNewestFirst ? "<" : ">")} (@after_start, @after_trace)";
        if (value is null)
        {
            return then;
        }

        var descending = _selection.Order.IsDescending;
        if (key.Value is null)
        {
            return descending ? $"{value} IS NULL AND {then}" : $"{value} IS NOT NULL OR {then}";
        }

        _parameters["@after_value"] = key.Value;
        return $"{value} {(descending ? "<" : ">")} @after_value OR ({value} = @after_value AND {then})" + (descending && !isNeverNull ? $" OR {value} IS NULL" : "");
    }

    private void AddRange(TimeRange range)
    {
        if (range.From is { } from)
        {
            _conditions.Add($"{Timed}.start_ns >= {Parameter(StoredTime.Of(from))}");
        }

        if (range.To is { } to)
        {
            _conditions.Add($"{Timed}.start_ns < {Parameter(StoredTime.Of(to))}");
        }
    }

    private string Parameter(object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"@p{_parameters.Count}");
        _parameters.Add(name, value);
        return name;
    }

    private SqliteCommand Command(SqliteConnection connection, string text)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in _parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
