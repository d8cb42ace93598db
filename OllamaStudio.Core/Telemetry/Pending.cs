#pragma warning disable
// Stand-ins so that the app builds while the instrumentation is on its own branch. Deleted when it is merged.
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Core.Telemetry
{
    public sealed class ContentCapture;

    public sealed class ConnectionVerifier
    {
        public Task<ConnectionCheck> VerifyAsync(OllamaClient client, string configuredModel, CancellationToken cancellationToken) =>
            Task.FromResult(new ConnectionCheck { Reachable = true, Version = client.Endpoint.ToString() + configuredModel + cancellationToken.CanBeCanceled });
    }

    public sealed class InstrumentedChatClient(IChatClient inner) : DelegatingChatClient(inner);

    public sealed class OllamaRequestHandler : DelegatingHandler;
}
