using System.Text;
using System.Text.Json.Nodes;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>Values of a type that Ollama never sends, as compatible servers do: each counts as missing, the rest of the answer is read.</summary>
public class OddValueTests
{
    private const string Models = """
        {"models":[
          {"name":"a","model":7,"modified_at":5,"size":"49","size_vram":-1,"digest":[],"details":{"family":1,"parameter_size":8,"quantization_level":null},
           "capabilities":["tools",7,null,"vision"],"remote_host":{},"expires_at":{},"context_length":"8192"},
          {"name":{},"model":"b","size":5.0,"size_vram":1e99,"details":"none","capabilities":"tools","context_length":1e12},
          {"name":3,"model":4},
          {"name":""},
          "c",
          {"name":"d\ud83e","size":6,"details":[]}
        ]}
        """;

    [Fact]
    public async Task Installed_models_are_listed_for_all_that()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(Models);
        using var client = new OllamaClient(server.Endpoint);

        IReadOnlyList<OllamaModel> models = await client.ListModelsAsync();

        Assert.Equal(["a", "b", "d\uFFFD"], models.Select(model => model.Name));
        Assert.Equal([0, 5, 6], models.Select(model => model.Size));
        Assert.Equal(["tools", "vision"], models[0].Capabilities.ToArray());
        Assert.Equal(new OllamaModel { Name = "a", Capabilities = models[0].Capabilities }, models[0]);
        Assert.Equal(new OllamaModel { Name = "b", Size = 5, Capabilities = models[1].Capabilities }, models[1]);
    }

    [Fact]
    public async Task Models_in_memory_are_listed_for_all_that()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(Models);
        using var client = new OllamaClient(server.Endpoint);

        Assert.Equal(
            [new() { Name = "a" }, new() { Name = "b", Size = 5 }, new() { Name = "d\uFFFD", Size = 6 }],
            await client.ListRunningModelsAsync());
    }

    [Fact]
    public async Task A_models_details_are_read_for_all_that()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""
            {"license":["MIT","Apache"],"parameters":{"stop":"x"},"template":7,"system":"Be brief \ud83e","details":{"family":["llama"],"parameter_size":8,"quantization_level":"Q4_0"},
             "model_info":{"general.architecture":"m","m.context_length":32768.0,"x":"\ud83e"},"capabilities":["completion",{},"tools"]}
            """);
        using var client = new OllamaClient(server.Endpoint);

        OllamaModelDetails details = await client.ShowModelAsync("m");

        Assert.Equal(["completion", "tools"], details.Capabilities.ToArray());
        Assert.Equal((32768, "Q4_0", "Be brief \uFFFD"), (details.ContextLength, details.QuantizationLevel, details.System));
        Assert.Equal((null, null, null, null, null), (details.License, details.Parameters, details.Template, details.Family, details.ParameterSize));
        Assert.Equal("\uFFFD", details.ModelInfo["x"].GetString());
    }

    [Theory]
    [InlineData("""{"model_info":[],"details":7,"capabilities":"tools"}""")]
    [InlineData("""{"model_info":{"general.architecture":{},"m.context_length":5},"details":[],"capabilities":{"tools":true}}""")]
    [InlineData("""{"model_info":"llama","capabilities":[[["tools"]]]}""")]
    public async Task A_model_whose_details_are_all_odd_is_one_of_which_nothing_is_known(string json)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(json);
        using var client = new OllamaClient(server.Endpoint);

        OllamaModelDetails details = await client.ShowModelAsync("m");

        Assert.Empty(details.Capabilities);
        Assert.Equal((null, null, null), (details.Architecture, details.ContextLength, details.Family));
    }

    [Theory]
    [InlineData("""{"version":"1.0 \ud83e","build":{}}""", "1.0 \uFFFD")]
    [InlineData("""{"version":1,"version":"2"}""", "2")]
    public async Task The_version_is_read_for_all_that(string json, string version)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(json);
        using var client = new OllamaClient(server.Endpoint);

        Assert.Equal(version, await client.GetVersionAsync());
    }

    [Fact]
    public async Task A_server_that_sends_them_is_up()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"version":1,"models":[{"name":"m","size":"0","details":{"parameter_size":8}}]}""");
        using var client = new OllamaClient(server.Endpoint);

        ServerStatus status = await ServerProbe.AskAsync(client, new ServerStatus { Kind = ServerKind.Ollama }, TimeProvider.System, default);

        Assert.Equal((ServerState.Up, null, "m"), (status.State, status.Version, Assert.Single(status.Models).Name));
    }

    [Fact]
    public async Task Whichever_value_is_odd_no_other_is_lost()
    {
        var random = new Random(20260104);
        string[] odd = ["null", "true", "7", "-1.5", "1e999", "\"\"", "\"x\"", "\"\\ud83e\"", "[]", "[[]]", "{}", "{\"a\":[null]}"];
        for (int i = 0; i < 2000; i++)
        {
            JsonNode answer = JsonNode.Parse("""
                {"models":[{"name":"m","modified_at":"2025-05-04T17:37:44Z","size":49,"size_vram":1,"details":{"family":"f","families":null,"parameter_size":"8B"},"capabilities":["tools"],
                  "expires_at":"2318-03-11T14:05:06Z","context_length":8192,"digest":"d","extra":0},{"name":"whole","size":5}],
                 "license":"MIT","parameters":"p","template":"t","system":"s","details":{"family":"f"},"model_info":{"general.architecture":"m","m.context_length":5},"capabilities":["tools"],"keep":{}}
                """)!;
            JsonNode model = answer["models"]![0]!;
            JsonNode[] objects = [answer, model, model["details"]!, answer["model_info"]!];
            JsonObject place = objects[random.Next(objects.Length)].AsObject();
            string[] fields = [.. place.Select(field => field.Key).Where(key => key != "models")];
            string field = fields[random.Next(fields.Length)];
            place[field] = "ODD";
            string value = odd[random.Next(odd.Length)];
            string json = answer.ToJsonString().Replace("\"ODD\"", value, StringComparison.Ordinal);
            using var client = new OllamaClient(OllamaEndpoint.Default, new PiecesHandler(Encoding.UTF8.GetBytes(json), () => int.MaxValue));

            IReadOnlyList<OllamaModel> installed = await client.ListModelsAsync();
            IReadOnlyList<OllamaRunningModel> running = await client.ListRunningModelsAsync();
            OllamaModelDetails details = await client.ShowModelAsync("m");

            // An entry goes with its name alone; whatever else is odd, each other value is still there.
            Assert.Equal(("whole", 5), (installed[^1].Name, installed[^1].Size));
            Assert.Equal(("whole", 5), (running[^1].Name, running[^1].Size));
            Assert.True(field is "name" || (installed.Count, running.Count) == (2, 2), json);
            Assert.True(field is "size" or "name" || installed[0].Size == 49, json);
            Assert.True(field is "context_length" or "name" || running[0].ContextLength == 8192, json);
            Assert.True(field is "general.architecture" or "m.context_length" or "model_info" || details.ContextLength == 5, json);
            Assert.True(field is "license" || details.License == "MIT", json);
        }
    }
}
