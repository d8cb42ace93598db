namespace OllamaStudio.Core.Primitives;

/// <summary>What is stored cannot be read now: it may well be there. The message is for a person and says what to do.</summary>
/// <param name="message">Sentences for a person.</param>
/// <param name="cause">What stood in the way; null where nothing can be read at all.</param>
public sealed class StoreUnreadableException(string message, Exception? cause = null) : IOException(message, cause);
