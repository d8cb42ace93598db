namespace OllamaStudio.Core.Primitives;

/// <summary>What is stored cannot be read now: it may well be there. The message is for a person and says what to do.</summary>
/// <param name="message">Sentences for a person.</param>
/// <param name="cause">What stood in the way; null where nothing can be read at all.</param>
public sealed class StoreUnreadableException(string message, Exception? cause = null) : IOException(message, cause)
{
    /// <summary>Goes on only where no read failed since: one that did looks as if nothing were stored.</summary>
    /// <param name="last">The fault of the read that failed last; null where none has.</param>
    /// <param name="before">The same before the reads that are asked about.</param>
    /// <exception cref="StoreUnreadableException">One of them failed.</exception>
    public static void ThrowIfNew(StoreUnreadableException? last, StoreUnreadableException? before)
    {
        if (last is not null && !ReferenceEquals(last, before))
        {
            throw new StoreUnreadableException(last.Message, last);
        }
    }
}
