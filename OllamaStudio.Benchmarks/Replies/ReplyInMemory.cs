using System.Net;
using System.Net.Http.Headers;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Benchmarks.Replies;

/// <summary>Answers every request with the recorded reply, without a socket.</summary>
internal sealed class ReplyInMemory : HttpMessageHandler
{
    /// <summary>What is asked for it; of no consequence.</summary>
    public static OllamaChatRequest Request { get; } = new()
    {
        Model = RecordedReply.Model,
        Messages = [new() { Role = "user", Content = "Why is the sky blue?" }],
    };

    /// <summary>A client that gets it.</summary>
    public static OllamaClient CreateClient() => new(OllamaEndpoint.Parse("localhost"), new ReplyInMemory());

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new StreamContent(new MemoryStream(RecordedReply.Bytes, writable: false))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") },
            },
        });
}
