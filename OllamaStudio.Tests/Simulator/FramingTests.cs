using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Simulator;

public sealed class FramingTests
{
    [Fact]
    public async Task A_streamed_chat_is_one_object_a_line_and_ends_with_done()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Http.SendAsync(SimulatorHost.Post("/api/chat", SimulatorHost.Ask("demo-small", "Hello")));
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
        Assert.EndsWith("}\n", body, StringComparison.Ordinal);
        var chunks = body.TrimEnd('\n').Split('\n').Select(static line => JsonNode.Parse(line)!).ToArray();
        Assert.All(chunks[..^1], static chunk => Assert.False((bool)chunk["done"]!));
        Assert.True((bool)chunks[^1]["done"]!);
        Assert.Equal("stop", (string?)chunks[^1]["done_reason"]);
        Assert.Equal("", (string?)chunks[^1]["message"]!["content"]);
        Assert.Contains("built-in demo", SimulatorHost.Content(chunks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_that_is_not_streamed_is_one_object_without_a_line_end()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Http.SendAsync(SimulatorHost.Post("/api/chat", SimulatorHost.Ask("demo-small", "Hello", "\"stream\":false")));
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.EndsWith("}", body, StringComparison.Ordinal);
        Assert.Contains("built-in demo", (string?)JsonNode.Parse(body)!["message"]!["content"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streamed_and_whole_answers_say_the_same()
    {
        await using var host = await SimulatorHost.StartAsync();

        var streamed = await host.ChatAsync("demo-thinking", "Show me a table");
        var whole = await host.AnswerAsync(SimulatorHost.Ask("demo-thinking", "Show me a table"));

        Assert.Equal((string?)whole["message"]!["content"], SimulatorHost.Content(streamed));
        Assert.Equal((string?)whole["message"]!["thinking"], string.Concat(streamed.Select(static chunk => (string?)chunk["message"]!["thinking"])));
        Assert.Equal((int?)whole["eval_count"], (int?)streamed[^1]["eval_count"]);
    }

    [Fact]
    public async Task Zero_values_are_left_out_of_chunks()
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-small", "Hello");

        Assert.Equal(["created_at", "done", "message", "model"], chunks[0].AsObject().Select(static field => field.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["role", "content"], chunks[0]["message"]!.AsObject().Select(static field => field.Key));
    }

    [Fact]
    public async Task Timestamps_carry_nanoseconds_and_lists_the_local_offset()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time, static options => options with { TokensPerSecond = 0 });
        time.Advance(TimeSpan.FromTicks(1_234_567));

        var chunks = await host.ChatAsync("demo-small", "Hello");
        var running = await host.GetAsync("/api/ps");

        Assert.Matches(@"^2026-03-01T12:00:00\.\d{8,9}Z$", (string?)chunks[0]["created_at"]);
        Assert.Matches(@"^2026-03-01T17:35:00\.\d{8,9}\+05:30$", (string?)running["models"]![0]!["expires_at"]);
    }

    [Fact]
    public async Task No_headers_leave_before_the_first_object()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);
        var headers = host.Http.SendAsync(SimulatorHost.Post("/api/chat", SimulatorHost.Ask("demo-small", "Hello")), HttpCompletionOption.ResponseHeadersRead);

        await time.WaitForTimerAsync();
        time.Advance(TimeSpan.FromMilliseconds(700));
        await time.WaitForTimerAsync();
        Assert.False(headers.IsCompleted, "The headers came while the model was still reading the prompt.");

        using var response = await time.RunUntilAsync(headers);
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Every_object_is_flushed_on_its_own()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);
        using var response = await host.StartChatAsync(time, "Hello");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        // Time stands still between two tokens, so a line can only be here if it did not wait for the next.
        for (var line = 0; line < 5; line++)
        {
            Assert.NotNull(await reader.ReadLineAsync());
            await time.FireAsync(1);
        }
    }

    [Fact]
    public async Task Characters_beyond_the_basic_plane_come_whole_and_unescaped()
    {
        await using var host = await SimulatorHost.StartAsync();

        var (_, body) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-small", "Rate this: 🦙🦙 ünïcode"));

        Assert.Contains("🦙", body, StringComparison.Ordinal);
        Assert.DoesNotContain(@"\ud", body, StringComparison.Ordinal);
        Assert.DoesNotContain("\uFFFD", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_raw_socket_sees_chunked_http_with_one_line_a_chunk()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", host.Server.Address.Port);
        var json = Encoding.UTF8.GetBytes(SimulatorHost.Ask("demo-small", "Hello"));
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/chat HTTP/1.1\r\nHost: localhost:{host.Server.Address.Port.ToString(CultureInfo.InvariantCulture)}\r\nConnection: close\r\nContent-Length: {json.Length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n"));
        await stream.WriteAsync(json);
        using var reader = new StreamReader(stream, Encoding.UTF8);

        var text = await reader.ReadToEndAsync();

        Assert.Contains("Transfer-Encoding: chunked", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", text, StringComparison.Ordinal);
        var chunk = Regex.Match(text, "\r\n\r\n(?<size>[0-9a-f]+)\r\n(?<data>[^\r]*)\r\n", RegexOptions.None, SimulatorHost.Guard);
        Assert.Equal(int.Parse(chunk.Groups["size"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), chunk.Groups["data"].Length);
        Assert.EndsWith("}\n", chunk.Groups["data"].Value, StringComparison.Ordinal);
    }
}
