using System.Data;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OllamaStudio.Core.Storage;

/// <summary>
/// The statements of one connection that are run with every batch of spans, prepared once. To prepare them anew for each row took more than half of what storing it takes: an insert into
/// <c>trace</c> has 39 parameters and brings all triggers of the table along. They end with the connection. Used by the one thread that has it.
/// </summary>
internal sealed class PreparedStatements
{
    private static readonly ConditionalWeakTable<SqliteConnection, PreparedStatements> s_all = [];

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, PreparedStatement> _statements = new(StringComparer.Ordinal);

    private PreparedStatements(SqliteConnection connection)
    {
        _connection = connection;
        connection.StateChange += OnStateChange;
    }

    /// <summary>The statement of a connection.</summary>
    /// <param name="connection">Is open.</param>
    /// <param name="sql">One statement, of the code and not made up: it is kept as long as the connection is open.</param>
    public static PreparedStatement Of(SqliteConnection connection, string sql)
    {
        var statements = s_all.GetValue(connection, static connection => new PreparedStatements(connection))._statements;
        if (!statements.TryGetValue(sql, out var statement))
        {
            statements.Add(sql, statement = new PreparedStatement(connection.Handle!, sql));
        }

        return statement;
    }

    // SQLite closes a file when the last of its statements has ended: here and not when they are collected, since who closes moves or deletes the file next.
    private void OnStateChange(object sender, StateChangeEventArgs change)
    {
        if (change.CurrentState is ConnectionState.Closed)
        {
            _connection.StateChange -= OnStateChange;
            s_all.Remove(_connection);
            foreach (var statement in _statements.Values)
            {
                statement.Dispose();
            }
        }
    }
}

/// <summary>A statement that is run again and again, its parameters by their place.</summary>
internal sealed class PreparedStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares it.</summary>
    /// <exception cref="SqliteException">It is no statement of that file.</exception>
    public PreparedStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Runs it.</summary>
    /// <param name="values">Null, texts, bytes, whole numbers, booleans and <see cref="double"/>, in the order of the parameters.</param>
    /// <returns>How many rows it changed, triggers not counted.</returns>
    public int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        try
        {
            while (Step())
            {
                // What it returns is of no interest.
            }

            return raw.sqlite3_changes(_database);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs it and reads its first row.</summary>
    /// <param name="read">Reads the columns.</param>
    /// <param name="values">As those of <see cref="Run"/>.</param>
    /// <returns>Null where there is no row.</returns>
    public T? First<T>(Func<sqlite3_stmt, T> read, params ReadOnlySpan<object?> values)
        where T : class
    {
        Bind(values);
        try
        {
            return Step() ? read(_statement) : null;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs an insert.</summary>
    /// <returns>The row's id; null where it was left out as one that is there.</returns>
    public long? Insert(params ReadOnlySpan<object?> values) => Run(values) > 0 ? raw.sqlite3_last_insert_rowid(_database) : null;

    /// <inheritdoc />
    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        Check(result);
        return result == raw.SQLITE_ROW;
    }

    // It returns once more what the step returned, and that was thrown.
    private void Reset() => raw.sqlite3_reset(_statement);

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var place = 0; place < values.Length; place++)
        {
            Check(values[place] switch
            {
                null => raw.sqlite3_bind_null(_statement, place + 1),
                string text => raw.sqlite3_bind_text(_statement, place + 1, text),
                byte[] bytes => raw.sqlite3_bind_blob(_statement, place + 1, bytes),
                long number => raw.sqlite3_bind_int64(_statement, place + 1, number),
                int number => raw.sqlite3_bind_int64(_statement, place + 1, number),
                bool flag => raw.sqlite3_bind_int64(_statement, place + 1, flag ? 1 : 0),
                double number => raw.sqlite3_bind_double(_statement, place + 1, number),
                var other => throw new ArgumentException($"SQLite has no {other.GetType()}.", nameof(values)),
            });
        }
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}

/// <summary>Columns of a row that may be NULL.</summary>
internal static class PreparedColumns
{
    /// <summary>A text, or null.</summary>
    public static string? Text(this sqlite3_stmt row, int column) => row.IsNull(column) ? null : raw.sqlite3_column_text(row, column).utf8_to_string();

    /// <summary>Whether it is NULL.</summary>
    public static bool IsNull(this sqlite3_stmt row, int column) => raw.sqlite3_column_type(row, column) == raw.SQLITE_NULL;
}
