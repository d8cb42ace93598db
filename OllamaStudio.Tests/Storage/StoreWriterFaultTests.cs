using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Storage.StoreKeys;

namespace OllamaStudio.Tests.Storage;

public sealed class StoreWriterFaultTests
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_index_that_cannot_be_rebuilt_ends_no_writer_what_waits_is_written_once_it_can()
    {
        var time = new ManualTime();
        await using var store = new StoreFixture(time);
        await Put(store, "a");
        await store.Writer.WriteAsync(static connection => connection.Execute("CREATE VIRTUAL TABLE words USING fts5(text, content = 'nowhere')"), 0);

        store.Database.SayIndexDamaged();
        var waiting = Put(store, "b");
        Assert.NotSame(waiting, await Task.WhenAny(waiting, time.WaitForTimerAsync()));
        Assert.False(store.Writer.Status.IsSaving);
        Assert.Contains("reported an error (SQLite 1)", store.Writer.Status.Trouble, StringComparison.Ordinal);

        await using (var other = new SqliteConnection($"Data Source={store.Database.Path};Pooling=False"))
        {
            await other.ExecuteAsync("CREATE TABLE nowhere (text TEXT)");
        }

        await time.RunUntilAsync(Ended(waiting));
        Assert.True(store.Writer.Status.IsSaving);
        Assert.Equal(["a", "b"], Keys(store));
    }

    [Fact]
    public async Task A_file_that_others_may_read_is_theirs_no_more()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // no such modes
        }

        await using var store = new StoreFixture();
        await Put(store, "a");
        await store.Writer.StopAsync(CancellationToken.None);
        File.SetUnixFileMode(store.Database.Path, (UnixFileMode)0b110_110_100);
        await File.WriteAllTextAsync(store.Database.Path + "-wal", "");
        File.SetUnixFileMode(store.Database.Path + "-wal", (UnixFileMode)0b110_100_100);
        store.Open();
        await Put(store, "b");
        foreach (var end in (string[])["", "-wal", "-shm"])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store.Database.Path + end));
        }

        Assert.Equal(["a", "b"], Keys(store));
    }

    [Fact]
    public async Task Where_another_program_holds_the_file_the_studio_starts_says_so_and_saves_once_it_lets_go()
    {
        await using var store = new StoreFixture();
        await Put(store, "a");
        await store.Writer.StopAsync(CancellationToken.None);
        Task waiting;
        await using (var other = new SqliteConnection($"Data Source={store.Database.Path};Pooling=False"))
        {
            await other.OpenAsync();
            await other.ExecuteAsync("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; SELECT count(*) FROM sqlite_schema;");
            await Task.Run(store.Open).WaitAsync(s_guard); // SQLite would wait for half a minute, and for each question anew
            Assert.Contains("another program has locked the database", store.Writer.Status.Trouble, StringComparison.Ordinal);
            waiting = Put(store, "b");
        }

        await waiting.WaitAsync(s_guard);
        Assert.True(store.Writer.Status.IsSaving);
        Assert.Equal(["a", "b"], Keys(store));
    }
}
