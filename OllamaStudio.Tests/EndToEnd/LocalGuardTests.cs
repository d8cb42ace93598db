using System.Net;
using System.Net.WebSockets;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The running studio as other programs and other sites' pages see it.</summary>
public class LocalGuardTests
{
    [Fact]
    public async Task The_studio_answers_its_own_machine_and_nobody_else()
    {
        await using var studio = await StudioProcess.StartAsync();
        using var client = studio.CreateClient();

        using var health = await client.GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        using var foreignHost = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "evil.example" } };
        using var refusedHost = await client.SendAsync(foreignHost);
        Assert.Equal(HttpStatusCode.BadRequest, refusedHost.StatusCode);

        using var foreignOrigin = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate") { Headers = { { "Origin", "https://evil.example" } } };
        using var refusedOrigin = await client.SendAsync(foreignOrigin);
        Assert.Equal(HttpStatusCode.Forbidden, refusedOrigin.StatusCode);

        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        socket.Options.SetRequestHeader("Authorization", $"Bearer {studio.Token}");
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri(studio.Address.Replace("http", "ws", StringComparison.Ordinal) + "/_blazor"), CancellationToken.None));

        using var page = await client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(page.Headers.Contains("Server"));
        Assert.DoesNotContain("<script>", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_becomes_ready_with_the_demo_where_no_Ollama_answers()
    {
        await using var studio = await StudioProcess.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(studio.Address) };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        var status = HttpStatusCode.ServiceUnavailable;
        while (status != HttpStatusCode.OK)
        {
            using var answer = await client.GetAsync("/readyz", limit.Token);
            status = answer.StatusCode;
        }
    }

    [Fact]
    public async Task Assets_are_addressed_by_their_fingerprint_and_compressed()
    {
        await using var studio = await StudioProcess.StartAsync();
        using var client = studio.CreateClient();
        var page = await client.GetStringAsync("/");
        var start = page.IndexOf("_framework/blazor.web.", StringComparison.Ordinal);
        var script = page[start..page.IndexOf('"', start)];
        Assert.NotEqual("_framework/blazor.web.js", script);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/" + script) { Headers = { { "Accept-Encoding", "gzip" } } };
        using var asset = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, asset.StatusCode);
        Assert.Equal("gzip", Assert.Single(asset.Content.Headers.ContentEncoding));
    }
}
