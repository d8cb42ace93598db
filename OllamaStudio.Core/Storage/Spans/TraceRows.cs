using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Summaries of traces as rows of the table <c>trace</c>.</summary>
internal static class TraceRows
{
    private static readonly ImmutableArray<string> Columns =
    [
        "trace", "start_ns", "last_ns", "root_span", "root_has_parent", "root_start_ns", "name", "title", "root_status", "root_words", "stopped", "sampled",
        "service", "source", "span_count", "error_count", "span_sum", "model", "model_ns", "session", "session_ns", "error_words", "error_ns",
        "root_tokens_in", "root_tokens_out", "call_tokens_in", "call_tokens_out", "tokens_cached", "written_tokens", "writing_ns",
        "queue_ns", "load_ns", "reading_ns", "thinking_ns", "writing_total_ns", "tools_ns", "person_ns", "tools",
    ];

    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public static string Selected { get; } = string.Join(", ", Columns);

    private static readonly string InsertSql = $"INSERT INTO trace ({Selected}, bytes) VALUES ({string.Join(", ", Columns.Select(static _ => "?"))}, ?)";

    private static readonly string UpdateSql = $"UPDATE trace SET {string.Join(", ", Columns.Select(static column => $"{column} = ?"))}, bytes = bytes + ? WHERE id = ?";

    /// <summary>Finds a trace: its row's id and its summary, or null.</summary>
    public static (long Id, TraceSummary Summary)? Find(SqliteConnection connection, byte[] traceId)
    {
        if (!Contains(connection, traceId))
        {
            return null; // as nearly all are, of which the first batch comes
        }

        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Selected}, id FROM trace WHERE trace = @trace";
        command.Parameters.AddWithValue("@trace", traceId);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(Columns.Length), Read(reader)) : null;
    }

    /// <summary>Whether a trace is there.</summary>
    private static bool Contains(SqliteConnection connection, byte[] traceId) => PreparedStatements.Of(connection, "SELECT 1 FROM trace WHERE trace = ?").First(static _ => "", traceId) is not null;

    /// <summary>Adds a trace.</summary>
    /// <returns>Its row's id.</returns>
    public static long Insert(SqliteConnection connection, TraceSummary trace, long bytes) => PreparedStatements.Of(connection, InsertSql).Insert([.. Values(trace), bytes])!.Value;

    /// <summary>Puts a trace's new summary in place of the old.</summary>
    /// <param name="connection">The connection that writes.</param>
    /// <param name="id">Its row's id.</param>
    /// <param name="trace">The whole summary.</param>
    /// <param name="bytes">How many bytes came to it.</param>
    public static void Update(SqliteConnection connection, long id, TraceSummary trace, long bytes) => PreparedStatements.Of(connection, UpdateSql).Run([.. Values(trace), bytes, id]);

    /// <summary>Reads a row of <see cref="Selected"/>.</summary>
    public static TraceSummary Read(SqliteDataReader row) => new()
    {
        TraceId = StoreId.Text(row.GetFieldValue<byte[]>(0)),
        StartTime = StoredTime.Read(row.GetInt64(1)),
        LastTime = StoredTime.Read(row.GetInt64(2)),
        Root = new TraceRoot
        {
            SpanId = StoreId.Text(row.GetFieldValue<byte[]>(3)),
            HasParent = row.GetBoolean(4),
            StartTime = StoredTime.Read(row.GetInt64(5)),
            Name = row.GetString(6),
            Title = row.GetString(7),
            Status = StatusOf(row.GetString(8)),
            StatusDescription = Text(row, 9),
            IsStopped = row.GetBoolean(10),
            Sampled = SampledOf(row.GetString(11)),
            Service = Text(row, 12),
            Source = Text(row, 13),
        },
        SpanCount = row.GetInt32(14),
        RunningCount = 0,
        ErrorCount = row.GetInt32(15),
        EndedSpans = row.GetInt64(16),
        FirstModel = ToldIn(row, 17),
        FirstSession = ToldIn(row, 19),
        FirstError = ToldIn(row, 21),
        RootTokens = new TokenCounts(Number(row, 23), Number(row, 24)),
        CallTokens = new TokenCounts(Number(row, 25), Number(row, 26)),
        CachedTokens = Number(row, 27),
        WrittenTokens = row.GetInt64(28),
        WritingTime = StoredTime.ReadDuration(row.GetInt64(29)),
        Phases = new TurnStats
        {
            QueueDuration = Time(row, 30),
            LoadDuration = Time(row, 31),
            PromptEvalDuration = Time(row, 32),
            ThinkingDuration = Time(row, 33),
            EvalDuration = Time(row, 34),
            ToolDuration = Time(row, 35),
            ApprovalDuration = Time(row, 36),
        },
        Tools = Text(row, 37) is { } tools ? JsonSerializer.Deserialize(tools, StringsJson.Default.ImmutableArrayString) : [],
    };

    /// <summary>A status as a word of the store.</summary>
    public static string Word(SpanStatus status) => SpanFacts.StatusWord(status);

    /// <summary>The status of that word.</summary>
    public static SpanStatus StatusOf(string word) => word switch { "ok" => SpanStatus.Ok, "error" => SpanStatus.Error, _ => SpanStatus.Unset };

    /// <summary>Whether a span of that word is exported; null where that is not decided.</summary>
    public static bool? SampledOf(string word) => word is "pending" ? null : word is "true";

    /// <summary>The tools' names as the row has them; null for none.</summary>
    private static string? ToolsOf(TraceSummary trace) => trace.Tools.IsEmpty ? null : JsonSerializer.Serialize(trace.Tools, StringsJson.Default.ImmutableArrayString);

    private static object?[] Values(TraceSummary trace)
    {
        var root = trace.Root;
        var phases = trace.Phases;
        return
        [
            StoreId.Bytes(trace.TraceId), StoredTime.Of(trace.StartTime), StoredTime.Of(trace.LastTime), StoreId.Bytes(root.SpanId), root.HasParent, StoredTime.Of(root.StartTime),
            root.Name, root.Title, Word(root.Status), root.StatusDescription, root.IsStopped, SpanFacts.SampledWord(root.Sampled),
            root.Service, root.Source, trace.SpanCount, trace.ErrorCount, trace.EndedSpans,
            trace.FirstModel?.Text, TimeOf(trace.FirstModel), trace.FirstSession?.Text, TimeOf(trace.FirstSession), trace.FirstError?.Text, TimeOf(trace.FirstError),
            trace.RootTokens.Input, trace.RootTokens.Output, trace.CallTokens.Input, trace.CallTokens.Output, trace.CachedTokens, trace.WrittenTokens, StoredTime.Of(trace.WritingTime),
            Time(phases.QueueDuration), Time(phases.LoadDuration), Time(phases.PromptEvalDuration), Time(phases.ThinkingDuration),
            Time(phases.EvalDuration), Time(phases.ToolDuration), Time(phases.ApprovalDuration), ToolsOf(trace),
        ];
    }

    private static long? TimeOf(Told? told) => told is null ? null : StoredTime.Of(told.Time);

    private static Told? ToldIn(SqliteDataReader row, int column) => Text(row, column) is { } text ? new Told(StoredTime.Read(row.GetInt64(column + 1)), text) : null;

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Time(TimeSpan? duration) => duration is { } known ? StoredTime.Of(known) : null;

    private static TimeSpan? Time(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : StoredTime.ReadDuration(row.GetInt64(column));

    private static long? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}

/// <summary>Ids as the store keeps them.</summary>
internal static class StoreId
{
    /// <summary>The bytes of an id of hexadecimal digits.</summary>
    public static byte[] Bytes(string id) => Convert.FromHexString(id);

    /// <summary>Lower-case hexadecimal digits.</summary>
    public static string Text(byte[] id) => Convert.ToHexStringLower(id);
}
