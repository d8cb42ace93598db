using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Chat;

/// <summary>A reply that ended too early goes on, with models whose templates leave the last answer open and with others.</summary>
[Collection("telemetry")]
public sealed class ContinuationTests : IAsyncLifetime
{
    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        _rig = await ChatRig.StartAsync(_ollama.Address);
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Theory]
    [InlineData("demo-small:latest")] // goes on within its answer
    [InlineData("demo-thinking:latest")] // is asked in words, and takes up some of what stands there already
    public async Task It_becomes_the_whole_answer_in_a_version_of_its_own(string model)
    {
        _rig.Chat.Send(_rig.Conversation, "300 words", model);
        var whole = await _rig.EndAsync();
        _rig.Conversation.SetParameters(ChatParameters.Read("""{"num_predict":"90"}"""));
        _rig.Chat.Regenerate(_rig.Conversation, whole.Id, model);
        var cut = await _rig.EndAsync();
        Assert.Equal("length", cut.FinishReason);
        Assert.InRange(cut.Text.Length, 1, whole.Text.Length - 1);
        _rig.Conversation.SetParameters(ChatParameters.None);
        await _rig.Servers.RefreshAsync(default); // that it is in memory

        Assert.False(_rig.Chat.Continue(_rig.Conversation, whole.Id, model)); // not shown, and whole
        Assert.True(_rig.Chat.Continue(_rig.Conversation, cut.Id, model));
        var continued = await _rig.EndAsync();

        Assert.Equal(whole.Text, continued.Text);
        Assert.Equal((MessageState.Complete, "stop", cut.ParentId), (continued.State, continued.FinishReason, continued.ParentId));
        Assert.Same(cut, _rig.Conversation.AllMessages.Single(message => message.Id == cut.Id));
        Assert.Equal(["300 words"], _rig.Conversation.AllMessages.Where(message => message.Role is MessageRole.User).Select(message => message.Text));
        Assert.False(_rig.Chat.Continue(_rig.Conversation, continued.Id, model));
    }

    [Fact]
    public async Task What_was_asked_for_as_JSON_is_JSON_when_it_has_gone_on()
    {
        _rig.Conversation.SetParameters(ChatParameters.Read("""{"format":"json","num_predict":5}"""));
        _rig.Chat.Send(_rig.Conversation, "Three cities", "demo-small:latest");
        var cut = await _rig.EndAsync();
        Assert.Equal((true, "length"), (cut.Stats!.IsStructured, cut.FinishReason));
        _rig.Conversation.SetParameters(ChatParameters.Read("""{"format":"json"}"""));

        Assert.True(_rig.Chat.Continue(_rig.Conversation, cut.Id, "demo-small:latest"));

        Assert.True((await _rig.EndAsync()).Stats!.IsStructured);
    }

    [Theory]
    [InlineData(null)] // not in memory
    [InlineData(8_192)] // in another window
    public async Task A_model_that_is_not_in_memory_as_it_is_needed_is_loaded_by_the_turn_and_not_by_a_question_before_it(int? window)
    {
        await using var slow = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 100_000, LoadDelay = TimeSpan.FromMilliseconds(200) });
        await using var rig = await ChatRig.StartAsync(slow.Address);
        rig.Conversation.SetParameters(ChatParameters.Read(window is null ? """{"num_predict":20,"keep_alive":"0"}""" : """{"num_predict":20}"""));
        rig.Chat.Send(rig.Conversation, "300 words", "demo-small:latest");
        var cut = await rig.EndAsync();
        rig.Conversation.SetParameters(ChatParameters.Read(window is { } tokens ? $$"""{"num_ctx":{{tokens}}}""" : "{}"));
        await rig.Servers.RefreshAsync(default);
        Assert.Equal(window is null, rig.Servers.Status.Current.FindRunning("demo-small:latest") is null);

        Assert.True(rig.Chat.Continue(rig.Conversation, cut.Id, "demo-small:latest"));

        // The server's own figure: had it been asked something before, it would have loaded by then.
        var continued = await rig.EndAsync();
        Assert.Equal(MessageState.Complete, continued.State);
        Assert.True(continued.Stats!.LoadDuration >= TimeSpan.FromMilliseconds(100), $"{continued.Stats.LoadDuration}");
    }

    [Theory]
    [InlineData("The quick brown fox", " jumps", " jumps")]
    [InlineData("The quick brown fox", " brown fox jumps", " jumps")] // its end once more
    [InlineData("The quick brown fox", "The quick brown fox jumps", " jumps")] // all of it once more
    [InlineData("The quick brown fox", "brown bears jump", " brown bears jump")] // only looks like it
    [InlineData("The quick brown fox", "The quick", "")] // once more, and no further
    [InlineData("```cs\nint x;\n", "```", "```")] // too short to be anything but what was missing
    [InlineData("The quick brown fox", "jumps", " jumps")]
    [InlineData("The quick brown", ", fox", ", fox")]
    public void What_is_said_once_more_is_cut(string before, string said, string kept)
    {
        foreach (var size in new[] { 1, 3, 100 })
        {
            var continuation = new Continuation(before, isPrefilled: false);
            Assert.Equal(kept, string.Concat(said.Chunk(size).Select(piece => continuation.Take(new string(piece)))) + continuation.Flush());
        }
    }

    [Theory]
    [InlineData("""{"model":"m","message":{"role":"","content":""},"done":false,"_debug_info":{"rendered_template":"Count. One, two, three,","image_count":0}}""", true)]
    [InlineData("""{"model":"m","done":false,"_debug_info":{"image_count":0,"rendered_template":"Count. One, two, three,</s>"}}""", false)]
    [InlineData("""{"model":"m","message":{"role":"assistant","content":"four"},"done":true}""", false)] // does not know what it was asked
    public async Task A_server_is_asked_once_for_each_model_as_it_is(string answer, bool goesOn)
    {
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            asked.Enqueue(context.RequestBody());
            await context.Response.WriteAsync(answer);
        });
        using var client = new OllamaClient(server.Endpoint);
        var probe = new ContinuationProbe();
        var options = new ChatOptions { ModelId = "m", MaxOutputTokens = 500 };

        Assert.False(await probe.GoesOnAsync(client, "0.33.0", "d1", options, mayAsk: false, CancellationToken.None));
        Assert.Empty(asked);
        Assert.Equal(goesOn, await probe.GoesOnAsync(client, "0.33.0", "d1", options, mayAsk: true, CancellationToken.None));
        Assert.Equal(goesOn, await probe.GoesOnAsync(client, "0.33.0", "d1", options, mayAsk: true, CancellationToken.None));
        Assert.Contains("\"_debug_render_only\":true", Assert.Single(asked), StringComparison.Ordinal);
        Assert.Contains("\"num_predict\":1", asked.Single(), StringComparison.Ordinal);

        await probe.GoesOnAsync(client, "0.34.0", "d1", options, mayAsk: true, CancellationToken.None);
        await probe.GoesOnAsync(client, "0.34.0", "d2", options, mayAsk: true, CancellationToken.None);
        Assert.Equal(3, asked.Count);
    }

    [Fact]
    public async Task A_server_that_fails_is_asked_again_the_next_time()
    {
        var asked = 0;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref asked) == 1 ? 500 : 200;
            await context.Response.WriteAsync(asked == 1 ? """{"error":"no"}""" : """{"model":"m","_debug_info":{"rendered_template":"One, two, three,"}}""");
        });
        using var client = new OllamaClient(server.Endpoint);
        var probe = new ContinuationProbe();

        Assert.False(await probe.GoesOnAsync(client, null, "d", new ChatOptions { ModelId = "m" }, mayAsk: true, CancellationToken.None));
        Assert.True(await probe.GoesOnAsync(client, null, "d", new ChatOptions { ModelId = "m" }, mayAsk: true, CancellationToken.None));
    }
}
