using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using OllamaStudio.Http;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Whatever the studio writes or sends, at its most talkative: the token is in none of it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TokenInNoLogTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("simple")]
    [InlineData("json")]
    public async Task No_log_no_span_and_no_other_file_holds_the_token(string formatter)
    {
        await using var phoenix = await OtlpReceiver.StartAsync();
        await using var studio = await StudioProcess.StartAloneAsync(
            ("PHOENIX_ENDPOINT", phoenix.TracesUrl),
            ("LOG_LEVEL", "DEBUG"),
            ("Logging__LogLevel__Default", "Trace"),
            ("Logging__LogLevel__Microsoft", "Trace"),
            ("Logging__LogLevel__Microsoft.AspNetCore.Server.Kestrel.BadRequests", "Trace"),
            ("Logging__Console__LogLevel__Default", "Trace"),
            ("Logging__Console__LogLevel__Microsoft.AspNetCore.Server.Kestrel.BadRequests", "Trace"),
            ("Logging__Console__FormatterName", formatter),
            ("Logging__Console__FormatterOptions__IncludeScopes", "true"));

        await using (var page = await StudioPage.OpenAsync(browser.Browser, studio, "/?marked=page"))
        {
            await page.SendAsync("Hello", "demo-small:latest");
            await page.WaitForReplyAsync("complete");
            await phoenix.WaitForAsync(span => span.Name == "chat_interaction");
        }

        using var client = studio.CreateClient();
        foreach (var path in new[] { "/settings?marked=bearer", "/?marked=query&%74oken=" + studio.Token, studio.WithToken("/healthz"), studio.WithToken("/nowhere"), studio.WithToken("/tool-images/unknown") })
        {
            using var answer = await client.GetAsync(path);
        }

        using (var socket = new ClientWebSocket())
        {
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri(studio.Address.Replace("http", "ws", StringComparison.Ordinal) + studio.WithToken("/_blazor")), CancellationToken.None));
        }

        // What the server refuses before there is a request to speak of.
        foreach (var start in new[] { $"GET /%00?token={studio.Token} HTTP/1.1", $"GET /?token={studio.Token} HTTP/9.9", $"GET token={studio.Token} HTTP/1.1", $"token={studio.Token}" })
        {
            Assert.StartsWith("HTTP/1.1 ", await AskAsync(studio, start), StringComparison.Ordinal);
        }

        // The end of the process is what empties the log's queue.
        await studio.StopAsync();
        var log = studio.Lines.Where(line => !StudioProcess.IsAddress(line)).ToList();
        Assert.Contains(log, line => line.Contains("Request starting", StringComparison.Ordinal) && line.Contains("?marked=page", StringComparison.Ordinal));
        Assert.Contains(log, line => line.Contains("Request starting", StringComparison.Ordinal) && line.Contains("?marked=query", StringComparison.Ordinal));
        Assert.Contains(log, line => line.Contains("Microsoft.AspNetCore.Server.Kestrel.Connections", StringComparison.Ordinal));

        var secrets = new[] { studio.Token, AccessToken.Of(studio.Token).CookieValue };
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(log, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.NotEmpty(phoenix.Bodies);
            Assert.DoesNotContain(phoenix.Bodies, body => Holds(body, secret));
        }

        var files = Directory.GetFiles(studio.DataFolder, "*", SearchOption.AllDirectories);
        Assert.Equal(["access-token"], files.Where(file => secrets.Any(secret => Holds(File.ReadAllBytes(file), secret))).Select(Path.GetFileName));
    }

    private static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    // Sends bytes as they are, and reads until the server closes.
    private static async Task<string> AskAsync(StudioProcess studio, string start)
    {
        var address = new Uri(studio.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{start}\r\nHost: {address.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }
}
