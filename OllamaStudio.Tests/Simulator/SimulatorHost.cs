using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Simulator;

/// <summary>A simulator on a real port with a bare HTTP client in front: the studio's own client must not be trusted to test it.</summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    /// <summary>Against hanging only; nothing is judged by it.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private SimulatorHost(SimulatorServer server)
    {
        Server = server;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address, Timeout = Guard };
    }

    public SimulatorServer Server { get; }

    public HttpClient Http { get; }

    /// <summary>As fast as possible, unless told otherwise.</summary>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions? options = null) =>
        new(await SimulatorServer.StartAsync(options ?? new SimulatorOptions { TokensPerSecond = 0 }));

    /// <summary>The default speed, on time that the test moves.</summary>
    public static Task<SimulatorHost> StartAsync(ManualTime time, Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var options = new SimulatorOptions { Time = time };
        return StartAsync(change?.Invoke(options) ?? options);
    }

    public static HttpRequestMessage Post(string path, string json, string? fault = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, new MediaTypeHeaderValue("application/json")) };
        if (fault is not null)
        {
            request.Headers.Add("X-Demo-Fault", fault);
        }

        return request;
    }

    /// <summary>A chat request of one question; <paramref name="more"/> are further fields as they stand in the JSON.</summary>
    public static string Ask(string model, string question, string more = "") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":{{JsonSerializer.Serialize(question)}}}]{{(more.Length > 0 ? "," + more : "")}}}""";

    public async Task<(int Status, string Body)> PostAsync(string path, string json, string? fault = null)
    {
        using var response = await Http.SendAsync(Post(path, json, fault));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>A chat on time that stands still, up to its first token: nothing comes until the test fires the next timer.</summary>
    public async Task<HttpResponseMessage> StartChatAsync(ManualTime time, string question, bool loaded = false)
    {
        const int LoadPromptAndToken = 3;
        var headers = Http.SendAsync(Post("/api/chat", Ask("demo-small", question)), HttpCompletionOption.ResponseHeadersRead);
        await time.FireAsync(loaded ? LoadPromptAndToken - 1 : LoadPromptAndToken);
        return await headers;
    }

    /// <summary>The lines of a stream, parsed.</summary>
    public async Task<List<JsonNode>> StreamAsync(string path, string json, string? fault = null)
    {
        var (_, body) = await PostAsync(path, json, fault);
        return [.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)];
    }

    public Task<List<JsonNode>> ChatAsync(string model, string question, string more = "", string? fault = null) =>
        StreamAsync("/api/chat", Ask(model, question, more), fault);

    /// <summary>The whole answer of a chat that is not streamed.</summary>
    public async Task<JsonNode> AnswerAsync(string json)
    {
        var node = JsonNode.Parse(json)!;
        node["stream"] = false;
        var (status, body) = await PostAsync("/api/chat", node.ToJsonString());
        Assert.True(status == 200, body);
        return JsonNode.Parse(body)!;
    }

    public async Task<string> TextAsync(string model, string question) => (string)(await AnswerAsync(Ask(model, question)))["message"]!["content"]!;

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Http.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    /// <summary>The text of a stream's chunks, joined.</summary>
    public static string Content(IEnumerable<JsonNode> chunks)
    {
        var text = new StringBuilder();
        foreach (var chunk in chunks)
        {
            text.Append((string?)chunk["message"]?["content"]);
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
