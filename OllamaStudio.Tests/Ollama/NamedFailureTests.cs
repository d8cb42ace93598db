using System.Net;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>Failures that have a kind of their own because a person can do something about them, whether a status or a stream brings them.</summary>
public class NamedFailureTests
{
    private const string Words = "request (7810 tokens) exceeds the available context size (4096 tokens), try increasing it";
    private const string Exceeded = $$"""{"code":400,"message":"{{Words}}","type":"exceed_context_size_error","n_prompt_tokens":7810,"n_ctx":4096}""";
    private const string Died = "an error was encountered while running the model: unexpected EOF";

    private static readonly OllamaChatRequest Hello = new() { Model = "m", Messages = [new() { Role = "user", Content = "Hello" }] };

    /// <summary>Ollama's own form, a string in which the error stands once more; an error as an object; one in a string.</summary>
    public static TheoryData<string> ExceededBodies() =>
    [
        $$"""{"error":{{InString($$"""{"error":{{Exceeded}}}""")}}}""",
        $$"""{"error":{{Exceeded}}}""",
        $$"""{"error":{{InString(Exceeded)}}}""",
    ];

    [Theory]
    [MemberData(nameof(ExceededBodies))]
    public async Task A_prompt_that_does_not_fit_is_told_with_both_numbers(string body)
    {
        foreach (OllamaException error in await FailAsync(body, 400))
        {
            Assert.Equal((OllamaErrorKind.ContextExceeded, "context_exceeded"), (error.Kind, error.ErrorType));
            Assert.Equal((7810L, 4096L), (error.PromptTokens, error.ContextLength));
            Assert.Equal(Words, error.Message);
            Assert.Contains("has 7810 tokens, the context window 4096: shorten", error.NextStep, StringComparison.Ordinal);
            Assert.Contains("num_ctx", error.NextStep, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_prompt_that_does_not_fit_is_one_without_numbers_too()
    {
        foreach (OllamaException error in await FailAsync("""{"error":{"message":"too long","type":"exceed_context_size_error","n_ctx":"4096"}}""", 400))
        {
            Assert.Equal((OllamaErrorKind.ContextExceeded, null, null), (error.Kind, error.PromptTokens, error.ContextLength));
            Assert.StartsWith("Shorten the conversation", error.NextStep, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_studio_asks_to_be_told_and_the_demo_tells_it_both_numbers()
    {
        await using var demo = await Simulator.SimulatorHost.StartAsync();
        using var client = new OllamaClient(OllamaEndpoint.Parse(demo.Server.Address.ToString()));
        using var chat = new OllamaChatClient(client, "demo-small");
        string prompt = string.Join(' ', Enumerable.Repeat("word", 400));

        var error = await Assert.ThrowsAsync<OllamaException>(() => chat.GetStreamingResponseAsync(
            prompt, new ChatOptions { AdditionalProperties = new() { [OllamaRequestProperties.NumCtx] = 128 } }).CollectAsync());

        Assert.Equal((OllamaErrorKind.ContextExceeded, 128L), (error.Kind, error.ContextLength));
        Assert.InRange(error.PromptTokens!.Value, 400, 430);
        Assert.Contains($"has {error.PromptTokens} tokens, the context window 128: shorten", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runner_that_died_is_said_to_have_died_and_what_to_try()
    {
        foreach (OllamaException error in await FailAsync($$"""{"error":"{{Died}}"}""", 500))
        {
            Assert.Equal((OllamaErrorKind.RunnerDied, "runner_died"), (error.Kind, error.ErrorType));
            Assert.Equal(Died, error.Message);
            Assert.Contains("process died, often because memory ran out", error.NextStep, StringComparison.Ordinal);
            Assert.Contains("smaller model", error.NextStep, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_pull_that_breaks_off_is_no_runner_that_died()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync("""{"status":"pulling manifest"}""", """{"error":"unexpected EOF"}""");
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.PullModelAsync("m").CollectAsync());

        Assert.Equal(OllamaErrorKind.FailedMidStream, error.Kind);
    }

    private static string InString(string json) => $"\"{json.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>The same error as an answer of that status, streamed and not, and as a line after text; all with the status they came with.</summary>
    private static async Task<OllamaException[]> FailAsync(string body, int status)
    {
        await using ScriptedServer refusing = await ScriptedServer.AnswerAsync(body, status);
        await using ScriptedServer failing = await ScriptedServer.StreamAsync(Lines.Text("Hel"), body);
        using var refused = new OllamaClient(refusing.Endpoint);
        using var failed = new OllamaClient(failing.Endpoint);
        var said = new List<OllamaChatChunk>();
        OllamaException[] errors =
        [
            await Assert.ThrowsAsync<OllamaException>(() => refused.ChatStreamAsync(Hello).CollectAsync()),
            await Assert.ThrowsAsync<OllamaException>(() => refused.ChatAsync(Hello)),
            await Assert.ThrowsAsync<OllamaException>(() => failed.ChatStreamAsync(Hello).CollectAsync(said)),
        ];
        Assert.Equal("Hel", Assert.Single(said).Content);
        Assert.Equal([(HttpStatusCode)status, (HttpStatusCode)status, HttpStatusCode.OK], errors.Select(error => error.StatusCode!.Value));
        return errors;
    }
}
