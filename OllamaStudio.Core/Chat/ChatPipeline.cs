using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// The chain of a turn: instrumentation around the Ollama client. The one place to put another <see cref="IChatClient"/>
/// in its stead.
/// </summary>
public sealed class ChatPipeline(ISettings settings, ContentCapture capture, TimeProvider time, OllamaServers servers, IPriceList prices, TokenRatios ratios) : IChatPipeline
{
    /// <inheritdoc />
    // Small models often write a call as text instead of making it; in a chat with tools on offer that is never what was meant.
    public IChatClient Create(OllamaClient client, IProgress<OllamaSilence>? silence)
    {
        // A person may switch servers while the turn runs.
        var server = servers.Status.Active;
        return new InstrumentedChatClient(
            new OllamaChatClient(client) { RecoversTextToolCalls = true, Silence = silence },
            settings, capture, time, model => Facts(servers.Status.Of(server), model), prices, ratios);
    }

    private static ModelFacts Facts(ServerStatus server, string model) =>
        new(server.OwnWindowOf(model), server.Version, server.DigestOf(model)) { LongestContext = server.Find(model)?.ContextLength };
}

/// <summary>Builds the chain of chat clients that a turn goes through, instrumentation included.</summary>
public interface IChatPipeline
{
    /// <summary>The chain over that server's client, for one turn.</summary>
    /// <param name="client">Speaks with the server.</param>
    /// <param name="silence">Told when a streamed answer says nothing for a while; null for nobody.</param>
    IChatClient Create(OllamaClient client, IProgress<OllamaSilence>? silence);
}
