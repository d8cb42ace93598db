using System.Text.Json.Nodes;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Simulator;

public sealed class CountsAndTimesTests
{
    [Fact]
    public async Task Eval_count_is_the_number_of_tokens_that_were_sent()
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-thinking", "Hello");

        Assert.Equal(chunks.Count - 1, (int)chunks[^1]["eval_count"]!);
        Assert.Contains(chunks, static chunk => chunk["message"]!["thinking"] is not null);
    }

    [Fact]
    public async Task Durations_are_the_times_really_spent_in_nanoseconds()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time, static options => options with { TokensPerSecond = 40, LoadDelay = TimeSpan.FromMilliseconds(700) });

        var last = (await time.RunUntilAsync(host.ChatAsync("demo-small", "Hello")))[^1];

        var tokens = (long)last["eval_count"]!;
        Assert.Equal(700_000_000, (long)last["load_duration"]!);
        Assert.Equal(120_000_000, (long)last["prompt_eval_duration"]!);
        Assert.Equal(tokens * 25_000_000, (long)last["eval_duration"]!);
        Assert.Equal((long)last["load_duration"]! + (long)last["prompt_eval_duration"]! + (long)last["eval_duration"]!, (long)last["total_duration"]!);
    }

    [Fact]
    public async Task A_loaded_model_does_not_load_again()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);
        await time.RunUntilAsync(host.ChatAsync("demo-small", "Hello"));

        var last = (await time.RunUntilAsync(host.ChatAsync("demo-small", "Hello")))[^1];

        Assert.Null(last["load_duration"]);
    }

    [Fact]
    public async Task A_longer_prompt_counts_more_and_takes_longer_to_read()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);

        var brief = (await time.RunUntilAsync(host.ChatAsync("demo-small", "Hello")))[^1];
        var lengthy = (await time.RunUntilAsync(host.ChatAsync("demo-small", string.Join(' ', Enumerable.Repeat("word", 2000)))))[^1];

        Assert.InRange((int)brief["prompt_eval_count"]!, 1, 20);
        Assert.InRange((int)lengthy["prompt_eval_count"]!, 2000, 2020);
        Assert.True((long)lengthy["prompt_eval_duration"]! > 5 * (long)brief["prompt_eval_duration"]!);
    }

    [Fact]
    public async Task A_prompt_that_was_read_before_counts_in_full_and_is_read_again_in_part_only()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);
        var first = string.Join(' ', Enumerable.Repeat("word", 2000));
        var history = $$"""[{"role":"user","content":"{{first}}"},{"role":"assistant","content":"yes"},{"role":"user","content":"and now?"}]""";

        var before = (await time.RunUntilAsync(host.ChatAsync("demo-small", first)))[^1];
        var after = (await time.RunUntilAsync(host.StreamAsync("/api/chat", $$"""{"model":"demo-small","messages":{{history}}}""")))[^1];

        Assert.True((int)after["prompt_eval_count"]! > (int)before["prompt_eval_count"]!);
        Assert.Equal(120_000_000, (long)after["prompt_eval_duration"]!);
    }

    [Fact]
    public async Task Waiting_for_a_slot_shows_in_the_total_only()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time, static options => options with { Slots = 1 });
        await time.RunUntilAsync(host.StreamAsync("/api/chat", """{"model":"demo-small"}"""));
        using var first = await host.StartChatAsync(time, "First", loaded: true);
        var second = host.ChatAsync("demo-small", "Second");
        while (host.Server.State.Pool.Pending == 0)
        {
            await host.GetAsync("/api/version");
        }

        var last = (await time.RunUntilAsync(second))[^1];

        var spent = ((long?)last["load_duration"] ?? 0) + (long)last["prompt_eval_duration"]! + (long)last["eval_duration"]!;
        Assert.True((long)last["total_duration"]! - spent > 1_000_000_000, "The wait for the first answer is not in the total.");
    }

    [Fact]
    public async Task One_request_too_many_is_told_that_the_server_is_busy()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time, static options => options with { Slots = 1, MaxPending = 1 });
        var loading = host.ChatAsync("demo-small", "First");
        await time.WaitForTimerAsync();

        var (status, body) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-small", "Second"));

        Assert.Equal(503, status);
        Assert.Equal("server busy, please try again.  maximum pending requests exceeded", (string?)JsonNode.Parse(body)!["error"]);
        await time.RunUntilAsync(loading);
    }

    [Fact]
    public async Task Num_predict_ends_a_reply_with_reason_length()
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-small", "Write something long", "\"options\":{\"num_predict\":12}");

        Assert.Equal(13, chunks.Count);
        Assert.Equal("length", (string?)chunks[^1]["done_reason"]);
        Assert.Equal(12, (int)chunks[^1]["eval_count"]!);
    }

    [Fact]
    public async Task Without_shift_a_reply_ends_where_the_context_is_full()
    {
        await using var host = await SimulatorHost.StartAsync();

        var last = (await host.ChatAsync("demo-small", "Write something long", "\"shift\":false,\"options\":{\"num_ctx\":256}"))[^1];

        Assert.Equal("length", (string?)last["done_reason"]);
        Assert.Equal(256, (int)last["eval_count"]! + (int)last["prompt_eval_count"]!);
    }

    [Fact]
    public async Task A_stop_sequence_ends_the_text_before_it()
    {
        await using var host = await SimulatorHost.StartAsync();

        var chunks = await host.ChatAsync("demo-small", "Hello", "\"options\":{\"stop\":[\"demo\"]}");

        Assert.DoesNotContain("demo", SimulatorHost.Content(chunks), StringComparison.Ordinal);
        Assert.Equal("stop", (string?)chunks[^1]["done_reason"]);
    }

    [Fact]
    public async Task Messages_that_do_not_fit_are_dropped_in_silence_and_the_reply_admits_it()
    {
        await using var host = await SimulatorHost.StartAsync();
        var filler = string.Join(' ', Enumerable.Repeat("word", 400));
        var messages = $$"""[{"role":"user","content":"{{filler}}"},{"role":"assistant","content":"ok"},{"role":"user","content":"and now?"}]""";

        var answer = await host.AnswerAsync($$$"""{"model":"demo-small","messages":{{{messages}}},"options":{"num_ctx":128}}""");
        var (status, body) = await host.PostAsync("/api/chat", $$$"""{"model":"demo-small","messages":{{{messages}}},"truncate":false,"options":{"num_ctx":128}}""");

        Assert.InRange((int)answer["prompt_eval_count"]!, 1, 128);
        Assert.Contains("did not reach me", (string?)answer["message"]!["content"], StringComparison.Ordinal);
        Assert.Equal(400, status);
        var refusal = JsonNode.Parse((string)JsonNode.Parse(body)!["error"]!)!["error"]!;
        Assert.Equal("exceed_context_size_error", (string?)refusal["type"]);
        Assert.Equal(128, (int?)refusal["n_ctx"]);
        Assert.InRange((int)refusal["n_prompt_tokens"]!, 400, 430);
    }

    [Fact]
    public async Task A_message_that_does_not_fit_alone_is_cut_to_half_of_the_context()
    {
        await using var host = await SimulatorHost.StartAsync();
        var filler = string.Join(' ', Enumerable.Repeat("word", 400));

        var answer = await host.AnswerAsync(SimulatorHost.Ask("demo-small", filler, "\"options\":{\"num_ctx\":128}"));

        Assert.Equal(64, (int?)answer["prompt_eval_count"]);
    }

    [Fact]
    public async Task Token_probabilities_come_one_a_token()
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.AnswerAsync(SimulatorHost.Ask("demo-small", "Hello", "\"logprobs\":true,\"top_logprobs\":3"));

        var entries = answer["logprobs"]!.AsArray();
        Assert.Equal((int)answer["eval_count"]!, entries.Count);
        Assert.All(entries, static entry => Assert.Equal(3, entry!["top_logprobs"]!.AsArray().Count));
        Assert.Equal((string?)answer["message"]!["content"], string.Concat(entries.Select(static entry => (string?)entry!["token"])));
    }
}
