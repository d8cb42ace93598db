using Microsoft.AspNetCore.Http;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary><c>version</c>, <c>tags</c>, <c>ps</c> and <c>show</c>, as servers of several versions answer them.</summary>
public class ModelCallsTests
{
    [Fact]
    public async Task The_version_is_read()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"version":"0.33.0"}""");
        using var client = new OllamaClient(server.Endpoint);

        Assert.Equal("0.33.0", await client.GetVersionAsync());
        Assert.Equal(("GET", "/api/version", ""), (server.Request.Method, server.Request.Path, server.Request.Body));
    }

    [Fact]
    public async Task A_path_in_the_address_stands_before_the_calls()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"version":"0.33.0"}""");
        using var client = new OllamaClient(OllamaEndpoint.Parse(server.Address + "proxy/ollama"));

        await client.GetVersionAsync();

        Assert.Equal("/proxy/ollama/api/version", server.Request.Path);
    }

    [Fact]
    public async Task Installed_models_are_listed_with_what_is_known_of_them()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""
            {"models":[
              {"name":"llama3.1:8b","model":"llama3.1:8b","modified_at":"2025-05-04T17:37:44.706015396-07:00","size":4920753328,"digest":"abc",
               "details":{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"8.0B","quantization_level":"Q4_K_M"},
               "capabilities":["completion","tools"]},
              {"name":"cloud:120b","model":"cloud:120b","modified_at":"0001-01-01T00:00:00Z","size":384,"digest":"def","details":{"families":null},"remote_model":"big:120b","remote_host":"https://ollama.com:443"},
              {"model":"nameless"},
              {},
              null
            ]}
            """);
        using var client = new OllamaClient(server.Endpoint);

        IReadOnlyList<OllamaModel> models = await client.ListModelsAsync();

        Assert.Equal(["llama3.1:8b", "cloud:120b", "nameless"], models.Select(model => model.Name));
        Assert.Equal((4920753328, "abc", "llama", "8.0B", "Q4_K_M"), (models[0].Size, models[0].Digest, models[0].Family, models[0].ParameterSize, models[0].QuantizationLevel));
        Assert.Equal(new DateTimeOffset(2025, 5, 4, 17, 37, 44, TimeSpan.FromHours(-7)).AddTicks(7060153), models[0].ModifiedAt);
        Assert.Equal(["completion", "tools"], models[0].Capabilities.ToArray());
        Assert.Equal(("https://ollama.com:443", null, null), (models[1].RemoteHost, models[1].Family, models[1].ModifiedAt));
        Assert.Empty(models[1].Capabilities);
    }

    [Theory]
    [InlineData("""{"models":[]}""")]
    [InlineData("""{"models":null}""")]
    [InlineData("{}")]
    [InlineData("\uFEFF{}\n")]
    public async Task No_models_is_an_empty_list(string json)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(json);
        using var client = new OllamaClient(server.Endpoint);

        Assert.Empty(await client.ListModelsAsync());
        Assert.Empty(await client.ListRunningModelsAsync());
    }

    [Fact]
    public async Task Models_in_memory_say_how_much_context_they_have_and_when_they_go()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""
            {"models":[
              {"name":"llama3.1:8b","model":"llama3.1:8b","size":6654289920,"size_vram":6000000000,"digest":"abc","details":{"families":null},"expires_at":"2318-03-11T14:05:06.123456789Z","context_length":8192},
              {"name":"old","size":1,"expires_at":"soon"}
            ]}
            """);
        using var client = new OllamaClient(server.Endpoint);

        IReadOnlyList<OllamaRunningModel> models = await client.ListRunningModelsAsync();

        Assert.Equal((6654289920, 6000000000, 8192, 2318), (models[0].Size, models[0].SizeVram, models[0].ContextLength, models[0].ExpiresAt!.Value.Year));
        Assert.Equal(new OllamaRunningModel { Name = "old", Size = 1 }, models[1]);
    }

    [Fact]
    public async Task A_models_details_find_its_context_length_under_its_architecture()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""
            {"license":"MIT","parameters":"stop                           \"<|eot_id|>\"","template":"{{ .Prompt }}","system":"",
             "details":{"family":"qwen2","parameter_size":"494M","quantization_level":"Q4_0","families":null},
             "model_info":{"general.architecture":"qwen2","general.parameter_count":494032768,"qwen2.context_length":32768,"tokenizer.ggml.tokens":null,"x":[1,"a",true]},
             "capabilities":["completion","tools"]}
            """);
        using var client = new OllamaClient(server.Endpoint);

        OllamaModelDetails details = await client.ShowModelAsync("qwen2.5:0.5b");

        Assert.Equal((32768, "qwen2", "qwen2", "494M", "Q4_0"), (details.ContextLength, details.Architecture, details.Family, details.ParameterSize, details.QuantizationLevel));
        Assert.Equal(("MIT", "{{ .Prompt }}", null), (details.License, details.Template, details.System));
        Assert.Equal(5, details.ModelInfo.Count);
        Assert.Equal(["completion", "tools"], details.Capabilities.ToArray());
        Assert.Equal("""{"model":"qwen2.5:0.5b"}""", server.Request.Body);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"model_info":{},"details":{"families":null}}""")]
    [InlineData("""{"model_info":{"general.architecture":7,".context_length":"long"},"capabilities":null}""")]
    [InlineData("""{"model_info":{"general.architecture":"m","m.context_length":"long"}}""")]
    public async Task A_model_of_which_nothing_is_known_has_no_context_length(string json)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(json);
        using var client = new OllamaClient(server.Endpoint);

        OllamaModelDetails details = await client.ShowModelAsync("m");

        Assert.Null(details.ContextLength);
        Assert.Empty(details.Capabilities);
        Assert.NotNull(details.ModelInfo);
    }

    [Fact]
    public async Task A_model_that_is_not_installed_is_missing_and_can_be_pulled()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"error":"model 'x' not found"}""", 404);
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ShowModelAsync("x"));

        Assert.Equal((OllamaErrorKind.ModelMissing, "model 'x' not found", "Pull it with `ollama pull x`."), (error.Kind, error.Message, error.NextStep));
    }

    [Theory]
    [InlineData("Ollama is running", OllamaErrorKind.BadAnswer)]
    [InlineData("", OllamaErrorKind.BadAnswer)]
    [InlineData("[]", OllamaErrorKind.BadAnswer)]
    [InlineData("null", OllamaErrorKind.BadAnswer)]
    [InlineData("{}", OllamaErrorKind.NotOllama)]
    [InlineData("<html><title>Router</title>", OllamaErrorKind.NotOllama)]
    public async Task Something_else_at_the_address_is_told_apart(string body, OllamaErrorKind kind)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(body, type: "text/plain");
        using var client = new OllamaClient(server.Endpoint);

        Assert.Equal(kind, (await Assert.ThrowsAsync<OllamaException>(() => client.GetVersionAsync())).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_says_nothing_is_unreachable_after_a_while(bool afterHeaders)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Task closed = context.UntilClosedAsync();
            if (afterHeaders)
            {
                await context.Response.WriteAsync("{\"version\":");
                await context.Response.Body.FlushAsync();
            }

            await closed;
        });
        using var client = new OllamaClient(server.Endpoint, options: new OllamaClientOptions { QueryTimeout = TimeSpan.FromMilliseconds(200) });

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.GetVersionAsync().WaitAsync(StreamExtensions.Guard));

        Assert.Equal(OllamaErrorKind.Unreachable, error.Kind);
        Assert.Contains("0.2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Giving_up_is_cancellation_not_an_error()
    {
        var arrived = new TaskCompletionSource();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Task closed = context.UntilClosedAsync();
            arrived.SetResult();
            await closed;
        });
        using var client = new OllamaClient(server.Endpoint);
        using var stop = new CancellationTokenSource();

        Task asking = client.ListModelsAsync(stop.Token);
        await arrived.Task.WaitAsync(StreamExtensions.Guard);
        await stop.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(stop.Token, cancelled.CancellationToken);
    }

    [Fact]
    public async Task A_list_of_models_that_never_ends_is_refused_at_the_cap_and_cut()
    {
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            var written = 0;
            try
            {
                await context.Response.WriteAsync("""{"models":[""");
                for (; written < 1_000_000 && !context.RequestAborted.IsCancellationRequested; written++)
                {
                    await context.Response.WriteAsync("""{"name":"m","size":49,"digest":"abc"},""");
                }
            }
            finally
            {
                // Told by the token, or by a write that fails.
                if (written < 1_000_000)
                {
                    cut.TrySetResult();
                }
            }
        });
        using var client = new OllamaClient(server.Endpoint, options: new OllamaClientOptions { MaxBodyBytes = 50_000 });

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ListModelsAsync()).WaitAsync(StreamExtensions.Guard);

        Assert.Equal(OllamaErrorKind.BadAnswer, error.Kind);
        Assert.Contains("50000", error.Message, StringComparison.Ordinal);
        await cut.Task.WaitAsync(StreamExtensions.Guard);
    }

    [Fact]
    public async Task An_answer_above_the_cap_is_refused_not_held()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("{\"version\":\"" + new string('9', 100_000) + "\"}");
        using var client = new OllamaClient(server.Endpoint, options: new OllamaClientOptions { MaxBodyBytes = 50_000 });

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.GetVersionAsync());

        Assert.Equal(OllamaErrorKind.BadAnswer, error.Kind);
        Assert.Contains("50000", error.Message, StringComparison.Ordinal);
    }
}
