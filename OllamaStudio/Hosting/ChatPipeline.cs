using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Hosting;

/// <summary>
/// The chain of a turn: instrumentation around the Ollama client. The one place to put another
/// <see cref="IChatClient"/> (OllamaSharp's, say) in its stead.
/// </summary>
public sealed class ChatPipeline(IServiceProvider services) : IChatPipeline
{
    /// <inheritdoc />
    public IChatClient Create(OllamaClient client) =>
        ActivatorUtilities.CreateInstance<InstrumentedChatClient>(services, (IChatClient)new OllamaChatClient(client));
}
