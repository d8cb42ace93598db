using System.Net;
using System.Text.Json.Nodes;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Simulator;

public sealed class ModelTests
{
    [Fact]
    public async Task It_greets_like_ollama_and_says_its_version_is_a_demo()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var head = await host.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));

        Assert.Equal("Ollama is running", await host.Http.GetStringAsync(new Uri("/", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.EndsWith("-demo", (string?)(await host.GetAsync("/api/version"))["version"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_installed_models_cannot_be_taken_for_real_ones()
    {
        await using var host = await SimulatorHost.StartAsync();

        var models = (await host.GetAsync("/api/tags"))["models"]!.AsArray();

        Assert.Equal(["demo-small:latest", "demo-thinking:latest", "demo-tools:latest", "demo-faults:latest", "demo-vision:latest"], models.Select(static model => (string?)model!["name"]));
        Assert.All(models, static model =>
        {
            Assert.Equal("demo", (string?)model!["details"]!["family"]);
            Assert.Equal("", (string?)model["details"]!["parameter_size"]);
            Assert.Matches("^[0-9a-f]{64}$", (string?)model["digest"]);
        });
    }

    [Fact]
    public async Task Show_tells_capabilities_and_context_length()
    {
        await using var host = await SimulatorHost.StartAsync();

        var shown = JsonNode.Parse((await host.PostAsync("/api/show", """{"model":"demo-tools"}""")).Body)!;

        var architecture = (string)shown["model_info"]!["general.architecture"]!;
        Assert.Equal(32768, (int?)shown["model_info"]![$"{architecture}.context_length"]);
        Assert.Equal(["completion", "tools"], shown["capabilities"]!.AsArray().Select(static name => (string?)name));
        Assert.Contains("no real model", (string?)shown["model_info"]!["general.description"], StringComparison.Ordinal);
        Assert.Equal(404, (await host.PostAsync("/api/show", """{"model":"nobody"}""")).Status);
    }

    [Fact]
    public async Task A_pull_reports_progress_and_the_model_is_there_afterwards()
    {
        await using var host = await SimulatorHost.StartAsync();
        Assert.Equal(404, (await host.PostAsync("/api/show", """{"model":"demo-large"}""")).Status);

        var lines = await host.StreamAsync("/api/pull", """{"model":"demo-large"}""");

        Assert.Equal("pulling manifest", (string?)lines[0]["status"]);
        Assert.Equal("success", (string?)lines[^1]["status"]);
        Assert.Null(lines[1]["completed"]);
        foreach (var layer in lines.Where(static line => line["digest"] is not null).GroupBy(static line => (string)line["digest"]!, StringComparer.Ordinal))
        {
            var completed = layer.Select(static line => (long?)line["completed"] ?? 0).ToArray();
            Assert.Equal(completed.Order(), completed);
            Assert.Equal((long?)layer.Last()["total"], completed[^1]);
        }

        var newest = (await host.GetAsync("/api/tags"))["models"]![0]!;
        Assert.Equal("demo-large:latest", (string?)newest["name"]);
        Assert.Contains("built-in demo", await host.TextAsync("demo-large", "Hello"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_that_was_broken_off_goes_on_where_it_was()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);
        var cancelled = host.Server.Activity.WaitForCancellationAsync();
        long reached;
        using (var response = await host.Http.SendAsync(SimulatorHost.Post("/api/pull", """{"model":"demo-large"}"""), HttpCompletionOption.ResponseHeadersRead))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            await reader.ReadLineAsync();
            await reader.ReadLineAsync();
            await time.FireAsync(1);
            reached = (long)JsonNode.Parse((await reader.ReadLineAsync())!)!["completed"]!;
        }

        await cancelled.WaitAsync(SimulatorHost.Guard);
        Assert.DoesNotContain("demo-large", (await host.GetAsync("/api/tags")).ToJsonString(), StringComparison.Ordinal);

        var lines = await time.RunUntilAsync(host.StreamAsync("/api/pull", """{"model":"demo-large"}"""));

        Assert.True((long)lines[1]["completed"]! >= reached, "The second pull began again at zero.");
        Assert.Equal("success", (string?)lines[^1]["status"]);
    }

    [Fact]
    public async Task An_unknown_name_fails_after_the_first_line()
    {
        await using var host = await SimulatorHost.StartAsync();

        var lines = await host.StreamAsync("/api/pull", """{"model":"nobody"}""");
        var (status, _) = await host.PostAsync("/api/pull", """{"model":"nobody","stream":false}""");

        Assert.Equal("pulling manifest", (string?)lines[0]["status"]);
        Assert.Equal("pull model manifest: file does not exist", (string?)lines[1]["error"]);
        Assert.Equal(500, status);
    }

    [Fact]
    public async Task A_pull_can_fail_or_end_without_success()
    {
        await using var host = await SimulatorHost.StartAsync();

        var failed = await host.StreamAsync("/api/pull", """{"model":"demo-embed"}""", "error-mid-stream=5");
        var ended = await host.StreamAsync("/api/pull", """{"model":"demo-embed"}""", "no-done=5");

        Assert.NotNull(failed[5]["error"]);
        Assert.Equal(5, ended.Count);
        Assert.All(ended, static line => Assert.NotEqual("success", (string?)line["status"]));
    }

    [Fact]
    public async Task A_copy_answers_like_its_original_and_a_deleted_model_is_gone()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.PostAsync("/api/chat", """{"model":"demo-tools"}""");

        Assert.Equal((200, ""), await host.PostAsync("/api/copy", """{"source":"demo-tools","destination":"mine:v1"}"""));
        Assert.Equal(await host.TextAsync("demo-tools", "a list"), (await host.TextAsync("mine:v1", "a list")).Replace("mine", "demo-tools", StringComparison.Ordinal));
        Assert.Equal((200, ""), await DeleteAsync(host, "demo-tools"));
        Assert.Equal((404, """{"error":"model 'demo-tools' not found"}"""), await DeleteAsync(host, "demo-tools"));
        Assert.Equal(404, (await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-tools", "x"))).Status);
        Assert.DoesNotContain("demo-tools", (await host.GetAsync("/api/ps")).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal((404, """{"error":"model \"nobody\" not found"}"""), await host.PostAsync("/api/copy", """{"source":"nobody","destination":"x"}"""));
    }

    [Fact]
    public async Task A_created_model_has_its_system_prompt_and_parameters()
    {
        await using var host = await SimulatorHost.StartAsync();

        var lines = await host.StreamAsync("/api/create", """{"model":"pirate","from":"demo-small","system":"Speak like a pirate.","parameters":{"num_predict":2000,"stop":["zzz","yyy"]}}""");
        var shown = JsonNode.Parse((await host.PostAsync("/api/show", """{"model":"pirate"}""")).Body)!;

        Assert.Equal("success", (string?)lines[^1]["status"]);
        Assert.Equal("Speak like a pirate.", (string?)shown["system"]);
        Assert.Equal("num_predict                    2000\nstop                           \"zzz\"\nstop                           \"yyy\"", (string?)shown["parameters"]);
        Assert.Equal("demo-small:latest", (string?)shown["details"]!["parent_model"]);
        Assert.Contains("“Speak like a pirate.”", await host.TextAsync("pirate", "Hello"), StringComparison.Ordinal);
        Assert.Equal(400, (await host.PostAsync("/api/create", """{"model":"pirate"}""")).Status);
        Assert.Contains((await host.StreamAsync("/api/create", """{"model":"x","from":"nobody"}""")), static line => line["error"] is not null);
    }

    [Fact]
    public async Task Generate_answers_with_response_and_a_context_at_the_end()
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.StreamAsync("/api/generate", """{"model":"demo-thinking","prompt":"Hello","system":"Be kind."}""");
        var raw = await host.StreamAsync("/api/generate", """{"model":"demo-small","prompt":"Hello","raw":true}""");

        Assert.Contains("built-in demo", string.Concat(chunks.Select(static chunk => (string?)chunk["response"])), StringComparison.Ordinal);
        Assert.NotEmpty(string.Concat(chunks.Select(static chunk => (string?)chunk["thinking"])));
        Assert.All(chunks[..^1], static chunk => Assert.Null(chunk["context"]));
        Assert.True(chunks[^1]["context"]!.AsArray().Count > (int)chunks[^1]["prompt_eval_count"]!);
        Assert.Null(raw[^1]["context"]);
        Assert.Equal("load", (string?)JsonNode.Parse((await host.PostAsync("/api/generate", """{"model":"demo-small"}""")).Body)!["done_reason"]);
        Assert.Equal(400, (await host.PostAsync("/api/generate", """{"model":"demo-small","prompt":"a","suffix":"b"}""")).Status);
    }

    [Fact]
    public async Task Embed_gives_the_same_vector_for_the_same_text_and_closer_ones_for_shared_words()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.StreamAsync("/api/pull", """{"model":"demo-embed"}""");

        var answer = JsonNode.Parse((await host.PostAsync("/api/embed", """{"model":"demo-embed","input":["red apple pie","red apple cake","tcp socket","red apple pie"]}""")).Body)!;
        var vectors = answer["embeddings"]!.AsArray().Select(static vector => vector!.AsArray().Select(static value => (float)value!).ToArray()).ToArray();

        Assert.Equal(vectors[0], vectors[3]);
        Assert.Equal(1, Dot(vectors[0], vectors[0]), 3);
        Assert.True(Dot(vectors[0], vectors[1]) > Dot(vectors[0], vectors[2]) + 0.2);
        Assert.True((int)answer["prompt_eval_count"]! > 0);
        Assert.Equal(400, (await host.PostAsync("/api/embed", """{"model":"demo-embed","input":5}""")).Status);
        Assert.Equal((400, """{"error":"\"demo-embed\" does not support chat"}"""), await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-embed", "x")));

        static double Dot(float[] a, float[] b) => a.Zip(b, static (x, y) => (double)x * y).Sum();
    }

    [Fact]
    public async Task Options_out_of_range_are_refused()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = -1 }));

        Assert.Contains("TokensPerSecond", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Body)> DeleteAsync(SimulatorHost host, string model)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/delete") { Content = new StringContent($$"""{"model":"{{model}}"}""") };
        using var response = await host.Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
