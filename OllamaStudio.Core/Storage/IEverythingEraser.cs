namespace OllamaStudio.Core.Storage;

/// <summary>Forgets everything that was said and measured, wherever it is stored.</summary>
public interface IEverythingEraser
{
    /// <summary>Stops what is being generated, and forgets. A chat that begins meanwhile is forgotten as well.</summary>
    /// <exception cref="IOException">The data folder cannot be written now. The message is for a person.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    Task EraseAsync(CancellationToken cancellationToken);
}
