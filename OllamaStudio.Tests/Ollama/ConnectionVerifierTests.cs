using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Ollama;

[Collection("telemetry")]
public sealed class ConnectionVerifierTests : IDisposable
{
    private readonly SpanCollector _spans = new();
    private readonly DataFolder _data = new(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);
    private readonly AnsweredServers _answered;
    private readonly ConnectionVerifier _verifier;

    public ConnectionVerifierTests()
    {
        var settings = new FakeSettings();
        _answered = new AnsweredServers(_data);
        _verifier = new ConnectionVerifier(settings, new ContentCapture(settings), _answered, TimeProvider.System);
    }

    public void Dispose()
    {
        _spans.Dispose();
        Directory.Delete(_data.Path, recursive: true);
    }

    [Fact]
    public async Task A_server_that_answers_is_told_with_its_models()
    {
        await using var server = await StartAsync("""{"models":[{"name":"llama3.1:8b"},{"name":"mistral:latest"}]}""");
        using var client = new OllamaClient(server.Endpoint);
        using var around = new Activity("around").Start();

        var check = await _verifier.VerifyAsync(client, "mistral", CancellationToken.None);

        Assert.True(check.Reachable);
        Assert.Equal("0.33.0", check.Version);
        Assert.Equal(["llama3.1:8b", "mistral:latest"], check.Models);
        Assert.True(check.ModelAvailable);
        Assert.Null(check.Error);
        var span = Assert.Single(_spans.Ended);
        Assert.Equal("ollama.verify_connection", span.OperationName);
        Assert.Equal(default, span.ParentSpanId);
        Assert.Same(around, Activity.Current);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal("CHAIN", span.GetTagItem("openinference.span.kind"));
        Assert.Equal("verify_connection", span.GetTagItem("llm.operation"));
        Assert.Equal("ollama", span.GetTagItem("llm.vendor"));
        Assert.Equal("mistral", span.GetTagItem("llm.model"));
        Assert.Equal("127.0.0.1", span.GetTagItem("server.address"));
        Assert.Equal(2, span.GetTagItem("llm.available_models_count"));
        Assert.Equal(true, span.GetTagItem("llm.model_available"));
        Assert.Equal("0.33.0", span.GetTagItem("llm.server.version"));
        Assert.IsType<double>(span.GetTagItem("llm.duration_ms"));
        Assert.Equal(ActivityStatusCode.Ok, span.Status);
    }

    [Fact]
    public async Task A_model_that_is_not_installed_is_no_error_of_the_connection()
    {
        await using var server = await StartAsync("""{"models":[]}""");
        using var client = new OllamaClient(server.Endpoint);

        var check = await _verifier.VerifyAsync(client, "llama3.1:8b", CancellationToken.None);

        Assert.True(check.Reachable);
        Assert.False(check.ModelAvailable);
        Assert.Equal(false, _spans["ollama.verify_connection"].GetTagItem("llm.model_available"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_result_and_an_error_on_the_span()
    {
        using var port = new UnusedPort();
        using var client = new OllamaClient(OllamaEndpoint.Parse(port.Host));

        var check = await _verifier.VerifyAsync(client, "llama3.1:8b", CancellationToken.None);

        Assert.False(check.Reachable);
        Assert.NotNull(check.Error);
        var span = _spans["ollama.verify_connection"];
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("unreachable", span.GetTagItem("error.type"));
        Assert.Equal("exception", Assert.Single(span.Events).Name);
    }

    [Fact]
    public async Task Nothing_where_nothing_ever_was_is_no_error_in_the_panel_and_one_that_is_gone_is()
    {
        await using var server = await StartAsync("""{"models":[]}""");
        using var there = new OllamaClient(server.Endpoint);
        using var port = new UnusedPort();
        using var nobody = new OllamaClient(OllamaEndpoint.Parse(port.Host));
        var feed = new SpanFeed(TimeProvider.System);
        using var listener = new SpanListener(feed);

        await _verifier.VerifyAsync(nobody, "m", CancellationToken.None);
        await _verifier.VerifyAsync(there, "m", CancellationToken.None);
        await server.DisposeAsync();
        await _verifier.VerifyAsync(there, "m", CancellationToken.None);

        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Ok, ActivityStatusCode.Error], _spans.Ended.Select(span => span.Status));
        Assert.Equal([SpanStatus.Unset, SpanStatus.Ok, SpanStatus.Error], feed.Traces.SelectMany(trace => trace.Spans).OrderBy(span => span.StartTime).Select(span => span.Status));
        Assert.True(new AnsweredServers(_data).Contains(server.Endpoint.BaseAddress));
    }

    [Fact]
    public async Task A_server_that_fails_is_there_all_the_same()
    {
        await using var server = await StartAsync("""{"error":"out of memory"}""", StatusCodes.Status500InternalServerError);
        using var client = new OllamaClient(server.Endpoint);

        var check = await _verifier.VerifyAsync(client, "llama3.1:8b", CancellationToken.None);

        Assert.True(check.Reachable);
        Assert.StartsWith("out of memory", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_check_throws_and_is_no_error_on_the_span()
    {
        await using var server = await StartAsync("""{"models":[]}""");
        using var client = new OllamaClient(server.Endpoint);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _verifier.VerifyAsync(client, "m", new CancellationToken(canceled: true)));

        Assert.Equal(ActivityStatusCode.Ok, _spans["ollama.verify_connection"].Status);
    }

    private static Task<ScriptedServer> StartAsync(string tags, int status = StatusCodes.Status200OK) => ScriptedServer.StartAsync(context =>
    {
        var isVersion = context.Request.Path == "/api/version";
        context.Response.StatusCode = isVersion ? StatusCodes.Status200OK : status;
        return context.Response.WriteAsync(isVersion ? """{"version":"0.33.0"}""" : tags);
    });
}
