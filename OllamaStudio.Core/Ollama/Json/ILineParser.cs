using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>Reads the lines of one stream.</summary>
internal interface ILineParser<T>
    where T : class
{
    /// <summary>
    /// Reads one line. Throws <see cref="System.Text.Json.JsonException"/> where it cannot be read.
    /// </summary>
    /// <param name="line">One whole JSON value, <see cref="WellFormed"/>.</param>
    /// <param name="error">The line's <c>error</c>; null where it is none.</param>
    /// <returns>The line; null where it is an error.</returns>
    T? Parse(ReadOnlySpan<byte> line, out WireError? error);

    /// <summary>What a person can do when the stream ends too early; null for the usual advice.</summary>
    string? IfIncomplete => null;

    /// <summary>Whether nothing may follow.</summary>
    bool IsLast(T item);
}
