using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Backups;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage;

public sealed class StudioDataTests
{
    [Fact]
    public async Task A_backup_is_of_one_moment_and_whole_while_others_write()
    {
        await using var store = new StoreFixture();
        var data = Data(store);
        await Put(store, "before", new string('x', 500_000));
        await File.WriteAllTextAsync(Path.Combine(store.Folder.CreateWithin("images").FullName, "abc"), "an image");

        var backup = await data.BackUpAsync(progress: null, CancellationToken.None);
        await Put(store, "after");

        Assert.Equal(backup, Assert.Single(data.Backups));
        Assert.True(backup.Bytes > 500_000);
        Assert.Equal("an image", await File.ReadAllTextAsync(Path.Combine(backup.Path, "images", "abc")));
        await using var copy = new SqliteConnection($"Data Source={Path.Combine(backup.Path, StudioDatabase.FileName)};Pooling=False");
        Assert.Equal("ok", await copy.ExecuteScalarAsync<string>("PRAGMA integrity_check"));
        Assert.Equal(["before"], (await copy.QueryAsync<string>("SELECT key FROM studio WHERE key IN ('before', 'after')")).AsList());
        Assert.Equal(backup.Bytes, data.Sizes.Backups);
    }

    [Fact]
    public async Task A_backup_that_is_given_up_leaves_nothing()
    {
        await using var store = new StoreFixture();
        var data = Data(store);
        await Put(store, "a", new string('x', 20_000_000));
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => data.BackUpAsync(progress: null, cancel.Token));
        Assert.Empty(data.Backups);
        Assert.Empty(Directory.GetFileSystemEntries(store.Folder.Combine(BackupFolder.Name)));
    }

    // A timer that is stopped may be on its way, and what it throws ends the studio.
    [Fact]
    public async Task How_far_it_is_may_be_asked_once_more_when_its_file_is_gone()
    {
        await using var store = new StoreFixture();
        TimerCallback? late = null;
        var data = new StudioData(store.Folder, store.Database, new Begun(callback => late = callback));
        await data.BackUpAsync(new Progress<double>(), CancellationToken.None);
        late!(null);
    }

    [Fact]
    public async Task A_backup_is_none_until_it_is_whole_and_what_a_killed_studio_left_of_one_goes_at_the_next_start()
    {
        await using var store = new StoreFixture();
        await Put(store, "a");
        var data = Data(store);
        var begun = 0;
        await new StudioData(store.Folder, store.Database, new Begun(_ =>
        {
            Assert.Single(Directory.GetFiles(store.Folder.Combine(BackupFolder.Name), StudioDatabase.FileName, SearchOption.AllDirectories));
            Assert.Empty(data.Backups);
            begun++;
        })).BackUpAsync(progress: null, CancellationToken.None);
        Assert.Equal(1, begun);
        var whole = Assert.Single(data.Backups);

        var left = Directory.CreateDirectory(Path.Combine(store.Folder.Combine(BackupFolder.Name), "20260301-120000.tmp")).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, StudioDatabase.FileName), "half");
        Assert.Equal([whole], data.Backups);
        Assert.Null(StudioDatabase.TryRestore(store.Folder, TimeProvider.System));
        Assert.Equal([whole.Path], Directory.GetFileSystemEntries(store.Folder.Combine(BackupFolder.Name)));
    }

    [Fact]
    public async Task A_disk_that_is_full_where_the_backup_goes_is_said_and_is_no_fault_of_the_database()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // /dev/full
        }

        await using var store = new StoreFixture();
        await Put(store, "a", new string('x', 500_000));
        var full = new StudioData(store.Folder, store.Database, new Begun(_ =>
        {
            var copy = Directory.GetFiles(store.Folder.Combine(BackupFolder.Name), StudioDatabase.FileName, SearchOption.AllDirectories).Single();
            File.Delete(copy);
            File.CreateSymbolicLink(copy, "/dev/full");
        }));
        var fault = await Assert.ThrowsAsync<IOException>(() => full.BackUpAsync(progress: null, CancellationToken.None));
        Assert.Contains("is full", fault.Message, StringComparison.Ordinal);
        Assert.Null(store.Database.LastFault);
        Assert.Empty(full.Backups);
        Assert.Empty(Directory.GetFileSystemEntries(store.Folder.Combine(BackupFolder.Name)));
    }

    [Fact]
    public async Task What_images_take_has_room_or_the_backup_is_not_begun()
    {
        await using var store = new StoreFixture();
        await using (var image = File.Create(Path.Combine(store.Folder.CreateWithin(BackupFolder.Images).FullName, "abc")))
        {
            image.SetLength(new DriveInfo(store.Folder.Path).AvailableFreeSpace + (1L << 30)); // holes take nothing
        }

        var data = new StudioData(store.Folder, store.Database, new Begun(static _ => Assert.Fail("It began.")));
        var fault = await Assert.ThrowsAsync<IOException>(() => data.BackUpAsync(progress: null, CancellationToken.None));
        Assert.Contains("are free on that disk", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_takes_the_place_of_the_database_at_the_next_start_and_what_was_there_becomes_one()
    {
        await using var store = new StoreFixture();
        var data = Data(store);
        await Put(store, "old");
        var backup = await data.BackUpAsync(progress: null, CancellationToken.None);
        await Put(store, "new");

        data.Stage(backup);
        Assert.Equal(backup, data.Staged);
        Assert.Equal(["new", "old"], Keys(store));
        await store.Writer.StopAsync(CancellationToken.None);
        Assert.Contains(backup.Name, StudioDatabase.TryRestore(store.Folder, TimeProvider.System), StringComparison.Ordinal);
        store.Open();

        Assert.Equal(["old"], Keys(store));
        Assert.Null(data.Staged);
        Assert.Null(StudioDatabase.TryRestore(store.Folder, TimeProvider.System)); // once
        var before = Assert.Single(data.Backups, static each => each.Kind is BackupKind.BeforeRestore);

        // And back again.
        data.Stage(before);
        await store.Writer.StopAsync(CancellationToken.None);
        StudioDatabase.TryRestore(store.Folder, TimeProvider.System);
        store.Open();
        Assert.Equal(["new", "old"], Keys(store));
    }

    [Fact]
    public async Task A_backup_is_deleted_for_good_and_one_that_was_to_be_restored_is_so_no_more()
    {
        await using var store = new StoreFixture();
        var data = Data(store);
        var backup = await data.BackUpAsync(progress: null, CancellationToken.None);
        data.Stage(backup);
        data.Delete(backup);
        Assert.Empty(data.Backups);
        Assert.Null(data.Staged);
        Assert.Null(StudioDatabase.TryRestore(store.Folder, TimeProvider.System));
    }

    [Fact]
    public async Task A_copy_elsewhere_has_all_but_the_lock_and_the_backups()
    {
        await using var store = new StoreFixture();
        await using var other = new StoreFixture(open: false);
        var data = Data(store);
        await Put(store, "a");
        await data.BackUpAsync(progress: null, CancellationToken.None);
        await File.WriteAllTextAsync(store.Folder.Combine("settings.json"), "{}");
        await File.WriteAllTextAsync(store.Folder.Combine(DataFolderLock.FileName), "");
        await File.WriteAllTextAsync(Path.Combine(store.Folder.CreateWithin("keys").FullName, "key.xml"), "<key/>");
        await File.WriteAllTextAsync(Path.Combine(store.Folder.CreateWithin(Path.Combine("spool", "0")).FullName, "1.otlp"), "unsent");

        await data.CopyToAsync(other.Folder.Path, progress: null, CancellationToken.None);

        Assert.Equal(["keys", "settings.json", "spool", "studio.db"], Directory.GetFileSystemEntries(other.Folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("<key/>", await File.ReadAllTextAsync(other.Folder.Combine("keys/key.xml")));
        Assert.Equal("unsent", await File.ReadAllTextAsync(other.Folder.Combine("spool/0/1.otlp")));
        other.Open();
        Assert.Equal(["a"], Keys(other));
    }

    [Fact]
    public async Task Each_part_stands_beside_its_bound()
    {
        await using var store = new StoreFixture();
        var settings = new FakeSettings();
        settings.UpdateTelemetry(static telemetry => telemetry with { Destination = telemetry.Destination with { Enabled = true, Endpoint = "http://localhost:6006/v1/traces" }, Batch = telemetry.Batch with { MaxSpoolMegabytes = 7 } });
        settings.Update(static current => current with { Storage = current.Storage with { SpanMegabytes = 30 } });
        await store.Writer.WriteAsync(static connection => connection.Execute("UPDATE trace_total SET bytes = 4321"), 0);
        await File.WriteAllTextAsync(Path.Combine(store.Folder.CreateWithin(Path.Combine("spool", "0")).FullName, "1.otlp"), "12345");

        var sizes = new StudioData(store.Folder, store.Database, TimeProvider.System, settings).Sizes;

        Assert.Equal((4_321, 30_000_000, 5, 7_000_000), (sizes.Traces, sizes.MostTraces, sizes.Spool, sizes.MostSpool));
        settings.UpdateTelemetry(static telemetry => telemetry with { Destination = telemetry.Destination with { Enabled = false } });
        Assert.Null(new StudioData(store.Folder, store.Database, TimeProvider.System, settings).Sizes.MostSpool); // nothing is sent anywhere
    }

    [Theory]
    [InlineData("relative/path", "is no full path")]
    [InlineData(".", "is no full path")]
    public async Task A_copy_to_nowhere_is_refused(string path, string reason)
    {
        await using var store = new StoreFixture();
        var refused = await Assert.ThrowsAsync<IOException>(() => Data(store).CopyToAsync(path, progress: null, CancellationToken.None));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_never_mixes_with_what_is_there()
    {
        await using var store = new StoreFixture();
        await Put(store, "a");
        var here = await Assert.ThrowsAsync<IOException>(() => Data(store).CopyToAsync(store.Folder.Path, progress: null, CancellationToken.None));
        Assert.Contains("uses now", here.Message, StringComparison.Ordinal);
        var within = await Assert.ThrowsAsync<IOException>(() => Data(store).CopyToAsync(store.Folder.Combine("copy"), progress: null, CancellationToken.None));
        Assert.Contains("lies in it", within.Message, StringComparison.Ordinal);
        var full = store.Folder.Path + "-full";
        Directory.CreateDirectory(full);
        await File.WriteAllTextAsync(Path.Combine(full, "mine"), "");
        var refused = await Assert.ThrowsAsync<IOException>(() => Data(store).CopyToAsync(full, progress: null, CancellationToken.None));
        Assert.Contains("is not empty", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(full, "mine")));
        Directory.Delete(full, recursive: true);
    }

    /// <summary>The system's time, which tells that the copy of a database begins.</summary>
    private sealed class Begun(Action<TimerCallback> begun) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            begun(callback);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private static StudioData Data(StoreFixture store) => new(store.Folder, store.Database, TimeProvider.System);

    private static Task Put(StoreFixture store, string key, string value = "") => store.Writer.WriteAsync(
        connection => connection.Execute("INSERT INTO studio (key, value) VALUES (@key, @value)", new { key, value }), 10);

    private static List<string> Keys(StoreFixture store) =>
        store.Database.Read(static connection => connection.Query<string>("SELECT key FROM studio WHERE key <> 'written_by' ORDER BY key").ToList(), []);
}
