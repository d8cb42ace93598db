using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Mapping;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// Whether a model goes on from an answer that stands last. Its template decides that: the server is asked for a rendered prompt of a few
/// words, which ends with the answer or does not; once for each model as it is by its digest, and each version of the server. Safe for concurrent use.
/// </summary>
internal sealed class ContinuationProbe
{
    private const string Answer = "One, two, three,";

    // As many as there are models on the servers that were asked since the studio's start.
    private readonly ConcurrentDictionary<(string? Version, string Digest), bool> _known = new();

    /// <summary>Asks where it is not known.</summary>
    /// <param name="client">The server; asked outside of any turn, and counted nowhere.</param>
    /// <param name="version">The server's version; null where unknown.</param>
    /// <param name="digest">The model's digest; null where unknown: then it is not asked.</param>
    /// <param name="options">Of the turn to come, so that the model is loaded as that needs it.</param>
    /// <param name="mayAsk">False while a turn runs: what is not known is not asked then, and remembered neither.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False also where the server cannot tell.</returns>
    public async Task<bool> GoesOnAsync(OllamaClient client, string? version, string? digest, ChatOptions options, bool mayAsk, CancellationToken cancellationToken)
    {
        if (digest is null || _known.TryGetValue((version, digest), out var goesOn) || !mayAsk)
        {
            return digest is not null && _known.GetValueOrDefault((version, digest));
        }

        var asked = options.Clone();
        (asked.MaxOutputTokens, asked.ResponseFormat, asked.Tools) = (1, null, null);
        var request = RequestMapper.Map([new ChatMessage(ChatRole.User, "Count."), new ChatMessage(ChatRole.Assistant, Answer)], asked, defaultModel: null, client: null);
        try
        {
            return _known[(version, digest)] = (await client.RenderAsync(request, cancellationToken))?.Text.EndsWith(Answer, StringComparison.Ordinal) is true;
        }
        catch (OllamaException)
        {
            return false; // the turn will say what is wrong, if it is so by then
        }
    }
}
