using System.Net;
using System.Text.Json.Nodes;

namespace OllamaStudio.Tests.Simulator;

public sealed class RefusalTests
{
    private const string OneTool = "\"tools\":" + """[{"type":"function","function":{"name":"add","parameters":{"type":"object","properties":{}}}}]""";

    [Theory]
    [InlineData("""{"model":"nobody","messages":[{"role":"user","content":"x"}]}""", 404, "model 'nobody' not found")]
    [InlineData("""{"messages":[]}""", 400, "model is required")]
    [InlineData("""{"model":"demo-small","think":true,"messages":[{"role":"user","content":"x"}]}""", 400, "\"demo-small\" does not support thinking")]
    [InlineData("""{"model":"demo-thinking","think":"lots","messages":[]}""", 400, "invalid think value: \"lots\" (must be \"high\", \"medium\", \"low\", \"max\", true, or false)")]
    [InlineData("""{"model":"demo-small","options":{"num_ctx":"big"},"messages":[{"role":"user","content":"x"}]}""", 500, "option \"num_ctx\" must be of type integer")]
    [InlineData("""{"model":"demo-small","options":{"temperature":"hot"},"messages":[{"role":"user","content":"x"}]}""", 500, "option \"temperature\" must be of type float32")]
    [InlineData("""{"model":"demo-small","options":{"stop":"x"},"messages":[{"role":"user","content":"x"}]}""", 500, "option \"stop\" must be of type array")]
    [InlineData("""{"model":"demo-small","messages":"x"}""", 400, "invalid request: broken JSON or a wrong type at $.messages")]
    [InlineData("""{"model":"demo-small","messages":[{"role":"user","content":["x"]}]}""", 400, "invalid request: broken JSON or a wrong type at $.messages[0].content")]
    [InlineData("""{"model":"demo-small","top_logprobs":21,"messages":[]}""", 400, "top_logprobs must be between 0 and 20")]
    [InlineData("""["x"]""", 400, "invalid request: broken JSON or a wrong type at $")]
    public async Task A_chat_that_cannot_be_done_is_refused_with_its_reason(string json, int expected, string words)
    {
        await using var host = await SimulatorHost.StartAsync();

        var (status, body) = await host.PostAsync("/api/chat", json);

        Assert.Equal((expected, words), (status, (string?)JsonNode.Parse(body)!["error"]));
    }

    [Fact]
    public async Task Tools_on_a_model_without_them_are_refused_with_its_full_name()
    {
        await using var host = await SimulatorHost.StartAsync();

        var (status, body) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-small", "x", OneTool));

        Assert.Equal(400, status);
        Assert.Equal("registry.ollama.ai/library/demo-small:latest does not support tools", (string?)JsonNode.Parse(body)!["error"]);
    }

    [Fact]
    public async Task Arguments_as_a_string_are_refused()
    {
        await using var host = await SimulatorHost.StartAsync();
        const string Json = """{"model":"demo-tools","messages":[{"role":"assistant","content":"","tool_calls":[{"function":{"name":"add","arguments":"{}"}}]}]}""";

        var (status, body) = await host.PostAsync("/api/chat", Json);

        Assert.Equal(400, status);
        Assert.Contains("$.messages[0].tool_calls[0].function.arguments", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_boolean_schema_of_a_parameter_is_refused()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tools = OneTool.Replace("\"properties\":{}", "\"properties\":{\"anything\":true}", StringComparison.Ordinal);

        var (status, body) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-tools", "x", tools));

        Assert.Equal(400, status);
        Assert.Contains("'anything' must be an object", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_or_broken_body_is_a_400()
    {
        await using var host = await SimulatorHost.StartAsync();

        Assert.Equal((400, """{"error":"missing request body"}"""), await host.PostAsync("/api/chat", ""));
        Assert.Equal(400, (await host.PostAsync("/api/chat", "{\"model\":")).Status);
    }

    [Theory]
    [InlineData("GET", "/api/nowhere", 404, "404 page not found")]
    [InlineData("GET", "/API/tags", 404, "404 page not found")]
    [InlineData("GET", "/api/chat", 405, "405 method not allowed")]
    [InlineData("POST", "/api/delete", 405, "405 method not allowed")]
    public async Task Unknown_routes_and_methods_answer_in_plain_text(string method, string path, int expected, string text)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal((expected, text, "text/plain"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    [InlineData("8.8.8.8", HttpStatusCode.Forbidden)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:1", HttpStatusCode.OK)]
    [InlineData("[::1]:11434", HttpStatusCode.OK)]
    [InlineData("host.docker.internal", HttpStatusCode.OK)]
    public async Task A_foreign_host_header_gets_403_with_an_empty_body(string hostHeader, HttpStatusCode expected)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/version");
        request.Headers.Host = hostHeader;
        using var response = await host.Http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Forbidden, (await response.Content.ReadAsStringAsync()).Length == 0);
    }
}
