using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Backups;

namespace OllamaStudio.Tests.Storage;

public sealed class MigratorTests
{
    [Fact]
    public async Task A_new_file_is_readable_for_this_user_alone_and_says_who_wrote_it()
    {
        await using var store = new StoreFixture();
        await store.Writer.FlushAsync();
        Assert.Equal(Migrator.StudioVersion, store.Database.Read(static connection => connection.ExecuteScalar<string>("SELECT value FROM studio WHERE key = 'written_by'"), null));
        Assert.Equal(Migrator.Latest, store.Database.Read(static connection => connection.ExecuteScalar<int>("PRAGMA user_version"), 0));
        Assert.Equal("wal", store.Database.Read(static connection => connection.ExecuteScalar<string>("PRAGMA journal_mode"), null));
        var files = Directory.GetFiles(store.Folder.Path, "studio.db*");
        Assert.Equal(3, files.Length); // with -wal and -shm
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in files)
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task A_file_of_a_newer_studio_is_left_as_it_is_and_its_writer_is_named()
    {
        await using var store = new StoreFixture();
        await store.Writer.WriteAsync(static connection => connection.Execute("UPDATE studio SET value = '9.9.9' WHERE key = 'written_by'"), 0);
        await store.Writer.StopAsync(CancellationToken.None);
        await using (var connection = new SqliteConnection($"Data Source={store.Database.Path};Pooling=False"))
        {
            await connection.ExecuteAsync($"PRAGMA user_version = {Migrator.Latest + 1}");
        }

        var before = await File.ReadAllBytesAsync(store.Database.Path);
        var refusal = StudioDatabase.FindRefusal(store.Folder);
        Assert.Contains("9.9.9", refusal?.Message, StringComparison.Ordinal);
        store.Open();
        Assert.Contains("9.9.9", store.Writer.Status.Trouble, StringComparison.Ordinal);
        await store.Writer.DisposeAsync();

        // Also where another program held it while it was asked.
        await using (var opened = new SqliteConnection($"Data Source={store.Database.Path};Pooling=False"))
        {
            await opened.OpenAsync();
            Assert.Contains("9.9.9", Assert.Throws<StoreRefusedException>(() => Migrator.Bring(opened, store.Folder)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(store.Database.Path));
    }

    [Fact]
    public async Task Without_room_for_the_backup_an_older_file_is_left_as_it_is_and_the_room_that_it_takes_is_named()
    {
        await using var store = new StoreFixture(open: false);
        store.Folder.Create();
        var path = store.Folder.Combine(StudioDatabase.FileName);
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync();
            Migrator.Bring(connection, store.Folder, to: 1);
        }

        var (before, needed) = (await File.ReadAllBytesAsync(path), new FileInfo(path).Length + (64 * 1024 * 1024));

        // With this the studio ends with 3, before it opens the file (NewerDatabaseTests).
        var refusal = Migrator.FindRefusal(store.Folder, _ => needed - 1);
        Assert.Contains("that takes 67 MB, and 67 MB are free. Nothing was changed. Free some space and start again.", refusal?.Message, StringComparison.Ordinal);
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync();
            var refused = Assert.Throws<StoreRefusedException>(() => Migrator.Bring(connection, store.Folder, free: _ => needed - 1));
            Assert.Equal(refusal!.Message, refused.Message);
            Assert.Equal(1, await connection.ExecuteScalarAsync<int>("PRAGMA user_version"));
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(path));
        Assert.False(Directory.Exists(store.Folder.Combine(BackupFolder.Name)));
        Assert.Null(Migrator.FindRefusal(store.Folder, _ => needed));
    }

    [Fact]
    public async Task An_older_file_is_backed_up_before_it_is_brought_to_this_version_and_the_last_backup_alone_is_kept()
    {
        Assert.True(Migrator.Latest > 1, "There is no older version yet.");
        await using var store = new StoreFixture(open: false);
        store.Folder.Create();
        var backups = store.Folder.CreateWithin(BackupFolder.Name).FullName;
        await File.WriteAllTextAsync(Path.Combine(backups, "before-migration-0000.db"), "an older one");
        await using (var connection = new SqliteConnection($"Data Source={store.Folder.Combine(StudioDatabase.FileName)};Pooling=False"))
        {
            await connection.OpenAsync();
            Migrator.Bring(connection, store.Folder, to: 1);
            await connection.ExecuteAsync("INSERT INTO studio (key, value) VALUES ('kept', 'yes')");
        }

        Assert.Null(StudioDatabase.FindRefusal(store.Folder));
        store.Open();
        await store.Writer.FlushAsync();
        Assert.Equal("yes", store.Database.Read(static connection => connection.ExecuteScalar<string>("SELECT value FROM studio WHERE key = 'kept'"), null));
        var backup = Assert.Single(Directory.GetFiles(backups));
        await using var kept = new SqliteConnection($"Data Source={backup};Pooling=False");
        Assert.Equal(1, await kept.ExecuteScalarAsync<int>("PRAGMA user_version"));
        Assert.Equal("ok", await kept.ExecuteScalarAsync<string>("PRAGMA integrity_check"));
    }
}
