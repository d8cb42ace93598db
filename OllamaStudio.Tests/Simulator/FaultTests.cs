using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OllamaStudio.Simulator.Faults;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Simulator;

public sealed class FaultTests
{
    private const string AddTool =
        "\"tools\":" + """[{"type":"function","function":{"name":"add","description":"Adds","parameters":{"type":"object","required":["a","b"],"properties":{"a":{"type":"number"},"b":{"type":"number"}}}}}]""";

    [Fact]
    public async Task The_faults_model_lists_every_fault_when_none_is_named()
    {
        await using var host = await SimulatorHost.StartAsync();

        var text = await host.TextAsync("demo-faults", "Hello");

        Assert.All(FaultCatalog.All, fault => Assert.Contains($"`{fault.Name}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_document_has_a_row_for_every_fault_in_their_order()
    {
        string[] lines = await Repository.ReadDocumentAsync("simulator.md");

        var rows = lines.SkipWhile(line => !line.StartsWith("| fault |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));

        Assert.Equal(FaultCatalog.All.Select(fault => $"`{fault.Name}`"), rows.Select(row => row.Split('|')[1].Trim()));
    }

    [Fact]
    public async Task An_unknown_fault_in_the_header_is_refused_with_the_known_names()
    {
        await using var host = await SimulatorHost.StartAsync();

        var (status, body) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-small", "Hello"), "explode");

        Assert.Equal(400, status);
        Assert.Contains("error-mid-stream", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_model_sends_an_error_line_under_status_200()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Http.SendAsync(SimulatorHost.Post("/api/chat", SimulatorHost.Ask("demo-faults", "Please do error-mid-stream=5")));

        var lines = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(6, lines.Length);
        Assert.Equal("""{"error":"an error was encountered while running the model: unexpected EOF"}""", lines[^1]);
    }

    [Fact]
    public async Task A_failing_model_answers_500_where_no_stream_was_wanted()
    {
        await using var host = await SimulatorHost.StartAsync();

        var (status, body) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-small", "Hello", "\"stream\":false"), "error-mid-stream");

        Assert.Equal(500, status);
        Assert.Contains("running the model", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_breaks_the_connection_after_some_text()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Http.SendAsync(
            SimulatorHost.Post("/api/chat", SimulatorHost.Ask("demo-faults", "cut=3")), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        var lines = 0;
        var failure = await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await reader.ReadLineAsync() is not null)
            {
                lines++;
            }
        });

        Assert.Equal(3, lines);
        Assert.NotNull(failure);
    }

    [Fact]
    public async Task Without_done_a_stream_ends_cleanly_and_too_early()
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-faults", "no-done");

        Assert.Equal(24, chunks.Count);
        Assert.All(chunks, static chunk => Assert.False((bool)chunk["done"]!));
    }

    [Theory]
    [InlineData("html-502", 502)]
    [InlineData("html-200", 200)]
    public async Task A_proxy_answers_with_a_web_page(string fault, int expected)
    {
        await using var host = await SimulatorHost.StartAsync();

        using var chat = await host.Http.SendAsync(SimulatorHost.Post("/api/chat", SimulatorHost.Ask("demo-small", "Hello"), fault));
        using var lookup = new HttpRequestMessage(HttpMethod.Get, "/api/tags");
        lookup.Headers.Add("X-Demo-Fault", fault);
        using var tags = await host.Http.SendAsync(lookup);

        Assert.All([chat, tags], response =>
        {
            Assert.Equal(expected, (int)response.StatusCode);
            Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        });
    }

    [Fact]
    public async Task A_full_queue_is_503()
    {
        await using var host = await SimulatorHost.StartAsync();

        var (status, body) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-faults", "busy-503"));

        Assert.Equal(503, status);
        Assert.Contains("server busy, please try again.  maximum pending requests exceeded", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_counts_are_absent_and_not_zero()
    {
        await using var host = await SimulatorHost.StartAsync();

        var last = (await host.ChatAsync("demo-faults", "missing-counts"))[^1];

        Assert.Equal(["created_at", "done", "done_reason", "message", "model"], last.AsObject().Select(static field => field.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Slow_load_adds_to_the_load_duration()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);

        var last = (await time.RunUntilAsync(host.ChatAsync("demo-faults", "slow-load=30000")))[^1];

        Assert.Equal(30_700_000_000, (long)last["load_duration"]!);
    }

    [Fact]
    public async Task Silence_sends_not_even_headers_until_the_client_leaves()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);
        using var leaving = new CancellationTokenSource();
        var cancelled = host.Server.Activity.WaitForCancellationAsync();
        var answer = host.Http.SendAsync(
            SimulatorHost.Post("/api/chat", SimulatorHost.Ask("demo-faults", "silence")), HttpCompletionOption.ResponseHeadersRead, leaving.Token);
        await time.WaitForTimerAsync();
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.False(answer.IsCompleted);

        await leaving.CancelAsync();

        Assert.Equal("/api/chat", await cancelled.WaitAsync(SimulatorHost.Guard));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task A_drip_sends_one_byte_and_waits_before_the_next()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time, static options => options with { LoadDelay = TimeSpan.Zero });
        var headers = host.Http.SendAsync(SimulatorHost.Post("/api/chat", SimulatorHost.Ask("demo-small", "Hello"), "slow-drip"), HttpCompletionOption.ResponseHeadersRead);

        // Prompt, token, first byte.
        await time.FireAsync(3);
        using var response = await headers;
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[256];
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(1, await body.ReadAsync(buffer));
            await time.FireAsync(1);
        }
    }

    [Fact]
    public async Task A_drip_delivers_the_same_text()
    {
        await using var host = await SimulatorHost.StartAsync();

        var dripped = await host.ChatAsync("demo-small", "Hello 🦙", fault: "slow-drip");

        Assert.Equal(SimulatorHost.Content(await host.ChatAsync("demo-small", "Hello 🦙")), SimulatorHost.Content(dripped));
    }

    [Fact]
    public async Task A_very_long_line_has_the_length_asked_for()
    {
        await using var host = await SimulatorHost.StartAsync();

        var (_, usual) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-faults", "very-long-line"));
        var (_, longer) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-small", "Hello"), "very-long-line=3000000");

        Assert.InRange(usual.Split('\n').Max(static line => line.Length), 1_000_000, 1_001_000);
        Assert.InRange(longer.Split('\n').Max(static line => line.Length), 3_000_000, 3_001_000);
    }

    [Fact]
    public async Task Bad_json_is_a_line_that_cannot_be_read()
    {
        await using var host = await SimulatorHost.StartAsync();

        var (_, body) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-faults", "bad-json=2"));

        var lines = body.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(lines[^1]));
    }

    [Fact]
    public async Task An_error_follows_after_the_tool_call()
    {
        await using var host = await SimulatorHost.StartAsync();

        var lines = await host.ChatAsync("demo-faults", "error-after-tool-call", AddTool);

        Assert.Equal("add", (string?)lines[^2]["message"]!["tool_calls"]![0]!["function"]!["name"]);
        Assert.NotNull(lines[^1]["error"]);
    }

    [Fact]
    public async Task Tool_calls_come_only_with_the_last_chunk()
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-faults", "tool-calls-last", AddTool);

        Assert.All(chunks[..^1], static chunk => Assert.Null(chunk["message"]!["tool_calls"]));
        Assert.NotNull(chunks[^1]["message"]!["tool_calls"]);
        Assert.True((bool)chunks[^1]["done"]!);
    }

    [Fact]
    public async Task A_tool_call_in_plain_text_is_the_whole_content()
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-faults", "plain-text-tool-call for 5 + 3", AddTool);

        Assert.All(chunks, static chunk => Assert.Null(chunk["message"]!["tool_calls"]));
        var call = JsonNode.Parse(SimulatorHost.Content(chunks))!;
        Assert.Equal("add", (string?)call["name"]);
        Assert.Equal(5, (int?)call["arguments"]!["a"]);
    }

    [Fact]
    public async Task After_a_tools_result_the_faults_model_answers_well()
    {
        await using var host = await SimulatorHost.StartAsync();
        const string Messages =
            """
            [{"role":"user","content":"tool-calls-last: 5 + 3"},
             {"role":"assistant","content":"","tool_calls":[{"id":"x","function":{"name":"add","arguments":{"a":5,"b":3}}}]},
             {"role":"tool","tool_name":"add","tool_call_id":"x","content":"8"}]
            """;

        var chunks = await host.StreamAsync("/api/chat", $$"""{"model":"demo-faults",{{AddTool}},"messages":{{Messages}}}""");

        Assert.Contains("`5 + 3` = 8", SimulatorHost.Content(chunks), StringComparison.Ordinal);
        Assert.Null(chunks[^1]["message"]!["tool_calls"]);
    }
}
