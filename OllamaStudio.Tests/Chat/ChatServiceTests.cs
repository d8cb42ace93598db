using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Ollama;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Chat;

/// <summary>Turns that belong to the process, through the real client against a real server.</summary>
[Collection("telemetry")]
public sealed class ChatServiceTests : IAsyncLifetime, IChatPipeline, IDemoServer
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly FakeSettings _settings = new();
    private readonly Conversations _store = new(TimeProvider.System);
    private SimulatorServer _ollama = null!;
    private OllamaServers _servers = null!;
    private ChatService _chat = null!;
    private Conversation _conversation = null!;
    private OllamaClient? _other;

    // Slow enough that a reply is still running when a test looks at it; every test stops it or waits for a short one.
    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 200, LoadDelay = TimeSpan.Zero });
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = _ollama.Address.ToString() } });
        _servers = new OllamaServers(_settings, this, endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        await _servers.RefreshAsync(default);
        var runner = new TurnRunner(_settings, new ContentCapture(_settings), TimeProvider.System, NullLogger<TurnRunner>.Instance);
        var tools = new ChatTools(new ToolBox([]), new ModelCapabilities(_servers));
        _chat = new ChatService(_store, _servers, this, tools, runner, _settings, TimeProvider.System, NullLogger<ChatService>.Instance);
        _conversation = _store.Create();
    }

    public async Task DisposeAsync()
    {
        await _chat.StopAsync(default);
        _servers.Dispose();
        _store.Dispose();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task A_turn_is_answered_without_anybody_looking()
    {
        Assert.True(_chat.Send(_conversation, "short", "demo-small:latest"));
        var reply = await EndAsync();

        Assert.Equal(MessageState.Complete, reply.State);
        Assert.NotEmpty(reply.Text);
        Assert.True(reply.Stats?.OutputTokens > 0);
        Assert.Equal("stop", reply.FinishReason);
        Assert.False(_conversation.IsGenerating);
    }

    [Fact]
    public async Task A_second_message_waits_for_the_first_and_nothing_of_it_is_lost()
    {
        Assert.True(_chat.Send(_conversation, "long", "demo-small:latest"));

        Assert.False(_chat.Send(_conversation, "too early", "demo-small:latest"));
        Assert.Equal(2, _conversation.Messages.Length);

        _chat.Stop(_conversation);
        await EndAsync();
        Assert.True(_chat.Send(_conversation, "short", "demo-small:latest"));
        Assert.Equal(MessageState.Complete, (await EndAsync()).State);
    }

    [Fact]
    public async Task Stop_keeps_the_text_and_the_server_sees_the_request_closed()
    {
        var cancelled = _ollama.Activity.WaitForCancellationAsync();
        _chat.Send(_conversation, "long", "demo-small:latest");
        await UntilAsync(messages => messages[^1].Text.Length > 0);
        _chat.Stop(_conversation);

        await cancelled.WaitAsync(Guard);
        var reply = await EndAsync();
        Assert.Equal(MessageState.Stopped, reply.State);
        Assert.NotEmpty(reply.Text);
        Assert.Null(reply.Error);
    }

    [Fact]
    public async Task A_failed_turn_says_Ollamas_own_words_and_the_next_try_stands_beside_it()
    {
        _chat.Send(_conversation, "hello", "no-such-model");
        var failed = await EndAsync();
        Assert.Equal(MessageState.Failed, failed.State);
        Assert.Equal("model 'no-such-model' not found", failed.Error?.Message);
        Assert.NotNull(failed.Error?.NextStep);

        Assert.True(_chat.Regenerate(_conversation, failed.Id, "demo-small:latest"));
        var reply = await EndAsync();
        Assert.Equal(MessageState.Complete, reply.State);
        Assert.NotEqual(failed.Id, reply.Id);
        Assert.Equal(2, _conversation.Messages.Length);
        Assert.Same(failed, _conversation.AllMessages.Single(message => message.Id == failed.Id));
    }

    [Fact]
    public async Task A_good_answer_outlives_another_try_that_fails_and_the_history_is_that_of_the_branch_shown()
    {
        _chat.Send(_conversation, "short", "demo-small:latest");
        var good = await EndAsync();
        _chat.Regenerate(_conversation, good.Id, "no-such-model");
        Assert.Equal(MessageState.Failed, (await EndAsync()).State);

        Assert.True(_conversation.Show(good.Id));
        Assert.True(_chat.Send(_conversation, "and then", "demo-small:latest"));
        await EndAsync();

        Assert.Equal(["short", good.Text, "and then"], _conversation.Messages.SkipLast(1).Select(message => message.Text));
        Assert.Equal(5, _conversation.AllMessages.Length);
    }

    [Fact]
    public async Task A_changed_prompt_is_answered_in_a_branch_of_its_own()
    {
        _chat.Send(_conversation, "short", "demo-small:latest");
        await EndAsync();
        var before = _conversation.Messages;

        Assert.True(_chat.Edit(_conversation, before[0].Id, "shorter", "demo-small:latest"));
        await EndAsync();

        Assert.Equal("shorter", _conversation.Messages[0].Text);
        Assert.True(_conversation.Show(before[0].Id));
        Assert.Equal(before.Select(message => message.Id), _conversation.Messages.Select(message => message.Id));
    }

    [Fact]
    public void A_message_into_a_deleted_conversation_is_refused_and_taken_once_it_is_put_back()
    {
        _store.Remove(_conversation.Id);
        Assert.False(_chat.Send(_conversation, "hello?", "demo-small:latest"));
        Assert.Empty(_conversation.Messages);

        _store.Add(_conversation);
        Assert.True(_chat.Send(_conversation, "hello?", "demo-small:latest"));
    }

    [Fact]
    public async Task The_pace_of_a_running_reply_is_told_by_its_trace_and_stays_with_a_stopped_one()
    {
        using var spans = new SpanCollector();
        _chat.Send(_conversation, "long", "demo-small:latest");
        await UntilAsync(messages => messages[^1].Pace?.Chunks >= 10);
        var traceId = _conversation.Messages[^1].TraceId!;
        Assert.True(_chat.PaceOf(traceId)?.Chunks >= 10);
        Assert.Null(_chat.PaceOf("another"));

        _chat.Stop(_conversation);
        var reply = await EndAsync();

        Assert.NotNull(reply.Pace?.ChunksPerSecond);
        Assert.Null(reply.Stats?.OutputTokens);
    }

    [Fact]
    public async Task The_end_of_the_process_stops_what_runs()
    {
        _chat.Send(_conversation, "long", "demo-small:latest");
        await UntilAsync(messages => messages[^1].Text.Length > 0);

        await _chat.StopAsync(default).WaitAsync(Guard);

        Assert.Equal(MessageState.Stopped, _conversation.Messages[^1].State);
    }

    [Fact]
    public async Task Silence_is_noted_until_the_model_speaks_and_cuts_nothing()
    {
        var load = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await load.Task;
            await context.Response.WriteLinesAsync(Lines.Text("Hi"));
            await goOn.Task;
            await context.Response.WriteLinesAsync(Lines.Done);
        });
        using var client = new OllamaClient(server.Endpoint, options: new OllamaClientOptions { SilenceNotice = TimeSpan.FromMilliseconds(50) });
        _other = client;

        _chat.Send(_conversation, "hello", "demo-small:latest");
        await UntilAsync(messages => messages[^1] is { SilentSince: not null, Text: "" });
        load.SetResult();
        await UntilAsync(messages => messages[^1] is { SilentSince: null, Text: "Hi" });
        await UntilAsync(messages => messages[^1] is { SilentSince: not null, Text: "Hi" });
        goOn.SetResult();

        var reply = await EndAsync();
        Assert.Equal(MessageState.Complete, reply.State);
        Assert.Null(reply.SilentSince);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    public void A_blank_message_is_not_sent(string prompt)
    {
        Assert.False(_chat.Send(_conversation, prompt, "demo-small:latest"));
        Assert.Empty(_conversation.Messages);
    }

    [Fact]
    public void A_message_beyond_the_bound_is_not_sent() =>
        Assert.False(_chat.Send(_conversation, new string('x', ChatService.MaxPromptLength + 1), "demo-small:latest"));

    [Fact]
    public void The_model_is_the_conversations_own_then_the_configured_one_then_the_first_installed()
    {
        Assert.Equal(_servers.Status.Current.Models[0].Name, _chat.ModelFor(_conversation));

        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Model = "demo-thinking" } });
        Assert.Equal("demo-thinking:latest", _chat.ModelFor(_conversation));

        _conversation.SelectModel("demo-small");
        Assert.Equal("demo-small:latest", _chat.ModelFor(_conversation));
    }

    [Fact]
    public void A_new_chat_begins_with_the_model_that_was_used_last()
    {
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Model = "demo-thinking" } });
        Assert.Equal("demo-thinking:latest", _chat.ModelFor(null));

        _conversation.SelectModel("demo-tools");
        Assert.Equal("demo-tools:latest", _chat.ModelFor(null));
    }

    IChatClient IChatPipeline.Create(OllamaClient client, IProgress<OllamaSilence>? silence) =>
        new InstrumentedChatClient(new OllamaChatClient(_other ?? client) { Silence = silence }, _settings, new ContentCapture(_settings), TimeProvider.System);

    Task<OllamaEndpoint> IDemoServer.StartAsync(CancellationToken cancellationToken) => throw new IOException("There is no demo here.");

    private async Task<MessageRecord> EndAsync()
    {
        await UntilAsync(messages => !messages[^1].IsStreaming);
        return _conversation.Messages[^1];
    }

    private async Task UntilAsync(Predicate<IReadOnlyList<MessageRecord>> reached)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = _conversation.Subscribe(Look);
        Look();
        await done.Task.WaitAsync(Guard);

        void Look()
        {
            if (reached(_conversation.Messages))
            {
                done.TrySetResult();
            }
        }
    }
}
