using System.Runtime.CompilerServices;
using System.Text.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>
/// Reads the conversations of a JSON file, of any size, one after another: our own, those of Open WebUI's export and of ChatGPT's
/// <c>conversations.json</c>, in a list or alone.
/// </summary>
internal static class ConversationReader
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = JsonItems.MaxDepth };

    /// <summary>Every conversation, in order.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="now">The time of what has none.</param>
    /// <param name="cancellationToken">Gives up between two conversations.</param>
    /// <exception cref="BrokenFileException">It is no correct JSON up to there, or holds something else.</exception>
    public static async IAsyncEnumerable<ImportedConversation> ReadAsync(Stream stream, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in new JsonItems(stream).ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return Read(item, now);
        }
    }

    private static ImportedConversation Read(JsonItem item, DateTimeOffset now)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(WellFormed.Of(item.Json.Span), s_options);
        }
        catch (JsonException fault)
        {
            throw BrokenFileException.From(fault, item.Line, item.Column);
        }

        if (json.Text("format") is ConversationFile.FormatName)
        {
            try
            {
                return new ImportedConversation(ConversationJson.Read(item.Json.Span, static image => image.Data ?? ReadOnlyMemory<byte>.Empty, item.Line, item.Column), []);
            }
            catch (BrokenFileException fault) when (fault.Line is null)
            {
                throw new BrokenFileException(fault.Reason, item.Line, item.Column);
            }
        }

        return json.At(ChatGptConversation.Mark).ValueKind is JsonValueKind.Object ? ChatGptConversation.Read(json, now)
            : json.At(OpenWebUiConversation.Mark).ValueKind is JsonValueKind.Object ? OpenWebUiConversation.Read(json, now)
            : throw new BrokenFileException("This is a conversation neither of OllamaStudio nor of Open WebUI nor of ChatGPT.", item.Line, item.Column);
    }
}
