using System.Net;
using System.Text.Json;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>Reads one JSON object of an answer, and says what it is where it is none.</summary>
internal static class AnswerLine
{
    /// <summary>Reads it; throws <see cref="OllamaException"/> for an error line and for what cannot be read.</summary>
    /// <param name="bytes">The line, or a whole answer.</param>
    /// <param name="parser">Knows the kind of line.</param>
    /// <param name="model">The model that was asked for; null where the call names none.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="isWhole">False for what a stream ended with: unreadable, it is cut rather than wrong.</param>
    public static T Parse<T>(ReadOnlySpan<byte> bytes, ILineParser<T> parser, string? model, HttpStatusCode status, bool isWhole)
        where T : class
    {
        try
        {
            bytes = WellFormed.Of(bytes);
            return parser.Parse(bytes, out WireError? error) ?? throw OllamaErrors.MidStream(error ?? new WireError(""), model, status);
        }
        catch (JsonException e)
        {
            // The cause is left out of the message on purpose: it may quote what the model said.
            throw WebPage.LooksLikeOne(bytes) ? OllamaErrors.WebPage(status, WebPage.Title(bytes))
                : isWhole ? OllamaErrors.BadAnswer("A line of the answer is not the JSON that Ollama sends.", e)
                : OllamaErrors.Incomplete(anything: true, e, parser.IfIncomplete);
        }
    }
}
