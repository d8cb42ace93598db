using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>A turn through the real client and a real socket.</summary>
[Collection("telemetry")]
public sealed class WholeTurnTests : IAsyncLifetime, IDisposable
{
    private const string Reply =
        """
        {"model":"llama3.1:8b","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Hel"},"done":false}
        {"model":"llama3.1:8b","created_at":"2026-01-01T00:00:01Z","message":{"role":"assistant","content":"lo"},"done":false}
        {"model":"llama3.1:8b","created_at":"2026-01-01T00:00:02Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":1000000000,"load_duration":300000000,"prompt_eval_count":26,"prompt_eval_duration":100000000,"eval_count":12,"eval_duration":500000000}

        """;

    private readonly TurnFixture _turn = new();
    private WebApplication _server = null!;
    private OllamaClient _client = null!;
    private Func<HttpContext, Task> _answer = context => context.Response.WriteAsync(Reply);

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.MapPost("/api/chat", context =>
        {
            context.Response.ContentType = "application/x-ndjson";
            return _answer(context);
        });
        await _server.StartAsync();
        _client = new OllamaClient(OllamaEndpoint.Parse(_server.Urls.First()), new OllamaRequestHandler());
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _turn.Dispose();
    }

    [Fact]
    public async Task The_tree_is_whole_and_the_request_ends_before_the_stream_is_processed()
    {
        var result = await _turn.RunAsync(new OllamaChatClient(_client));

        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal(
            ["ollama_request", "process_streaming_response", "ollama.chat_streaming", "generate_response", "log_interaction", "chat_interaction"],
            _turn.Spans.Ended.Select(span => span.OperationName));
        var call = _turn.Spans["ollama.chat_streaming"];
        var request = _turn.Spans["ollama_request"];
        Assert.Equal(call.SpanId, request.ParentSpanId);
        Assert.Equal(call.SpanId, _turn.Spans["process_streaming_response"].ParentSpanId);
        Assert.True(request.StartTimeUtc + request.Duration <= _turn.Spans["process_streaming_response"].StartTimeUtc);
        Assert.All(_turn.Spans.Ended, span => Assert.Equal(ActivityStatusCode.Ok, span.Status));
        Assert.Equal(3, call.GetTagItem("llm.chunk_count"));
        Assert.Equal(26L, call.GetTagItem("llm.tokens_input"));
        Assert.Equal(12L, call.GetTagItem("llm.tokens_output"));
        Assert.Equal(100.0, call.GetTagItem("llm.queue_duration_ms"));
        Assert.Equal("Hello", call.GetTagItem("llm.response_preview"));
        Assert.Equal(12, result.Stats.OutputTokens);
        Assert.Equal(24.0, result.Stats.TokensPerSecond);
    }

    [Fact]
    public async Task A_stream_that_ends_early_is_an_error_of_its_own_kind_on_a_request_that_went_well()
    {
        _answer = context => context.Response.WriteAsync(Reply[..Reply.IndexOf('\n')]);

        var result = await _turn.RunAsync(new OllamaChatClient(_client));

        Assert.Equal(TurnOutcome.Failed, result.Outcome);
        Assert.Equal("stream_incomplete", _turn.Spans["ollama.chat_streaming"].GetTagItem("error.type"));
        Assert.Equal("Hel", _turn.Spans["chat_interaction"].GetTagItem("output.value"));
        Assert.Equal(ActivityStatusCode.Ok, _turn.Spans["ollama_request"].Status);
    }

    [Fact]
    public async Task A_model_that_is_missing_is_told_in_Ollamas_words()
    {
        _answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.Response.WriteAsync("""{"error":"model 'llama3.1:8b' not found"}""");
        };

        await _turn.RunAsync(new OllamaChatClient(_client));

        Assert.Equal(ActivityStatusCode.Error, _turn.Spans["ollama_request"].Status);
        Assert.Equal("model_missing", _turn.Spans["ollama.chat_streaming"].GetTagItem("error.type"));
        Assert.Contains("not found", _turn.Spans["ollama.chat_streaming"].StatusDescription, StringComparison.Ordinal);
        Assert.False(_turn.Spans.Has("process_streaming_response"));
    }

    [Fact]
    public async Task Stopping_ends_every_span_and_closes_the_connection()
    {
        using var stop = new CancellationTokenSource();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = async context =>
        {
            await context.Response.WriteAsync(Reply[..(Reply.IndexOf('\n') + 1)]);
            await context.Response.Body.FlushAsync();
            context.RequestAborted.Register(() => closed.TrySetResult());
            await closed.Task;
        };
        using var turn = new TurnFixture { OnReceived = _ => stop.Cancel() };

        var result = await turn.RunAsync(new OllamaChatClient(_client), cancellationToken: stop.Token);

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(TurnOutcome.Stopped, result.Outcome);
        Assert.Equal(6, turn.Spans.Ended.Count);
        Assert.All(turn.Spans.Ended, span => Assert.Equal(ActivityStatusCode.Ok, span.Status));
        Assert.Equal("cancelled", turn.Spans["ollama.chat_streaming"].GetTagItem("llm.finish_reason"));
    }
}
