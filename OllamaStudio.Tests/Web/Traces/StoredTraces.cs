using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Storage;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>The list of traces over a feed and a real database.</summary>
internal sealed class StoredTraces : IAsyncDisposable
{
    private readonly StoreFixture _store = new();
    private readonly SpanWriter _writer;

    public StoredTraces(SpanFeed feed, Conversations conversations, TimeProvider time, long maxBytes = SpanWriter.MaxBytes)
    {
        _writer = new SpanWriter(_store.Database, _store.Writer, TimeProvider.System, NullLogger<SpanWriter>.Instance, feed, maxBytes: maxBytes);
        Traces = new TraceList(feed, new SpanReader(_store.Database, _writer), conversations, time);
        Queries = new SavedQueryStore(_store.Database, _store.Writer);
    }

    public ITraces Traces { get; }

    public ISavedQueries Queries { get; }

    /// <summary>Stores spans that the feed knows nothing of.</summary>
    public async Task StoreAsync(params SpanRecord[] spans)
    {
        foreach (var span in spans)
        {
            _writer.Add(span);
        }

        await _writer.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _store.DisposeAsync();
    }
}
