using System.Globalization;
using System.Text.Json.Nodes;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Simulator;

public sealed class LoadingTests
{
    [Fact]
    public async Task Empty_messages_load_a_model_and_keep_alive_zero_unloads_it()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);
        Assert.Empty(await RunningAsync(host));

        var (_, loaded) = await time.RunUntilAsync(host.PostAsync("/api/chat", """{"model":"demo-small"}"""));
        Assert.Equal("demo-small:latest", (string?)Assert.Single(await RunningAsync(host))!["name"]);
        var (_, unloaded) = await host.PostAsync("/api/chat", """{"model":"demo-small","messages":[],"keep_alive":0}""");

        Assert.Equal("load", (string?)JsonNode.Parse(loaded)!["done_reason"]);
        Assert.Equal("unload", (string?)JsonNode.Parse(unloaded)!["done_reason"]);
        Assert.Equal("assistant", (string?)JsonNode.Parse(loaded)!["message"]!["role"]);
        Assert.Empty(await RunningAsync(host));
    }

    [Fact]
    public async Task A_load_is_one_json_object_even_where_a_stream_was_wanted()
    {
        await using var host = await SimulatorHost.StartAsync();
        using var response = await host.Http.SendAsync(SimulatorHost.Post("/api/chat", """{"model":"demo-small","stream":true}"""));

        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.EndsWith("}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 300)]
    [InlineData(",\"keep_alive\":90", 90)]
    [InlineData(",\"keep_alive\":\"1h30m\"", 5400)]
    [InlineData(",\"keep_alive\":\"1500ms\"", 1.5)]
    public async Task A_model_leaves_memory_when_its_time_is_over(string keepAlive, double seconds)
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time, static options => options with { TokensPerSecond = 0 });
        await host.PostAsync("/api/chat", $$"""{"model":"demo-small"{{keepAlive}}}""");

        var expires = DateTimeOffset.Parse((string)(await RunningAsync(host))[0]!["expires_at"]!, CultureInfo.InvariantCulture);
        Assert.Equal(time.GetUtcNow().AddSeconds(seconds), expires);
        time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Single(await RunningAsync(host));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await RunningAsync(host));
    }

    [Fact]
    public async Task A_request_that_does_not_say_how_long_keeps_what_was_said_before()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time, static options => options with { TokensPerSecond = 0 });

        await host.PostAsync("/api/chat", """{"model":"demo-small","keep_alive":"1h"}""");
        await host.PostAsync("/api/chat", """{"model":"demo-small"}""");
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Single(await RunningAsync(host));

        time.Advance(TimeSpan.FromMinutes(1));
        await host.PostAsync("/api/chat", """{"model":"demo-small"}""");
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(await RunningAsync(host));
    }

    [Fact]
    public async Task A_negative_keep_alive_means_forever()
    {
        await using var host = await SimulatorHost.StartAsync(new ManualTime(), static options => options with { TokensPerSecond = 0 });

        await host.PostAsync("/api/chat", """{"model":"demo-small","keep_alive":-1}""");

        Assert.StartsWith("2318-", (string?)(await RunningAsync(host))[0]!["expires_at"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keep_alive_that_is_no_duration_is_refused()
    {
        await using var host = await SimulatorHost.StartAsync();

        var (status, body) = await host.PostAsync("/api/chat", """{"model":"demo-small","keep_alive":"soon"}""");

        Assert.Equal(400, status);
        Assert.Contains("time: invalid duration", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_context_size_reloads_the_model_and_shows_in_ps()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);
        await time.RunUntilAsync(host.ChatAsync("demo-small", "Hello"));
        Assert.Equal(4096, (int?)(await RunningAsync(host))[0]!["context_length"]);

        var last = (await time.RunUntilAsync(host.ChatAsync("demo-small", "Hello", "\"options\":{\"num_ctx\":8192}")))[^1];

        Assert.Equal(700_000_000, (long?)last["load_duration"]);
        Assert.Equal(8192, (int?)(await RunningAsync(host))[0]!["context_length"]);
    }

    [Fact]
    public async Task Tags_latest_and_no_tag_are_the_same_model()
    {
        await using var host = await SimulatorHost.StartAsync();

        await host.PostAsync("/api/chat", """{"model":"demo-small:latest"}""");
        await host.PostAsync("/api/chat", """{"model":"Demo-Small"}""");

        Assert.Single(await RunningAsync(host));
        Assert.Equal("demo-small:latest", (string?)(await host.ChatAsync("demo-small:latest", "Hello"))[0]["model"]);
    }

    private static async Task<JsonArray> RunningAsync(SimulatorHost host) => (await host.GetAsync("/api/ps"))["models"]!.AsArray();
}
