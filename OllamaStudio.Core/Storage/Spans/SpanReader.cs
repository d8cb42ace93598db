using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Conversations;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Reads stored traces.</summary>
internal sealed class SpanReader(StudioDatabase database, SpanWriter writer) : ITraceStore
{
    // More than anybody looks through.
    private const int MaxValues = 1_000;

    private volatile CachedValues? _values;

    /// <inheritdoc />
    public IReadOnlyList<SpanRecord> Pending => writer.Pending;

    /// <inheritdoc />
    public long TakenSpanCount => writer.TakenSpanCount;

    /// <inheritdoc />
    public long Version => writer.Version;

    /// <inheritdoc />
    public long LostSpanCount => writer.LostSpanCount;

    /// <inheritdoc />
    public StoreUnreadableException? LastFault => database.LastFault;

    /// <inheritdoc />
    public IDisposable Subscribe(Action changed) => writer.Subscribe(changed);

    /// <inheritdoc />
    public ImmutableArray<SpanRecord> FindSpans(string traceId) => IdOf(traceId) is { } id
        ? database.Read(connection => SpanRows.Read(connection, id), ImmutableArray<SpanRecord>.Empty)
        : [];

    /// <inheritdoc />
    public IReadOnlySet<string> FindExported(string traceId) => IdOf(traceId) is not { } id ? new HashSet<string>() : database.Read(
        connection => connection.Query<byte[]>("SELECT s.span FROM trace AS t JOIN span AS s ON s.trace = t.id WHERE t.trace = @id AND s.exported = 1", new { id })
            .Select(StoreId.Text).ToHashSet(StringComparer.Ordinal),
        []);

    /// <inheritdoc />
    public (TraceSummary Summary, IReadOnlySet<string> SpanIds)? FindParts(string traceId) => IdOf(traceId) is not { } id ? null : database.Read<(TraceSummary, IReadOnlySet<string>)?>(
        connection =>
        {
            // One statement, so that both are of one moment.
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT {TraceRows.Selected}, (SELECT group_concat(hex(span)) FROM span WHERE span.trace = trace.id) FROM trace WHERE trace = @id";
            command.Parameters.AddWithValue("@id", id);
            using var row = command.ExecuteReader();
            return row.Read() ? (TraceRows.Read(row), row.GetString(row.FieldCount - 1).ToLowerInvariant().Split(',').ToHashSet(StringComparer.Ordinal)) : null;
        },
        null);

    /// <inheritdoc />
    public IReadOnlyDictionary<string, TraceSummary> FindSummaries(IReadOnlyCollection<string> traceIds) =>
        traceIds.Count == 0 ? new Dictionary<string, TraceSummary>() : database.Read(connection => FindSummaries(connection, traceIds), []);

    private static Dictionary<string, TraceSummary> FindSummaries(SqliteConnection connection, IReadOnlyCollection<string> traceIds)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {TraceRows.Selected} FROM trace WHERE trace IN (SELECT unhex(value) FROM json_each(@ids))";
        command.Parameters.AddWithValue("@ids", Json(traceIds));
        using var row = command.ExecuteReader();
        var found = new Dictionary<string, TraceSummary>(StringComparer.Ordinal);
        while (row.Read())
        {
            var summary = TraceRows.Read(row);
            found.Add(summary.TraceId, summary);
        }

        return found;
    }

    /// <inheritdoc />
    public T ReadKeys<T>(TraceSelection selection, TraceKey? after, int most, Func<IEnumerable<TraceKey>, T> read)
    {
        var values = ReadValues();
        return database.Read<Func<T>>(
            connection =>
            {
                using var command = new TraceSql(selection, values).Keys(connection, after, most);
                using var row = command.ExecuteReader();
                var result = read(Keys(row, selection.Query.Sort is TraceSortKey.Rate));
                return () => result;
            },
            () => read([]))();
    }

    /// <inheritdoc />
    public long Count(TraceSelection selection, IReadOnlyCollection<string> without, TraceKey? after = null)
    {
        var values = ReadValues();
        return database.Read(
            connection =>
            {
                using var command = new TraceSql(selection, values).Count(connection, after, without);
                return (long)command.ExecuteScalar()!;
            },
            0L);
    }

    /// <inheritdoc />
    public TraceSelection Narrow(TraceSelection selection) => selection with { Without = database.Read(connection => AttributeBlocks.FindWithout(connection, selection.Filter), []) };

    /// <inheritdoc />
    public IReadOnlySet<string> MatchAttributes(IReadOnlyCollection<string> traceIds, TraceFilter filter) => database.Read(
        connection =>
        {
            // Only spans that have one of the names at all, and somewhere the word that is asked for, are read whole.
            var patterns = filter.Attributes.Select(static term => (Key: AttributeJson.KeyAsWritten(term.Key), Word: AttributeJson.WordAsWritten(term))).ToArray();
            using var command = connection.CreateCommand();
            command.CommandText =
                "SELECT t.trace, d.attributes FROM trace AS t JOIN span AS s ON s.trace = t.id JOIN span_detail AS d ON d.id = s.id WHERE t.trace IN (SELECT unhex(value) FROM json_each(@ids)) AND ("
                + string.Join(" OR ", patterns.Select(static (pattern, index) =>
                    $"(d.attributes LIKE @key{index} ESCAPE '\\'{(pattern.Word is null ? "" : $" AND d.attributes LIKE @word{index} ESCAPE '\\'")})")) + ")";
            command.Parameters.AddWithValue("@ids", Json(traceIds));
            foreach (var (index, pattern) in patterns.Index())
            {
                command.Parameters.AddWithValue($"@key{index}", pattern.Key);
                command.Parameters.AddWithValue($"@word{index}", (object?)pattern.Word ?? DBNull.Value);
            }

            var spans = traceIds.ToDictionary(static id => id, static _ => new List<ImmutableArray<KeyValuePair<string, object?>>>(), StringComparer.Ordinal);
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                spans[StoreId.Text(row.GetFieldValue<byte[]>(0))].Add(AttributeJson.ReadAttributes(row.GetString(1)));
            }

            return spans.Where(trace => filter.MatchesAttributes(trace.Value)).Select(static trace => trace.Key).ToHashSet(StringComparer.Ordinal);
        },
        []);

    /// <inheritdoc />
    public IReadOnlyList<SessionSummary> ReadSessions(TraceSelection selection, IReadOnlyCollection<string> without, IReadOnlyCollection<string> always, int most)
    {
        var values = ReadValues();
        return database.Read<IReadOnlyList<SessionSummary>>(
            connection =>
            {
                using var command = new TraceSql(selection, values).Sessions(connection, without, always, most);
                using var row = command.ExecuteReader();
                var sessions = new List<SessionSummary>();
                while (row.Read())
                {
                    sessions.Add(new SessionSummary(
                        row.GetString(0), row.GetInt64(1), new TokenCounts(row.IsDBNull(2) ? null : row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3)),
                        StoredTime.ReadDuration(row.GetInt64(4)), row.GetInt64(5), StoredTime.Read(row.GetInt64(6)), StoredTime.Read(row.GetInt64(7))));
                }

                return sessions;
            },
            []);
    }

    /// <inheritdoc />
    public TraceFacets CountFacets(TimeRange range, IReadOnlyCollection<string> without, CancellationToken cancellationToken) => database.Read(
        connection =>
        {
            // One transaction, so that all is of one moment; those without are few, and taken off again.
            using var state = connection.BeginTransaction(deferred: true);
            var bounds = new { from = range.From is { } from ? StoredTime.Of(from) : long.MinValue, to = range.To is { } to ? StoredTime.Of(to) : long.MaxValue };
            var models = connection.Query<(string Model, long Count)>(
                "SELECT model, count(*) FROM trace INDEXED BY trace_model WHERE model IS NOT NULL AND start_ns >= @from AND start_ns < @to GROUP BY model", bounds);

            // The index of durations has the start, too; by that of starts, each row would have to be read for its duration.
            var all = new TraceFacets(
                Count("", "1"), 0, Count("", "error_count > 0"), Count("INDEXED BY trace_duration", "duration_ns > 10000000000"), Count("", "tools IS NOT NULL"), Count("", "person_ns > 0"),
                models.ToImmutableSortedDictionary(static model => model.Model, static model => model.Count, StringComparer.Ordinal));
            return FindSummaries(connection, without).Values.Where(trace => range.Contains(trace.StartTime)).Aggregate(all, static (facets, trace) => facets.With(trace, trace.LastTime, -1));

            long Count(string by, string condition)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return connection.ExecuteScalar<long>($"SELECT count(*) FROM trace {by} WHERE start_ns >= @from AND start_ns < @to AND {condition}", bounds);
            }
        },
        TraceFacets.None);

    /// <inheritdoc />
    public IReadOnlyList<(string MessageId, string TraceId, ReplyThumb Thumb)> ReadThumbs() => database.Read<IReadOnlyList<(string, string, ReplyThumb)>>(
        static connection =>
        [
            .. connection.Query<(string Id, byte[] Trace, string Thumb)>("""
                SELECT message.id, trace_id, thumb FROM message JOIN conversation ON conversation.key = message.conversation_key
                WHERE thumb IS NOT NULL AND trace_id IS NOT NULL AND deleted = 0
                """).Select(static row => (row.Id, StoreId.Text(row.Trace), Words.ToThumb(row.Thumb))),
        ],
        []);

    /// <inheritdoc />
    public IReadOnlyList<(string MessageId, string TraceId, string Prompt)> ReadInterruptedPrompts() => database.Read<IReadOnlyList<(string, string, string)>>(
        static connection =>
        [
            .. connection.Query<(string Id, byte[] Trace, string Prompt)>("""
                SELECT reply.id, reply.trace_id, prompt.text FROM message AS reply JOIN conversation ON conversation.key = reply.conversation_key
                JOIN message AS prompt ON prompt.conversation_key = reply.conversation_key AND prompt.number = reply.parent
                WHERE reply.state = 'interrupted' AND reply.trace_id IS NOT NULL AND deleted = 0
                """).Select(static row => (row.Id, StoreId.Text(row.Trace), StoredText.Read(row.Prompt))),
        ],
        []);

    /// <inheritdoc />
    public QueryValues ReadValues()
    {
        // Names come seldom: they are read again when something was stored since.
        var version = Version;
        var known = _values;
        if (known?.Version != version)
        {
            if (database.Read<QueryValues?>(
                static connection => new QueryValues(Distinct(connection, "trace", "model"), Distinct(connection, "trace", "service"), Distinct(connection, "trace_tool", "tool")),
                null) is not { } values)
            {
                return QueryValues.None; // not to be kept: they could not be read
            }

            _values = known = new CachedValues(version, values);
        }

        return known.Values;
    }

    // From one value to the next by the index, whatever the number of rows.
    private static ImmutableArray<string> Distinct(SqliteConnection connection, string table, string column) =>
    [
        .. connection.Query<string>(
            $"""
            WITH RECURSIVE names (name) AS (
                SELECT min({column}) FROM {table}
                UNION ALL
                SELECT (SELECT min({column}) FROM {table} WHERE {column} > names.name) FROM names WHERE names.name IS NOT NULL
            )
            SELECT name FROM names WHERE name IS NOT NULL LIMIT @MaxValues
            """,
            new { MaxValues }),
    ];

    private static IEnumerable<TraceKey> Keys(SqliteDataReader row, bool isReal)
    {
        while (row.Read())
        {
            yield return new TraceKey(row.IsDBNull(0) ? null : isReal ? row.GetDouble(0) : row.GetValue(0), StoredTime.Read(row.GetInt64(1)), StoreId.Text(row.GetFieldValue<byte[]>(2)));
        }
    }

    private static string Json(IReadOnlyCollection<string> ids) => JsonSerializer.Serialize([.. ids], StringsJson.Default.StringArray);

    private static byte[]? IdOf(string traceId) => traceId.Length == 32 && traceId.All(char.IsAsciiHexDigit) ? StoreId.Bytes(traceId) : null;

    private sealed record CachedValues(long Version, QueryValues Values);
}
