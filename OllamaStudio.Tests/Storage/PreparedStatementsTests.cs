using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Storage;
using SQLitePCL;

namespace OllamaStudio.Tests.Storage;

public sealed class PreparedStatementsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("studio-prepared-");
    private readonly SqliteConnection _connection;

    public PreparedStatementsTests()
    {
        _connection = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "a.db")};Pooling=false");
        _connection.Open();
        _connection.Execute("PRAGMA journal_mode = WAL; CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size REAL, bytes BLOB) STRICT");
    }

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Each_is_prepared_once_and_takes_values_of_every_kind()
    {
        Assert.Equal(1, Insert.Insert("a", 1.5, new byte[] { 1, 2 }));
        Assert.Equal(2, Insert.Insert("日本", null, Array.Empty<byte>()));
        Assert.Null(Insert.Insert("a", null, null));
        Assert.Same(Insert, Insert);
        Assert.Equal([("a", 1.5, "0102"), ("日本", null, "")], _connection.Query<(string, double?, string)>("SELECT name, size, hex(bytes) FROM thing ORDER BY id"));
        Assert.Equal("日本", Find("日本"));
        Assert.Null(Find("nobody"));
    }

    [Fact]
    public void One_that_failed_or_was_rolled_back_runs_again()
    {
        var strict = PreparedStatements.Of(_connection, "INSERT INTO thing (name) VALUES (?)");
        _connection.Execute("BEGIN IMMEDIATE");
        strict.Run("a");
        Assert.Equal(SQLitePCL.raw.SQLITE_CONSTRAINT, Assert.Throws<SqliteException>(() => strict.Run("a")).SqliteErrorCode);
        _connection.Execute("ROLLBACK");

        Assert.Equal(1, strict.Run("a"));
    }

    [Fact]
    public void One_goes_on_when_the_schema_changed()
    {
        Insert.Run("a", 1.0, null);
        _connection.Execute("ALTER TABLE thing ADD COLUMN more TEXT; CREATE INDEX thing_size ON thing (size)");

        Assert.Equal(2, Insert.Insert("b", 2.0, null));
        Assert.Equal("b", Find("b"));
    }

    [Fact]
    public void The_file_is_closed_with_its_connection_and_the_log_is_in_it()
    {
        Insert.Run("a", 1.0, null);
        Find("a");
        Assert.True(File.Exists(_connection.DataSource + "-wal"));

        _connection.Close();

        Assert.False(File.Exists(_connection.DataSource + "-wal"));
        _connection.Open();
        Assert.Equal("a", Find("a"));
    }

    private PreparedStatement Insert => PreparedStatements.Of(_connection, "INSERT OR IGNORE INTO thing (name, size, bytes) VALUES (?, ?, ?)");

    private string? Find(string name) => PreparedStatements.Of(_connection, "SELECT name FROM thing WHERE name = ?").First(static row => raw.sqlite3_column_text(row, 0).utf8_to_string(), name);
}
