using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Retention;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage;

public sealed class RetentionServiceTests
{
    private const int Rows = 4_000;

    [Fact]
    public async Task What_is_beyond_its_bound_goes_in_pieces_and_its_space_is_given_back()
    {
        await using var store = new StoreFixture();
        await FillAsync(store);
        var before = new FileInfo(store.Database.Path).Length;
        var part = new Fifties();
        using var retention = new RetentionService(store.Writer, [part], new FakeSettings(), TimeProvider.System, NullLogger<RetentionService>.Instance);

        await retention.TrimAsync(CancellationToken.None);

        Assert.Equal((Rows / 50) + 1, part.Calls);
        Assert.True(new FileInfo(store.Database.Path).Length < before / 4, $"{before} bytes before, {new FileInfo(store.Database.Path).Length} after");
    }

    [Fact]
    public async Task It_looks_a_minute_after_the_start_then_every_ten_and_when_a_bound_changes()
    {
        var time = new ManualTime();
        var settings = new FakeSettings();
        await using var store = new StoreFixture();
        var part = new Fifties();
        using var retention = new RetentionService(store.Writer, [part], settings, time, NullLogger<RetentionService>.Instance);
        await retention.StartAsync(CancellationToken.None);

        await time.WaitForTimerAsync();
        time.Advance(RetentionService.FirstAfter - TimeSpan.FromSeconds(1));
        await store.Writer.FlushAsync();
        Assert.Equal(0, part.Calls);
        time.Advance(TimeSpan.FromSeconds(1));
        await part.CalledAsync(1);
        await time.FireAsync(RetentionService.Every);
        await part.CalledAsync(2);
        settings.Update(static current => current with { Storage = new StorageSettings { SpanDays = 1 } });
        await part.CalledAsync(3);
        Assert.Equal(1, part.LastDays);
        await retention.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_fails_ends_neither_what_else_is_to_go_nor_the_looks_that_follow()
    {
        var time = new ManualTime();
        await using var store = new StoreFixture();
        var part = new Fifties();
        using var retention = new RetentionService(store.Writer, [new Broken(), part], new FakeSettings(), time, NullLogger<RetentionService>.Instance);
        await retention.StartAsync(CancellationToken.None);

        await time.FireAsync(RetentionService.FirstAfter);
        await part.CalledAsync(1);
        await time.FireAsync(RetentionService.Every);
        await part.CalledAsync(2);
        await retention.StopAsync(CancellationToken.None);
        Assert.True(retention.ExecuteTask!.IsCompletedSuccessfully);
    }

    private static Task FillAsync(StoreFixture store) => store.Writer.WriteAsync(
        connection =>
        {
            for (var i = 0; i < Rows; i++)
            {
                connection.Execute("INSERT INTO studio (key, value) VALUES (@key, @value)", new { key = $"row-{i}", value = new string('x', 1_000) });
            }
        },
        bytes: 0);

    private sealed class Broken : IRetention
    {
        public bool Trim(SqliteConnection connection, StorageSettings settings, DateTimeOffset now) => throw new InvalidOperationException("a bug");
    }

    private sealed class Fifties : IRetention
    {
        private readonly SemaphoreSlim _called = new(0);

        public int Calls { get; private set; }

        public int LastDays { get; private set; }

        public bool Trim(SqliteConnection connection, StorageSettings settings, DateTimeOffset now)
        {
            Calls++;
            LastDays = settings.SpanDays;
            _called.Release();
            return connection.Execute("DELETE FROM studio WHERE key IN (SELECT key FROM studio WHERE key LIKE 'row-%' LIMIT 50)") > 0;
        }

        public async Task CalledAsync(int times)
        {
            Assert.True(await _called.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(times, Calls);
        }
    }
}
