using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage.Spans;

/// <summary>The real feed, writer and reader over a real database. The writer does not gather for long: a test that waits flushes.</summary>
internal sealed class SpanStoreFixture : IAsyncDisposable
{
    private readonly StoreFixture _store = new();

    public SpanStoreFixture(int feedCapacity = SpanFeed.DefaultCapacity, long maxBytes = SpanWriter.MaxBytes, TimeProvider? time = null)
    {
        Feed = new SpanFeed(TimeProvider.System, feedCapacity);
        Conversations = new Core.Chat.Conversations(Time);
        Writer = new SpanWriter(_store.Database, _store.Writer, time ?? TimeProvider.System, NullLogger<SpanWriter>.Instance, Feed, maxBytes: maxBytes);
        Reader = new SpanReader(_store.Database, Writer);
        Traces = new TraceList(Feed, Reader, Conversations, Time);
    }

    public StoreFixture Store => _store;

    public ManualTime Time { get; } = new();

    public SpanFeed Feed { get; }

    public Core.Chat.Conversations Conversations { get; }

    public SpanWriter Writer { get; private set; }

    public SpanReader Reader { get; private set; }

    public TraceList Traces { get; private set; }

    /// <summary>Sums up attributes when it is told to.</summary>
    public AttributeBlocks Blocks => new(_store.Database, _store.Writer, TimeProvider.System, NullLogger<AttributeBlocks>.Instance);

    /// <summary>A span starts, or ends, as <see cref="SpanListener"/> tells it.</summary>
    public void Record(SpanRecord span)
    {
        if (!span.IsRunning)
        {
            Writer.Add(span);
        }

        Feed.Record(span);
    }

    /// <summary>Stores spans that the feed knows nothing of.</summary>
    public async Task StoreAsync(params SpanRecord[] spans)
    {
        foreach (var span in spans)
        {
            Writer.Add(span);
        }

        await Writer.FlushAsync();
    }

    /// <summary>The database is closed and opened again; the feed is empty.</summary>
    public async Task RestartAsync()
    {
        await Writer.StopAsync(CancellationToken.None);
        await Writer.DisposeAsync();
        await _store.RestartAsync();
        Feed.Clear();
        Writer = new SpanWriter(_store.Database, _store.Writer, TimeProvider.System, NullLogger<SpanWriter>.Instance, Feed);
        Reader = new SpanReader(_store.Database, Writer);
        Traces = new TraceList(Feed, Reader, Conversations, Time);
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        Feed.Dispose();
        Conversations.Dispose();
        await _store.DisposeAsync();
    }
}
