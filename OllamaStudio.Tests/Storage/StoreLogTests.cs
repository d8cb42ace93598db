using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Storage.StoreKeys;

namespace OllamaStudio.Tests.Storage;

/// <summary>The write-ahead log: what was deleted is not in it for longer than somebody reads.</summary>
public sealed class StoreLogTests
{
    [Fact]
    public async Task What_was_deleted_is_in_no_file_after_a_checkpoint()
    {
        const string Marker = "a-secret-that-goes";
        await using var store = new StoreFixture();
        await Put(store, "a", Marker);
        Assert.True(Holds(store, Marker));

        await store.Writer.WriteAsync(static connection => connection.Execute("DELETE FROM studio WHERE key = 'a'"), 0);
        await store.Writer.CheckpointAsync();
        Assert.False(Holds(store, Marker));
    }

    [Fact]
    public async Task What_is_deleted_while_somebody_reads_is_gone_a_second_after_they_have_read()
    {
        const string Marker = "a-secret-that-goes";
        var time = new ManualTime();
        await using var store = new StoreFixture(time);
        await Put(store, "a", Marker);
        await using (var reader = new SqliteConnection($"Data Source={store.Database.Path};Mode=ReadOnly;Pooling=False"))
        {
            await reader.OpenAsync();
            await using var reading = reader.BeginTransaction(deferred: true);
            Assert.Equal(Marker, reader.ExecuteScalar<string>("SELECT value FROM studio WHERE key = 'a'"));
            await store.Writer.WriteAsync(static connection => connection.Execute("DELETE FROM studio WHERE key = 'a'"), 0);
            await store.Writer.CheckpointAsync();
            await time.FireAsync(TimeSpan.FromSeconds(1));
            await store.Writer.FlushAsync();
            Assert.True(Holds(store, Marker));
        }

        await time.FireAsync(TimeSpan.FromSeconds(1));
        await store.Writer.FlushAsync();
        Assert.False(Holds(store, Marker));
        Assert.Equal(0, time.TimerCount);
    }

    [Fact]
    public async Task What_was_deleted_right_before_a_kill_is_gone_after_the_next_start()
    {
        const string Marker = "a-secret-that-goes";
        await using var killed = new StoreFixture();
        await Put(killed, "a", Marker);
        await killed.Writer.WriteAsync(static connection => connection.Execute("DELETE FROM studio WHERE key = 'a'"), 0);
        Assert.True(Holds(killed, Marker));

        await using var next = new StoreFixture(folder: killed.Folder.Path);
        await next.Writer.FlushAsync();
        Assert.False(Holds(next, Marker));
    }

    private static bool Holds(StoreFixture store, string marker) => Directory.GetFiles(store.Folder.Path).Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return reader.ReadToEnd().Contains(marker, StringComparison.Ordinal);
    });
}
