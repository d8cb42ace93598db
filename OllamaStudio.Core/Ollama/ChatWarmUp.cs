using System.Net;
using System.Text;

namespace OllamaStudio.Core.Ollama;

/// <summary>
/// One chat with a server in memory, at start and off the critical path: it has the code compiled and the JSON contracts built that
/// else the first turn would wait for.
/// </summary>
internal static class ChatWarmUp
{
    private static readonly byte[] Answer = Encoding.UTF8.GetBytes("""
        {"model":"m","created_at":"2025-01-01T00:00:00.123456789Z","message":{"role":"assistant","content":"Hi"},"done":false}
        {"model":"m","created_at":"2025-01-01T00:00:00.123456789Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":1,"eval_count":1}

        """);

    /// <summary>Has it; some tens of milliseconds the first time.</summary>
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = new OllamaClient(OllamaEndpoint.Default, new Server());
        using var chat = new OllamaChatClient(client, "m");
        await foreach (var _ in chat.GetStreamingResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hi")], cancellationToken: cancellationToken))
        {
            // Only that it was read.
        }
    }

    private sealed class Server : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Answer), RequestMessage = request });
    }
}
