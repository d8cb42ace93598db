using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Core.Chat;

/// <summary>Builds the chain of chat clients that a turn goes through, instrumentation included.</summary>
public interface IChatPipeline
{
    /// <summary>The chain over that server's client.</summary>
    IChatClient Create(OllamaClient client);
}
