using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Backups;

namespace OllamaStudio.Core.Storage;

/// <summary>
/// Brings a file to the schema of this version by the numbered scripts in <c>Storage/Migrations</c>, all of them or none.
/// <c>PRAGMA user_version</c> says how many have run; the table <c>studio</c> says which version of the studio did it.
/// </summary>
internal static class Migrator
{
    // Room that a backup leaves on the disk.
    private const long Spare = 64 * 1024 * 1024;

    private static readonly string[] s_scripts = [.. Scripts()];

    /// <summary>The schema's version: how many scripts there are.</summary>
    public static int Latest => s_scripts.Length;

    /// <summary>Key of the mark of a file that was made where there were images already: they are of another database, which may come back.</summary>
    internal const string KeepsImages = "keeps_images";

    /// <summary>The version of this studio, as it stands in a file that it has written.</summary>
    public static string StudioVersion { get; } = typeof(Migrator).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Sets a connection up, and brings its file to <see cref="Latest"/>.</summary>
    /// <param name="connection">May write.</param>
    /// <param name="folder">Where the file lies.</param>
    /// <param name="to">The version to stop at; null for the latest.</param>
    /// <param name="free">Tells the free bytes of the disk that a path is on; null asks the system.</param>
    /// <exception cref="StoreRefusedException">A newer studio wrote it, or there is no room for the backup that comes first.</exception>
    public static void Bring(SqliteConnection connection, DataFolder folder, int? to = null, Func<string, long>? free = null)
    {
        // Before the pragmas, which write to the file: one that is refused stays as it is.
        var version = VersionOf(connection);
        if (version > Latest)
        {
            throw StoreRefusedException.Newer(folder.Combine(StudioDatabase.FileName), WriterOf(connection)); // another program held it when it was asked first
        }

        var latest = to ?? Latest;
        var isOlder = version > 0 && version < latest;
        if (isOlder && FindNoRoom(folder, free) is { } refusal)
        {
            throw refusal;
        }

        connection.Execute(StudioDatabase.Pragmas);
        if (version >= latest)
        {
            return;
        }

        if (isOlder)
        {
            BackUp(connection, folder, version);
        }

        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            connection.Execute("CREATE TABLE IF NOT EXISTS studio (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID");
            foreach (var script in s_scripts[version..latest])
            {
                connection.Execute(script);
            }

            if (version == 0 && Directory.Exists(folder.Combine(BackupFolder.Images)) && Directory.EnumerateFiles(folder.Combine(BackupFolder.Images)).Any())
            {
                connection.Execute("INSERT INTO studio (key, value) VALUES (@KeepsImages, '1')", new { KeepsImages });
            }

            connection.Execute("INSERT INTO studio (key, value) VALUES ('written_by', @StudioVersion) ON CONFLICT DO UPDATE SET value = excluded.value", new { StudioVersion });
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {latest}"));
            connection.Execute("COMMIT");
        }
        catch
        {
            StoreWriter.RollBack(connection);
            throw;
        }
    }

    /// <summary>Why this studio must leave the folder's database alone, or null. Changes nothing.</summary>
    /// <param name="folder">Where the file lies.</param>
    /// <param name="free">Tells the free bytes of the disk that a path is on; null asks the system.</param>
    public static StoreRefusedException? FindRefusal(DataFolder folder, Func<string, long>? free = null)
    {
        var path = folder.Combine(StudioDatabase.FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = StudioDatabase.StartPatience }.ToString());
            connection.Open();
            var version = VersionOf(connection);
            return version > Latest ? StoreRefusedException.Newer(path, WriterOf(connection))
                : version > 0 && version < Latest ? FindNoRoom(folder, free)
                : null;
        }
        catch (SqliteException)
        {
            return null; // broken, or not to be read: that is no reason not to start
        }
    }

    /// <summary>Whether a file can be read so, and is of this version.</summary>
    public static bool IsCurrent(string connectionString)
    {
        try
        {
            using var connection = new SqliteConnection(connectionString) { DefaultTimeout = StudioDatabase.StartPatience };
            connection.Open();
            return VersionOf(connection) == Latest;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private static int VersionOf(SqliteConnection connection) => connection.ExecuteScalar<int>("PRAGMA user_version");

    private static string? WriterOf(SqliteConnection connection) =>
        connection.ExecuteScalar<int>("SELECT count(*) FROM sqlite_schema WHERE name = 'studio'") == 0 ? null
            : connection.ExecuteScalar<string?>("SELECT value FROM studio WHERE key = 'written_by'");

    // The last one only: it is as large as the database.
    private static void BackUp(SqliteConnection connection, DataFolder folder, int version)
    {
        var backups = folder.CreateWithin(BackupFolder.Name);
        var path = Path.Combine(backups.FullName, string.Create(CultureInfo.InvariantCulture, $"{BackupFolder.BeforeMigration}{version:0000}.db"));
        var unfinished = path + BackupFolder.Unfinished;
        File.Delete(unfinished);
        DataFolder.OpenPrivate(unfinished, FileMode.CreateNew, FileAccess.Write).Dispose(); // VACUUM INTO takes an empty file
        connection.Execute("VACUUM INTO @unfinished", new { unfinished });
        File.Move(unfinished, path, overwrite: true);
        foreach (var older in backups.GetFiles(BackupFolder.BeforeMigration + "*.db").Where(file => file.FullName != path))
        {
            older.Delete();
        }
    }

    private static StoreRefusedException? FindNoRoom(DataFolder folder, Func<string, long>? free)
    {
        var needed = new FileInfo(folder.Combine(StudioDatabase.FileName)).Length + Spare;
        var there = free is null ? new DriveInfo(folder.Path).AvailableFreeSpace : free(folder.Path);
        return there < needed ? StoreRefusedException.NoRoom(folder.Path, needed, there) : null;
    }

    private static IEnumerable<string> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(static name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }
}
