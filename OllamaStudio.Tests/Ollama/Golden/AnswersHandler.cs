using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>A server in memory: gives one answer after the other, the last one again and again, and keeps what it was sent.</summary>
internal sealed class AnswersHandler(params AnswersHandler.Answer[] answers) : HttpMessageHandler
{
    public List<(string Line, byte[] Body)> Requests { get; } = [];

    /// <summary>A good answer of these lines; without <c>done</c> among them it is an incomplete one.</summary>
    public static Answer Says(params string[] lines) => new(HttpStatusCode.OK, string.Concat(lines.Select(line => line + "\n")), Hangs: false);

    /// <summary>These lines, and then nothing more until the reader gives up.</summary>
    public static Answer SaysAndHangs(params string[] lines) => Says(lines) with { Hangs = true };

    public static Answer Fails(HttpStatusCode status, string body) => new(status, body, Hangs: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        Requests.Add(($"{request.Method} {request.RequestUri!.PathAndQuery} {request.Content?.Headers.ContentType}".Trim(), body));
        Answer answer = answers[Math.Min(Requests.Count, answers.Length) - 1];
        return new HttpResponseMessage(answer.Status)
        {
            Content = new StreamContent(new AnswerStream(Encoding.UTF8.GetBytes(answer.Body), answer.Hangs)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } },
            RequestMessage = request,
        };
    }

    internal sealed record Answer(HttpStatusCode Status, string Body, bool Hangs);

    private sealed class AnswerStream(byte[] body, bool hangs) : MemoryStream(body, writable: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (hangs && Position == Length)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Read(buffer.Span);
        }
    }
}
