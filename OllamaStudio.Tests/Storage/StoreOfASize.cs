using OllamaStudio.Benchmarks.Store;
using OllamaStudio.Core.Spans;
using SQLitePCL;

namespace OllamaStudio.Tests.Storage;

/// <summary>A store of the size that a test asks for, made as the benchmarks make theirs, that counts what SQLite does for a question.</summary>
internal sealed class StoreOfASize : IAsyncDisposable
{
    private const int SpansAtOnce = 5_000;

    private static readonly delegate_progress s_count = static counted =>
    {
        ((Counter)counted).Steps++;
        return 0;
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("studio-size-").FullName;
    private readonly Counter _counter = new();

    private StoreOfASize() => Store = new StoreUnderTest(_folder);

    public StoreUnderTest Store { get; }

    /// <summary>Fills one: that many traces over 29 days, and conversations of twenty messages each but for the first, which has a thousand.</summary>
    public static async Task<StoreOfASize> MakeAsync(IReadOnlyList<TraceRecord> turns, int traces, int conversations, DateTimeOffset end)
    {
        var made = new StoreOfASize();
        foreach (var some in new GeneratedTraces(turns, end, TimeSpan.FromDays(29)).Take(traces).SelectMany(static trace => trace.Spans).Chunk(SpansAtOnce))
        {
            await made.Store.WriteAsync(some);
        }

        await made.Store.Blocks.SumUpAsync(TimeSpan.Zero, CancellationToken.None);
        await Task.WhenAll(new GeneratedConversations(end).Take(conversations, GeneratedConversations.LongOne + (conversations * 20)).Select(made.Store.Conversations.SaveAsync));
        return made;
    }

    /// <summary>SQLite's own steps for what is asked: the same on every machine and at every load.</summary>
    public (long Steps, int Rows) Ask(Func<StoreUnderTest, int> question)
    {
        Store.Read(connection =>
        {
            // The reader that is given back is the one that the question gets.
            raw.sqlite3_progress_handler(connection.Handle!, 1, s_count, _counter);
            return true;
        });
        _counter.Steps = 0;
        var rows = question(Store);
        Assert.True(_counter.Steps > 0, "Nothing was counted.");
        return (_counter.Steps, rows);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Counter
    {
        public long Steps { get; set; }
    }
}
