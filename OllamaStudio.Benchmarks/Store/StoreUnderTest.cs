using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Core.Storage.Spans;

namespace OllamaStudio.Benchmarks.Store;

/// <summary>The store of a data folder, put together as the studio does, without the studio.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    private readonly StudioDatabase _database;

    /// <summary>Opens it; makes it where it is not.</summary>
    public StoreUnderTest(string path)
    {
        var time = TimeProvider.System;
        var folder = new DataFolder(path);
        _database = new StudioDatabase(folder, time, NullLogger<StudioDatabase>.Instance);
        Writer = new StoreWriter(_database, folder, time, NullLogger<StoreWriter>.Instance);
        Feed = new SpanFeed(time);
        Spans = new SpanWriter(_database, Writer, time, NullLogger<SpanWriter>.Instance, Feed);
        Blocks = new AttributeBlocks(_database, Writer, time, NullLogger<AttributeBlocks>.Instance);
        Conversations = new ConversationStore(_database, Writer, folder);
        Traces = new TraceList(Feed, new SpanReader(_database, Spans), new Conversations(time), time);
        Dashboard = new DashboardReader(new RollupStore(_database, time), time);
    }

    /// <summary>The writer.</summary>
    public StoreWriter Writer { get; }

    /// <summary>The live feed, empty at first.</summary>
    public SpanFeed Feed { get; }

    /// <summary>Takes spans as the listener hands them over.</summary>
    public SpanWriter Spans { get; }

    /// <summary>Sums up attributes; here when it is told to.</summary>
    public AttributeBlocks Blocks { get; }

    /// <summary>Conversations.</summary>
    public ConversationStore Conversations { get; }

    /// <summary>The list of traces.</summary>
    public ITraces Traces { get; }

    /// <summary>The dashboard.</summary>
    public DashboardReader Dashboard { get; }

    /// <summary>Bytes of the file with its log.</summary>
    public long Bytes => Length("") + Length("-wal");

    /// <summary>Stores spans at once, in one transaction.</summary>
    public Task WriteAsync(IReadOnlyList<SpanRecord> spans) => Writer.WriteAsync(connection => SpanBatch.Write(connection, [.. spans.Select(static span => new StoredSpan(span))]), bytes: 0);

    /// <summary>Reads with a connection as the store itself does.</summary>
    public T Read<T>(Func<SqliteConnection, T> read) => _database.Read(read, without: default!);

    private long Length(string end) => new FileInfo(_database.Path + end) is { Exists: true } file ? file.Length : 0;

    public async ValueTask DisposeAsync()
    {
        Blocks.Dispose();
        await Spans.DisposeAsync();
        await Writer.StopAsync(CancellationToken.None);
        Feed.Dispose();
    }
}
