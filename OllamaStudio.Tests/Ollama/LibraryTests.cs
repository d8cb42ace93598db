using OllamaSharp.Models;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>Pulling, making, copying, removing, loading and unloading models.</summary>
public class LibraryTests
{
    private static readonly string[] Pull =
    [
        """{"status":"pulling manifest"}""",
        """{"status":"pulling 6a0746a1ec1a","digest":"sha256:6a07","total":200}""",
        """{"status":"pulling 6a0746a1ec1a","digest":"sha256:6a07","total":200,"completed":50}""",
        """{"status":"verifying sha256 digest"}""",
        """{"status":"success"}""",
    ];

    [Fact]
    public async Task A_pull_tells_its_progress_until_it_succeeds()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Pull);
        using var client = new OllamaClient(server.Endpoint);

        List<OllamaProgress> progress = await client.PullModelAsync("llama3.1:8b").ToListAsync();

        Assert.Equal(["pulling manifest", "pulling 6a0746a1ec1a", "pulling 6a0746a1ec1a", "verifying sha256 digest", "success"], progress.Select(step => step.Status));
        Assert.Equal([null, 0.0, 0.25, null, null], progress.Select(step => step.Fraction));
        Assert.Equal(("sha256:6a07", 200, 50), (progress[2].Digest, progress[2].Total, progress[2].Completed));
        Assert.Equal("""{"model":"llama3.1:8b"}""", server.Request.Body);
    }

    [Theory]
    [InlineData("""{"status":"pulling","total":0,"completed":5}""", null)]
    [InlineData("""{"status":"pulling","total":"big"}""", null)]
    [InlineData("""{"status":"pulling","total":10,"completed":50}""", 1.0)]
    [InlineData("""{}""", null)]
    public async Task Progress_without_sensible_totals_has_no_share_rather_than_a_wrong_one(string line, double? fraction)
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(line, """{"status":"success"}""");
        using var client = new OllamaClient(server.Endpoint);

        Assert.Equal(fraction, (await client.PullModelAsync("m").ToListAsync())[0].Fraction);
    }

    [Fact]
    public async Task An_error_after_progress_ends_the_pull_in_Ollamas_words()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Pull[0], """{"error":"pull model manifest: file does not exist"}""");
        using var client = new OllamaClient(server.Endpoint);
        var progress = new List<OllamaProgress>();

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.PullModelAsync("no-such").CollectAsync(progress));

        Assert.Equal((OllamaErrorKind.FailedMidStream, "pull model manifest: file does not exist"), (error.Kind, error.Message));
        Assert.Contains("name", error.NextStep, StringComparison.Ordinal);
        Assert.Single(progress);
    }

    [Fact]
    public async Task A_pull_that_ends_without_success_is_incomplete_and_says_that_it_goes_on()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Pull[..3]);
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.PullModelAsync("m").CollectAsync());

        Assert.Equal(OllamaErrorKind.StreamIncomplete, error.Kind);
        Assert.Contains("is kept", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_is_stopped_by_hanging_up_and_goes_on_when_it_is_asked_for_again()
    {
        var closed = new TaskCompletionSource();
        int asked = 0;
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref asked) == 1)
            {
                Task close = context.UntilClosedAsync();
                await context.Response.WriteLinesAsync(Pull[1]);
                await close;
                closed.SetResult();
            }
            else
            {
                await context.Response.WriteLinesAsync(Pull[2..]);
            }
        });
        using var client = new OllamaClient(server.Endpoint);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (OllamaProgress step in client.PullModelAsync("m", cancellationToken: stop.Token))
            {
                stop.CancelAfter(TimeSpan.Zero);
            }
        });
        await closed.Task.WaitAsync(StreamExtensions.Guard);
        List<OllamaProgress> rest = await client.PullModelAsync("m").ToListAsync();

        Assert.Equal(0.25, rest[0].Fraction);
        Assert.True(rest[^1].IsSuccess);
    }

    [Fact]
    public async Task A_model_is_made_of_another_with_a_system_prompt_and_parameters()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync("""{"status":"using existing layer sha256:6a07"}""", """{"status":"success"}""");
        using var client = new OllamaClient(server.Endpoint);

        List<OllamaProgress> progress = await client.CreateModelAsync(new CreateModelRequest
        {
            Model = "pirate",
            From = "llama3.1:8b",
            System = "You are a pirate.",
            Parameters = new() { ["temperature"] = 1, ["stop"] = new[] { "Arr" } },
            Messages = [new() { Role = "user", Content = "Hi" }],
        }).ToListAsync();

        Assert.True(progress[^1].IsSuccess);
        Assert.Equal("/api/create", server.Request.Path);
        Assert.Equal(
            """{"model":"pirate","from":"llama3.1:8b","system":"You are a pirate.","parameters":{"temperature":1,"stop":["Arr"]},"messages":[{"role":"user","content":"Hi"}]}""",
            server.Request.Body);
    }

    [Fact]
    public async Task A_model_is_removed()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("");
        using var client = new OllamaClient(server.Endpoint);

        await client.DeleteModelAsync("m");

        Assert.Equal(("DELETE", "/api/delete", """{"model":"m"}"""), (server.Request.Method, server.Request.Path, server.Request.Body));
    }

    [Fact]
    public async Task A_model_is_copied()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("");
        using var client = new OllamaClient(server.Endpoint);

        await client.CopyModelAsync("a", "b");

        Assert.Equal(("POST", "/api/copy", """{"source":"a","destination":"b"}"""), (server.Request.Method, server.Request.Path, server.Request.Body));
    }

    [Fact]
    public async Task Removing_or_copying_what_is_not_there_says_so()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"error":"model 'm' not found"}""", 404);
        using var client = new OllamaClient(server.Endpoint);

        Assert.Equal(OllamaErrorKind.ModelMissing, (await Assert.ThrowsAsync<OllamaException>(() => client.DeleteModelAsync("m"))).Kind);
        Assert.Equal(OllamaErrorKind.ModelMissing, (await Assert.ThrowsAsync<OllamaException>(() => client.CopyModelAsync("m", "n"))).Kind);
    }

    [Fact]
    public async Task Loading_and_unloading_are_chats_without_messages()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"model":"m","created_at":"2025-06-01T10:00:00Z","message":{"role":"assistant","content":""},"done_reason":"load","done":true}""");
        using var client = new OllamaClient(server.Endpoint);

        await client.LoadModelAsync("m", OllamaKeepAlive.Forever, new OllamaOptions { NumCtx = 4096 });
        await client.LoadModelAsync("m", OllamaKeepAlive.For(TimeSpan.FromMinutes(5)));
        await client.UnloadModelAsync("m");

        Assert.Equal(
            [
                """{"model":"m","messages":[],"keep_alive":-1,"options":{"num_ctx":4096},"stream":false}""",
                """{"model":"m","messages":[],"keep_alive":300,"stream":false}""",
                """{"model":"m","messages":[],"keep_alive":0,"stream":false}""",
            ],
            server.Requests.Select(request => request.Body));
    }
}
