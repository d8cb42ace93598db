using System.Net;
using System.Net.Http.Headers;

namespace OllamaStudio.Tests.Ollama;

/// <summary>
/// Answers with given bytes in pieces of given sizes, one piece a read: a socket joins small pieces as it likes, so splits
/// at an exact byte need this.
/// </summary>
internal sealed class PiecesHandler(byte[] body, Func<int> nextSize, Exception? end = null) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = new StreamContent(new PiecesStream(body, nextSize, end));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request });
    }

    private sealed class PiecesStream(byte[] body, Func<int> nextSize, Exception? end) : MemoryStream(body, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Position == Length && end is not null)
            {
                throw end;
            }

            return ValueTask.FromResult(Read(buffer.Span[..Math.Min(buffer.Length, nextSize())]));
        }
    }
}
