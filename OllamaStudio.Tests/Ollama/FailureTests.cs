using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>Servers that refuse, are no Ollama, or are not there: what kind of error it is, in whose words, and what to do next.</summary>
public class FailureTests
{
    private static readonly OllamaClientOptions Once = new() { MaxRetries = 0 };
    private static readonly OllamaChatRequest Hello = new() { Model = "llama3.1:8b", Messages = [new() { Role = "user", Content = "Hello" }] };

    [Theory]
    [InlineData(404, "model 'llama3.1:8b' not found", OllamaErrorKind.ModelMissing, "ollama pull llama3.1:8b")]
    [InlineData(400, "registry.ollama.ai/library/m does not support tools", OllamaErrorKind.Refused, "tools off")]
    [InlineData(400, "\\\"m\\\" does not support thinking", OllamaErrorKind.Refused, "thinking off")]
    [InlineData(400, "\\\"m\\\" does not support chat", OllamaErrorKind.Refused, "Choose a model")]
    [InlineData(401, "unauthorized", OllamaErrorKind.Unauthorized, "ollama signin")]
    [InlineData(429, "too many requests", OllamaErrorKind.Overloaded, "Wait")]
    [InlineData(499, "request canceled", OllamaErrorKind.ServerFailed, "send it again")]
    [InlineData(500, "model requires more system memory (9 GiB) than is available (4 GiB)", OllamaErrorKind.ServerFailed, "smaller")]
    [InlineData(500, "llama runner process has terminated: exit status 2", OllamaErrorKind.ServerFailed, "log")]
    [InlineData(503, "server busy, please try again.  maximum pending requests exceeded", OllamaErrorKind.Overloaded, "Wait")]
    public async Task Ollamas_own_words_reach_the_person_with_a_next_step(int status, string words, OllamaErrorKind kind, string nextStep)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync($$"""{"error":"{{words}}"}""", status);

        foreach (OllamaException error in await FailBothWaysAsync(server.Endpoint))
        {
            Assert.Equal(kind, error.Kind);
            Assert.Equal(words.Replace("\\", "", StringComparison.Ordinal), error.Message);
            Assert.Contains(nextStep, error.NextStep, StringComparison.Ordinal);
            Assert.Equal((HttpStatusCode)status, error.StatusCode);
        }
    }

    [Fact]
    public async Task A_cloud_model_says_where_to_sign_in()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(
            """{"error":"unauthorized","signin_url":"https://ollama.com/connect?name=box&key=abc"}""", 401);

        OllamaException error = await FailAsync(server.Endpoint);

        Assert.Contains("https://ollama.com/connect?name=box&key=abc", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_that_a_busy_server_asks_for_is_kept()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "17";
            await context.Response.WriteAsync("""{"error":"rate limited"}""");
        });

        OllamaException error = await FailAsync(server.Endpoint);

        Assert.Equal(TimeSpan.FromSeconds(17), error.RetryAfter);
        Assert.Contains("17 s", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, OllamaErrorKind.Unauthorized, "OLLAMA_ORIGINS")]
    [InlineData(401, OllamaErrorKind.Unauthorized, "signin")]
    [InlineData(404, OllamaErrorKind.NotOllama, "OLLAMA_HOST")]
    [InlineData(405, OllamaErrorKind.NotOllama, "OLLAMA_HOST")]
    [InlineData(502, OllamaErrorKind.NotOllama, "OLLAMA_HOST")]
    [InlineData(503, OllamaErrorKind.Overloaded, "Wait")]
    [InlineData(500, OllamaErrorKind.ServerFailed, "log")]
    [InlineData(418, OllamaErrorKind.Refused, null)]
    public async Task A_bare_status_is_explained(int status, OllamaErrorKind kind, string? nextStep)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("", status, "text/plain");

        OllamaException error = await FailAsync(server.Endpoint);

        Assert.Equal(kind, error.Kind);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.Contains(nextStep ?? "", error.NextStep ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(502, "text/html")]
    [InlineData(200, "text/html; charset=utf-8")]
    [InlineData(200, "application/octet-stream")]
    [InlineData(500, "text/plain")]
    public async Task A_web_page_is_no_Ollama_and_only_its_title_is_shown(int status, string type)
    {
        string page = "<!DOCTYPE html><html><head><title> 502  Bad &amp; Gateway </title></head>\n<body>" + new string('x', 3_000_000) + "</body></html>";
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(page, status, type);

        foreach (OllamaException error in await FailBothWaysAsync(server.Endpoint))
        {
            Assert.Equal(OllamaErrorKind.NotOllama, error.Kind);
            Assert.Contains("“502 Bad & Gateway”", error.Message, StringComparison.Ordinal);
            Assert.True(error.Message.Length < 200);
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public async Task An_answer_without_a_body_is_an_incomplete_one(int status)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.All(await FailBothWaysAsync(server.Endpoint), error => Assert.Equal(OllamaErrorKind.StreamIncomplete, error.Kind));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_explained_not_followed(int status)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "https://user:secret@elsewhere.example/api/chat?token=secret";
            return Task.CompletedTask;
        });

        OllamaException error = await FailAsync(server.Endpoint);

        Assert.Equal(OllamaErrorKind.NotOllama, error.Kind);
        Assert.Contains("redirects to https://elsewhere.example (", error.Message, StringComparison.Ordinal);
        Assert.Contains("set OLLAMA_HOST to https://elsewhere.example.", error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message + error.NextStep, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_redirect_to_itself_is_asked_once_and_no_loop()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = context.Request.Path.Value;
            return Task.CompletedTask;
        });
        using var client = new OllamaClient(server.Endpoint);

        Assert.Equal(OllamaErrorKind.NotOllama, (await FailAsync(server.Endpoint)).Kind);
        Assert.Equal(OllamaErrorKind.NotOllama, (await Assert.ThrowsAsync<OllamaException>(() => client.ListModelsAsync())).Kind);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable_and_says_how_to_start_it()
    {
        using var port = new UnusedPort();
        foreach (OllamaException error in await FailBothWaysAsync(OllamaEndpoint.Parse(port.Host)))
        {
            Assert.Equal(OllamaErrorKind.Unreachable, error.Kind);
            Assert.Contains("refused", error.Message, StringComparison.Ordinal);
            Assert.Contains("`ollama serve`", error.NextStep, StringComparison.Ordinal);
            Assert.Null(error.StatusCode);
        }
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_named()
    {
        OllamaException error = await FailAsync(OllamaEndpoint.Parse("no-such-host.invalid"));

        Assert.Equal(OllamaErrorKind.Unreachable, error.Kind);
        Assert.Contains("no-such-host.invalid", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_to_a_server_that_speaks_http_says_that_TLS_failed()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Done);

        OllamaException error = await FailAsync(OllamaEndpoint.Parse($"https://127.0.0.1:{server.Address.Port}"));

        Assert.Equal(OllamaErrorKind.Unreachable, error.Kind);
        Assert.Contains("TLS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_protocol_is_no_Ollama()
    {
        await using RawServer server = RawServer.Answer("-ERR unknown command 'POST'\r\n\r\n");

        Assert.Equal(OllamaErrorKind.NotOllama, (await FailAsync(server.Endpoint)).Kind);
    }

    [Fact]
    public async Task A_server_that_hangs_up_without_an_answer_was_asked_only_once()
    {
        await using RawServer server = RawServer.Answer("");

        OllamaException error = await FailAsync(server.Endpoint);

        Assert.Equal(OllamaErrorKind.Unreachable, error.Kind);
        Assert.Contains("without an answer", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_whole_answer_that_is_cut_short_is_incomplete()
    {
        await using RawServer server = RawServer.Answer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"message\":");

        Assert.All(await FailBothWaysAsync(server.Endpoint), error => Assert.Equal(OllamaErrorKind.StreamIncomplete, error.Kind));
    }

    [Fact]
    public async Task An_answer_that_was_not_streamed_and_is_not_done_is_incomplete()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(Lines.Text("Hel"));
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ChatAsync(Hello));

        Assert.Equal(OllamaErrorKind.StreamIncomplete, error.Kind);
    }

    private static async Task<OllamaException> FailAsync(OllamaEndpoint endpoint)
    {
        using var client = new OllamaClient(endpoint, options: Once);
        return await Assert.ThrowsAsync<OllamaException>(() => client.ChatStreamAsync(Hello).CollectAsync().WaitAsync(StreamExtensions.Guard));
    }

    private static async Task<OllamaException[]> FailBothWaysAsync(OllamaEndpoint endpoint)
    {
        using var client = new OllamaClient(endpoint, options: Once);
        return [await FailAsync(endpoint), await Assert.ThrowsAsync<OllamaException>(() => client.ChatAsync(Hello).WaitAsync(StreamExtensions.Guard))];
    }
}
