using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Core.Chat;

/// <summary>Builds the chain of chat clients that a turn goes through, instrumentation included.</summary>
public interface IChatPipeline
{
    /// <summary>The chain over that server's client, for one turn.</summary>
    /// <param name="client">Speaks with the server.</param>
    /// <param name="silence">Told when a streamed answer says nothing for a while; null for nobody.</param>
    IChatClient Create(OllamaClient client, IProgress<OllamaSilence>? silence);
}
