using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Storage;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Storage.StoreKeys;

namespace OllamaStudio.Tests.Storage;

public sealed class StoreWriterTests
{
    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        await using var store = new StoreFixture();
        await Put(store, "a");
        await store.RestartAsync();
        Assert.Equal(["a"], Keys(store));
    }

    [Fact]
    public async Task Writes_come_in_their_order_the_urgent_ones_first()
    {
        await using var store = new StoreFixture();
        using var hold = new ManualResetEventSlim();
        var first = store.Writer.WriteAsync(_ => hold.Wait(), 0);
        Task[] writes = [Put(store, "b"), Put(store, "c"), Put(store, "a", urgent: true)];
        hold.Set();
        await Task.WhenAll([first, .. writes]);
        Assert.Equal(["a", "b", "c"], store.Database.Read(static connection => connection.Query<string>(
            "SELECT value FROM studio WHERE key LIKE 'order-%' ORDER BY key").ToList(), []).Select(static value => value[..1]).Distinct());

        Task Put(StoreFixture store, string name, bool urgent = false) => store.Writer.WriteAsync(
            connection => connection.Execute(
                "INSERT INTO studio (key, value) SELECT printf('order-%03d', count(*)), @name FROM studio WHERE key LIKE 'order-%'", new { name }), 0, urgent);
    }

    [Fact]
    public async Task A_write_at_fault_takes_no_other_with_it()
    {
        await using var store = new StoreFixture();
        using var hold = new ManualResetEventSlim();
        var first = store.Writer.WriteAsync(_ => hold.Wait(), 0);
        var (before, faulty, after) = (Put(store, "a"), store.Writer.WriteAsync(static connection => connection.Execute("INSERT INTO nowhere VALUES (1)"), 10), Put(store, "b"));
        hold.Set();
        await Task.WhenAll(first, before, after);
        await Assert.ThrowsAsync<SqliteException>(() => faulty);
        Assert.Equal(["a", "b"], Keys(store));
        Assert.True(store.Writer.Status.IsSaving);
        Assert.Equal(0, store.Writer.QueuedBytes);
    }

    [Fact]
    public async Task A_full_disk_is_said_and_what_waits_is_written_when_there_is_room()
    {
        var time = new ManualTime();
        await using var store = new StoreFixture(time);
        await Put(store, "a");
        store.Database.MaxPages = 1;
        var waiting = Put(store, "b", new string('x', 1_000_000));
        await time.WaitForTimerAsync(); // the pause before the next try
        Assert.False(store.Writer.Status.IsSaving);
        Assert.Contains("is full", store.Writer.Status.Trouble, StringComparison.Ordinal);
        Assert.NotNull(store.Writer.Status.Since);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(["a"], Keys(store)); // reading goes on

        store.Database.MaxPages = 1_000_000;
        await time.RunUntilAsync(Ended(waiting));
        Assert.True(store.Writer.Status.IsSaving);
        Assert.Null(store.Writer.Status.Since);
        Assert.Equal(["a", "b"], Keys(store));
    }

    [Fact]
    public async Task A_file_that_vanished_is_made_anew_and_that_is_told()
    {
        await using var store = new StoreFixture();
        await Put(store, "a");
        var renewed = 0;
        store.Database.Renewed += () => renewed++;
        foreach (var file in Directory.GetFiles(store.Folder.Path, "studio.db*"))
        {
            File.Delete(file);
        }

        await Put(store, "b");
        Assert.Equal(1, renewed);
        Assert.Equal(["b"], Keys(store));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_at_first_is_used_once_it_can()
    {
        var time = new ManualTime();
        await using var store = new StoreFixture(time, open: false);
        await File.WriteAllTextAsync(store.Folder.Path, "a file stands where the folder should");
        store.Open();
        var renewed = 0;
        store.Database.Renewed += () => renewed++;
        var waiting = Put(store, "a");
        await time.WaitForTimerAsync(); // the pause before the next try
        Assert.False(store.Writer.Status.IsSaving);
        Assert.Empty(Keys(store));

        File.Delete(store.Folder.Path);
        await time.RunUntilAsync(Ended(waiting));
        Assert.Equal(1, renewed);
        Assert.Equal(["a"], Keys(store));
    }

    [Fact]
    public async Task What_is_there_is_read_where_nothing_can_be_written_and_what_waits_is_written_once_it_can()
    {
        var time = new ManualTime();
        await using var store = new StoreFixture(time);
        await Put(store, "a");
        await store.Writer.StopAsync(CancellationToken.None);
        Directory.CreateDirectory(store.Database.Path + "-wal"); // so that there can be no log, as in a read-only folder
        store.Open();
        var renewed = 0;
        store.Database.Renewed += () => renewed++;
        Assert.Equal(["a"], Keys(store));
        var waiting = Put(store, "b");
        await time.WaitForTimerAsync(); // the pause before the next try
        Assert.Contains("cannot be written", store.Writer.Status.Trouble, StringComparison.Ordinal);
        Assert.Equal(["a"], Keys(store));

        Directory.Delete(store.Database.Path + "-wal");
        await time.RunUntilAsync(Ended(waiting));
        Assert.Equal(["a", "b"], Keys(store));
        Assert.True(store.Writer.Status.IsSaving);
        Assert.Equal(0, renewed); // what was read is what there is
    }

    [Fact]
    public async Task A_file_whose_log_cannot_be_read_is_not_read_without_it()
    {
        var time = new ManualTime();
        await using var store = new StoreFixture(time);
        await Put(store, "a");
        await store.Writer.StopAsync(CancellationToken.None);
        await File.WriteAllTextAsync(store.Database.Path + "-wal", "what a killed studio wrote last");
        File.CreateSymbolicLink(store.Database.Path + "-shm", store.Database.Path + "-shm"); // which nobody can open
        store.Open();
        Assert.Empty(Keys(store));
        Assert.False(store.Writer.Status.IsSaving);

        File.Delete(store.Database.Path + "-shm");
        await time.RunUntilAsync(Ended(Put(store, "b")));
        Assert.Equal(["a", "b"], Keys(store));
    }

    [Fact]
    public async Task A_broken_file_is_kept_aside_and_an_empty_one_takes_its_place()
    {
        await using var store = new StoreFixture(open: false);
        store.Folder.Create();
        var garbage = new string('?', 10_000);
        await File.WriteAllTextAsync(Path.Combine(store.Folder.Path, StudioDatabase.FileName), garbage);
        store.Open();
        await Put(store, "a");
        Assert.Equal(["a"], Keys(store));
        Assert.Equal(garbage, await File.ReadAllTextAsync(store.Writer.Status.SetAside!));
    }

    [Fact]
    public async Task A_file_that_breaks_while_it_is_used_is_kept_aside_too()
    {
        var time = new ManualTime();
        await using var store = new StoreFixture(time);
        await Put(store, "a");
        var isBroken = true;
        var breaking = store.Writer.WriteAsync(
            _ =>
            {
                if (isBroken)
                {
                    isBroken = false;
                    throw new SqliteException("broken", 11);
                }
            },
            bytes: 0);
        await time.RunUntilAsync(Ended(Put(store, "b")));
        Assert.True(breaking.IsCompletedSuccessfully);
        Assert.Equal(["b"], Keys(store));
        Assert.True(File.Exists(store.Writer.Status.SetAside));
    }

    [Fact]
    public async Task A_read_that_finds_the_file_broken_has_it_looked_through_and_one_that_is_sound_stays()
    {
        await using var store = new StoreFixture();
        await Put(store, "a");
        Assert.Throws<StoreUnreadableException>(() => store.Database.Read<int>(static _ => throw new SqliteException("broken", 11)));
        await store.Writer.FlushAsync();
        Assert.Equal(["a"], Keys(store));
        Assert.Null(store.Writer.Status.SetAside);

        await store.RestartAsync();
        await store.DamageAsync("message");
        Assert.Equal(-1, store.Database.Read(static connection => connection.Query<string>("SELECT text FROM message").Count(), -1));
        await Put(store, "b");
        Assert.Equal(["b"], Keys(store));
        Assert.True(File.Exists(store.Writer.Status.SetAside));
    }

    [Theory]
    [InlineData("DELETE FROM message_words_data WHERE id = 10")] // its root
    [InlineData("UPDATE message_words_data SET block = x'ff'")]
    public async Task A_write_that_finds_an_index_of_words_damaged_has_it_rebuilt_and_nothing_is_lost(string damage)
    {
        var time = new ManualTime();
        await using var store = new StoreFixture(time);
        await Put(store, "a");
        await Say(1);
        await store.Writer.WriteAsync(connection => connection.Execute(damage), 0);
        await store.RestartAsync();

        Assert.True(await time.RunUntilAsync(Ended(Say(2))));
        Assert.Equal(["a"], Keys(store));
        Assert.Equal(2, store.Database.Read(static connection => connection.ExecuteScalar<long>("SELECT count(*) FROM message_words WHERE message_words MATCH 'heron'"), 0));
        Assert.Null(store.Writer.Status.SetAside);
        Assert.True(store.Writer.Status.IsSaving);

        Task Say(int number) => store.Writer.WriteAsync(
            connection => connection.Execute(
                """
                INSERT OR IGNORE INTO conversation (key, id, title, created_ns, updated_ns) VALUES (1, 'c', '', 1, 1);
                INSERT INTO message (conversation_key, number, shown, id, role, state, created_ns, sampled, capture, thinking, text)
                VALUES (1, @number, 1, @number, 'user', 'complete', 1, 0, 'off', '', 'a heron')
                """, new { number }), 0);
    }

    [Fact]
    public async Task The_queue_says_when_it_has_no_more_room()
    {
        await using var store = new StoreFixture();
        using var hold = new ManualResetEventSlim();
        var first = store.Writer.WriteAsync(_ => hold.Wait(), StoreWriter.MaxBytes - 10);
        Assert.True(store.Writer.HasRoom(10));
        Assert.False(store.Writer.HasRoom(11));
        hold.Set();
        await first;
        Assert.True(store.Writer.HasRoom(StoreWriter.MaxBytes));
    }

    [Fact]
    public async Task The_end_of_the_studio_commits_what_waits_and_cancels_what_cannot_be()
    {
        var time = new ManualTime();
        await using var store = new StoreFixture(time);
        var written = Put(store, "a");
        await store.Writer.StopAsync(CancellationToken.None);
        Assert.True(written.IsCompletedSuccessfully);

        store.Open();
        store.Database.MaxPages = 1;
        var waiting = Put(store, "b", new string('x', 1_000_000));
        await time.WaitForTimerAsync(); // the pause before the next try
        Assert.False(store.Writer.Status.IsSaving);
        await store.Writer.StopAsync(CancellationToken.None);
        Assert.True(waiting.IsCanceled);
    }

    [Fact]
    public async Task Maintenance_runs_outside_of_a_transaction_after_what_was_queued_before()
    {
        await using var store = new StoreFixture();
        using var hold = new ManualResetEventSlim();
        var first = store.Writer.WriteAsync(_ => hold.Wait(), 0);
        var put = Put(store, "a");
        var maintained = store.Writer.MaintainAsync(static connection => connection.Execute("VACUUM"));
        var last = Put(store, "b");
        hold.Set();
        await Task.WhenAll(first, put, maintained, last);
        Assert.Equal(["a", "b"], Keys(store));
    }
}
