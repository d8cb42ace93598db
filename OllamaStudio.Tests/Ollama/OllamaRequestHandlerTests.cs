using System.Diagnostics;
using System.Net;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Telemetry;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Ollama;

[Collection("telemetry")]
public sealed class OllamaRequestHandlerTests : IDisposable
{
    private readonly TurnFixture _turn = new();

    public void Dispose() => _turn.Dispose();

    [Fact]
    public async Task The_request_of_a_model_call_is_a_span_under_it()
    {
        await _turn.RunAsync(Send(HttpStatusCode.OK), Say("Hello"), Done());

        var span = _turn.Spans["ollama_request"];
        Assert.Equal(_turn.Spans["ollama.chat_streaming"].SpanId, span.ParentSpanId);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal("CHAIN", span.GetTagItem("openinference.span.kind"));
        Assert.Equal("session-1", span.GetTagItem("session.id"));
        foreach (var (key, value) in new (string, object)[]
        {
            ("http.request.method", "POST"), ("http.method", "POST"), ("url.full", "http://models.example:11434/api/chat"), ("http.url", "http://models.example:11434/api/chat"),
            ("http.response.status_code", 200), ("http.status_code", 200), ("server.address", "models.example"), ("server.port", 11434),
        })
        {
            Assert.Equal(value, span.GetTagItem(key));
        }

        Assert.Equal(ActivityStatusCode.Ok, span.Status);
        Assert.DoesNotContain("pa55word", _turn.Spans.Everything(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_an_error_with_its_status()
    {
        await _turn.RunAsync(Send(HttpStatusCode.NotFound), Done());

        var span = _turn.Spans["ollama_request"];
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("HTTP 404", span.StatusDescription);
        Assert.Equal("404", span.GetTagItem("error.type"));
        Assert.Equal(404, span.GetTagItem("http.response.status_code"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error_with_its_kind()
    {
        await _turn.RunAsync(Send(() => throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused (jane@example.com)")));

        var span = _turn.Spans["ollama_request"];
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("connection_error", span.GetTagItem("error.type"));
        Assert.Equal("Connection refused ([redacted:email])", span.StatusDescription);
        Assert.Equal("exception", Assert.Single(span.Events).Name);
    }

    [Fact]
    public async Task A_request_that_the_person_stops_is_no_error()
    {
        using var stop = new CancellationTokenSource();
        await _turn.RunAsync(
            new ScriptedChatClient(Send(() =>
            {
                stop.Cancel();
                throw new TaskCanceledException();
            })),
            cancellationToken: stop.Token);

        Assert.Equal(ActivityStatusCode.Ok, _turn.Spans["ollama_request"].Status);
        Assert.Equal("cancelled", _turn.Spans["ollama_request"].GetTagItem("llm.finish_reason"));
    }

    [Fact]
    public async Task Other_requests_make_no_span()
    {
        using var invoker = Invoker(() => new HttpResponseMessage(HttpStatusCode.OK));

        using var response = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://models.example/api/tags"), CancellationToken.None);

        Assert.Empty(_turn.Spans.Ended);
    }

    private static Step Send(HttpStatusCode status) => Send(() => new HttpResponseMessage(status));

    // What the Ollama client does within a model call.
    private static Step Send(Func<HttpResponseMessage> answer) => new(async (_, cancellationToken) =>
    {
        using var invoker = Invoker(answer);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://user:pa55word@models.example:11434/api/chat");
        using var response = await invoker.SendAsync(request, cancellationToken);
        return null;
    });

    private static HttpMessageInvoker Invoker(Func<HttpResponseMessage> answer) =>
        new(new OllamaRequestHandler { InnerHandler = new Answering(answer) });

    private sealed class Answering(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer());
    }
}
