using System.Globalization;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Core.Telemetry;
using SQLitePCL;

namespace OllamaStudio.Core.Storage.Rollups;

/// <summary>
/// The figures of each model call, and the marks where what they depend on changed. A mark belongs to a call and says what is different
/// from the call before it, so a call that comes late changes its own mark and that of the next, and the order of arrival does not matter. What a
/// conversation sets for itself is no change: of that its calls tell nothing.
/// </summary>
internal static class CallTable
{
    /// <summary>SQL: what counts as use here. What an experiment of the lab tries out, or was imported, is no change of the person's setup, and no baseline.</summary>
    public const string IsUse = $"imported = 0 AND source IN ('{TelemetryNames.Values.SourceChat}', '{TelemetryNames.Values.SourceGateway}')";

    private static readonly string[] s_marking = [TelemetryNames.Values.SourceChat, TelemetryNames.Values.SourceGateway];

    private const int OwnContext = 1;
    private const int OwnOptions = 2;
    private const string Context = "iif(own & 1, NULL, CAST(context_window AS TEXT))";
    private const string Options = "iif(own & 2, NULL, options)";
    private const string Facts = $"start_ns, version, digest, {Context}, {Options}";
    private const string Marking = $"model = ? AND {IsUse}";
    private const string Before = $"SELECT {Facts} FROM model_call WHERE {Marking} AND (start_ns, span_id) < (?, ?)";
    private const string After = $"SELECT {Facts} FROM model_call WHERE {Marking} AND (start_ns, span_id) > (?, ?)";
    private const string NewestFirst = "ORDER BY start_ns DESC, span_id DESC LIMIT 1";
    private const string OldestFirst = "ORDER BY start_ns, span_id LIMIT 1";

    private const string Insert =
        """
        INSERT OR IGNORE INTO model_call (trace_id, span_id, start_ns, model, source, version, digest, context_window, options,
          tokens_in, tokens_cached, tokens_out, warm, duration_ns, first_token_ns, queue_ns, load_ns, reading_ns, writing_ns, imported, own)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private static readonly Field[] s_fields =
    [
        new(ChangeKind.Version, "version", static call => call.Version),
        new(ChangeKind.Digest, "digest", static call => call.Digest),
        new(ChangeKind.Context, Context, static call => call.Context),
        new(ChangeKind.Options, Options, static call => call.Options),
    ];

    /// <summary>Adds a call, and marks what changed with it.</summary>
    public static void Add(SqliteConnection connection, MeasuredCall call, bool isImport)
    {
        var (startNs, spanId) = (StoredTime.Of(call.StartTime), StoreId.Bytes(call.SpanId));
        PreparedStatements.Of(connection, Insert).Run(
            StoreId.Bytes(call.TraceId), spanId, startNs, call.Model, call.Source,
            call.Setup.Version, call.Setup.Digest, call.Setup.ContextWindow, call.Setup.Options,
            call.TokensIn, call.TokensCached, call.TokensOut, call.IsWarm,
            StoredTime.Of(call.Duration), Stored(call.FirstToken), Stored(call.Queue), Stored(call.Load), Stored(call.Reading), Stored(call.Writing), isImport,
            (call.HasOwnContext ? OwnContext : 0) | (call.HasOwnOptions ? OwnOptions : 0));
        if (isImport || !s_marking.Contains(call.Source))
        {
            return;
        }

        var facts = new CallFacts(
            startNs, call.Setup.Version, call.Setup.Digest,
            call.HasOwnContext ? null : call.Setup.ContextWindow?.ToString(CultureInfo.InvariantCulture), call.HasOwnOptions ? null : call.Setup.Options);
        var before = Find($"{Before} {NewestFirst}");
        var after = Find($"{After} {OldestFirst}");
        foreach (var field in s_fields)
        {
            if (field.Of(facts) is not { } value)
            {
                continue; // It tells nothing, and stands between the others as if it were not there.
            }

            var last = before is null || field.Of(before) is not null ? before : Find(field.Before);
            var next = after is null || field.Of(after) is not null ? after : Find(field.After);
            Mark(connection, call.Model, field, last is null ? value : field.Of(last)!, facts.StartNs, value);
            if (next is not null)
            {
                Mark(connection, call.Model, field, value, next.StartNs, field.Of(next)!);
            }
        }

        CallFacts? Find(string sql) => PreparedStatements.Of(connection, sql).First(
            static row => new CallFacts(raw.sqlite3_column_int64(row, 0), row.Text(1), row.Text(2), row.Text(3), row.Text(4)), call.Model, startNs, spanId);
    }

    private static long? Stored(TimeSpan? duration) => duration is { } known ? StoredTime.Of(known) : null;

    private static void Mark(SqliteConnection connection, string model, Field field, string before, long startNs, string after)
    {
        if (before == after)
        {
            PreparedStatements.Of(connection, "DELETE FROM change_mark WHERE start_ns = ? AND model = ? AND what = ?").Run(startNs, model, WordOf(field.What));
        }
        else
        {
            PreparedStatements.Of(connection, "INSERT OR REPLACE INTO change_mark (start_ns, model, what, before, after) VALUES (?, ?, ?, ?, ?)")
                .Run(startNs, model, WordOf(field.What), Known(before), Known(after));
        }
    }

    /// <summary>The table's word for it.</summary>
    public static string WordOf(ChangeKind what) => what.ToString().ToLowerInvariant();

    private static string? Known(string value) => value.Length == 0 ? null : value;

    private sealed record Field(ChangeKind What, string Column, Func<CallFacts, string?> Of)
    {
        /// <summary>SQL: the last call before that tells it.</summary>
        public string Before { get; } = $"{CallTable.Before} AND {Column} IS NOT NULL {NewestFirst}";

        /// <summary>SQL: the next call after that tells it.</summary>
        public string After { get; } = $"{CallTable.After} AND {Column} IS NOT NULL {OldestFirst}";
    }

    private sealed record CallFacts(long StartNs, string? Version, string? Digest, string? Context, string? Options);
}
