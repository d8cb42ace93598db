namespace OllamaStudio.Tests.Ollama;

internal static class StreamExtensions
{
    /// <summary>Far more than anything here takes: it only keeps a fault from hanging the run.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    /// <summary>Reads to the end, leaving in <paramref name="into"/> what came before an exception.</summary>
    public static async Task CollectAsync<T>(this IAsyncEnumerable<T> items, List<T>? into = null, CancellationToken cancellationToken = default)
    {
        into ??= [];
        await foreach (T item in items.WithCancellation(cancellationToken))
        {
            into.Add(item);
        }
    }
}
