using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>Vectors for texts.</summary>
public class EmbeddingTests
{
    [Fact]
    public async Task Each_text_gets_its_vector_and_the_tokens_are_counted()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(
            """{"model":"e","embeddings":[[0.5,-1],[0.25,1e-3]],"total_duration":14143917,"load_duration":1019500,"prompt_eval_count":8}""");
        using var client = new OllamaClient(server.Endpoint);
        using var generator = new OllamaEmbeddingGenerator(client, "e");

        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["one", "two"], new EmbeddingGenerationOptions
        {
            Dimensions = 2,
            AdditionalProperties = new() { ["truncate"] = false, ["keep_alive"] = "5m", ["num_ctx"] = 512 },
        });

        Assert.Equal([0.5f, -1f], embeddings[0].Vector.ToArray());
        Assert.Equal([0.25f, 0.001f], embeddings[1].Vector.ToArray());
        Assert.Equal((8, 8), (embeddings.Usage!.InputTokenCount, embeddings.Usage.TotalTokenCount));
        Assert.Equal(TimeSpan.FromTicks(141439), embeddings.AdditionalProperties![ResponseProperties.TotalDuration]);
        Assert.Equal(
            """{"model":"e","input":["one","two"],"truncate":false,"dimensions":2,"keep_alive":"5m","options":{"num_ctx":512}}""", server.Request.Body);
    }

    [Fact]
    public async Task Nothing_to_embed_asks_nothing()
    {
        using var client = new OllamaClient(OllamaEndpoint.Default);
        using var generator = new OllamaEmbeddingGenerator(client, "e");

        Assert.Empty(await generator.GenerateAsync([]));
    }

    [Theory]
    [InlineData("""{"embeddings":[[1]]}""")]
    [InlineData("""{"embeddings":[[1],null]}""")]
    [InlineData("""{"embeddings":null}""")]
    [InlineData("""{"embeddings":[["a"],[1]]}""")]
    public async Task Vectors_that_do_not_match_the_texts_are_a_bad_answer(string json)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(json);
        using var client = new OllamaClient(server.Endpoint);
        using var generator = new OllamaEmbeddingGenerator(client, "e");

        Assert.Equal(OllamaErrorKind.BadAnswer, (await Assert.ThrowsAsync<OllamaException>(() => generator.GenerateAsync(["one", "two"]))).Kind);
    }

    [Fact]
    public async Task Counts_that_Ollama_leaves_out_stay_unknown()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"model":"e","embeddings":[[1]]}""");
        using var client = new OllamaClient(server.Endpoint);
        using var generator = new OllamaEmbeddingGenerator(client, "e");

        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["one"]);

        Assert.Null(embeddings.Usage);
        Assert.Null(embeddings.AdditionalProperties);
    }

    [Fact]
    public void It_says_who_it_is()
    {
        using var client = new OllamaClient(OllamaEndpoint.Parse("gpu-box"));
        using var generator = new OllamaEmbeddingGenerator(client, "e");

        var metadata = generator.GetService<EmbeddingGeneratorMetadata>();
        Assert.Equal(("ollama", new Uri("http://gpu-box:11434/"), "e"), (metadata!.ProviderName, metadata.ProviderUri, metadata.DefaultModelId));
        Assert.Same(client, generator.GetService<OllamaClient>());
    }
}
