using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Export;
using OllamaStudio.Tests.Ollama;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Chat;

/// <summary>Turns that belong to the process, through the real client against a real server.</summary>
[Collection("telemetry")]
public sealed class ChatServiceTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

    // Slow enough that a reply is still running when a test looks at it; every test stops it or waits for a short one.
    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 200, LoadDelay = TimeSpan.Zero });
        _rig = await ChatRig.StartAsync(_ollama.Address);
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task A_turn_is_answered_without_anybody_looking()
    {
        Assert.True(_rig.Chat.Send(_rig.Conversation, "short", "demo-small:latest"));
        var reply = await _rig.EndAsync();

        Assert.Equal(MessageState.Complete, reply.State);
        Assert.NotEmpty(reply.Text);
        Assert.True(reply.Stats?.OutputTokens > 0);
        Assert.Equal("stop", reply.FinishReason);
        Assert.False(_rig.Conversation.IsGenerating);
    }

    [Fact]
    public async Task A_reply_whose_trace_is_left_out_when_it_ends_leads_to_no_receiver()
    {
        await using var export = await ExportRig.StartAsync(static settings => TailTraces.Rules(settings with { Destination = settings.Destination with { Kind = DestinationKind.Jaeger } }, 0));
        await using var rig = await ChatRig.StartAsync(_ollama.Address, decisions: export.Decisions);
        Assert.True(rig.Chat.Send(rig.Conversation, "short", "demo-small:latest"));

        await rig.UntilAsync(static messages => messages[^1] is { IsStreaming: false, Sampled: false });
        var traceId = rig.Conversation.Messages[^1].TraceId!;
        Assert.Empty(export.Pipeline.LinksTo(traceId, null));
        Assert.Single(export.Pipeline.LinksTo("0af7651916cd43dd8448eb211c80319c", null));
    }

    [Fact]
    public async Task A_second_message_waits_for_the_first_and_nothing_of_it_is_lost()
    {
        Assert.True(_rig.Chat.Send(_rig.Conversation, "long", "demo-small:latest"));

        Assert.False(_rig.Chat.Send(_rig.Conversation, "too early", "demo-small:latest"));
        Assert.Equal(2, _rig.Conversation.Messages.Length);

        _rig.Chat.Stop(_rig.Conversation);
        await _rig.EndAsync();
        Assert.True(_rig.Chat.Send(_rig.Conversation, "short", "demo-small:latest"));
        Assert.Equal(MessageState.Complete, (await _rig.EndAsync()).State);
    }

    [Fact]
    public async Task Stop_keeps_the_text_and_the_server_sees_the_request_closed()
    {
        var cancelled = _ollama.Activity.WaitForCancellationAsync();
        _rig.Chat.Send(_rig.Conversation, "long", "demo-small:latest");
        await _rig.UntilAsync(messages => messages[^1].Text.Length > 0);
        _rig.Chat.Stop(_rig.Conversation);

        await cancelled.WaitAsync(Guard);
        var reply = await _rig.EndAsync();
        Assert.Equal(MessageState.Stopped, reply.State);
        Assert.NotEmpty(reply.Text);
        Assert.Null(reply.Error);
    }

    [Fact]
    public async Task A_failed_turn_says_Ollamas_own_words_and_the_next_try_stands_beside_it()
    {
        _rig.Chat.Send(_rig.Conversation, "hello", "no-such-model");
        var failed = await _rig.EndAsync();
        Assert.Equal(MessageState.Failed, failed.State);
        Assert.Equal("model 'no-such-model' not found", failed.Error?.Message);
        Assert.NotNull(failed.Error?.NextStep);

        Assert.True(_rig.Chat.Regenerate(_rig.Conversation, failed.Id, "demo-small:latest"));
        var reply = await _rig.EndAsync();
        Assert.Equal(MessageState.Complete, reply.State);
        Assert.NotEqual(failed.Id, reply.Id);
        Assert.Equal(2, _rig.Conversation.Messages.Length);
        Assert.Same(failed, _rig.Conversation.AllMessages.Single(message => message.Id == failed.Id));
    }

    [Fact]
    public async Task A_good_answer_outlives_another_try_that_fails_and_the_history_is_that_of_the_branch_shown()
    {
        _rig.Chat.Send(_rig.Conversation, "short", "demo-small:latest");
        var good = await _rig.EndAsync();
        _rig.Chat.Regenerate(_rig.Conversation, good.Id, "no-such-model");
        Assert.Equal(MessageState.Failed, (await _rig.EndAsync()).State);

        Assert.True(_rig.Conversation.Show(good.Id));
        Assert.True(_rig.Chat.Send(_rig.Conversation, "and then", "demo-small:latest"));
        await _rig.EndAsync();

        Assert.Equal(["short", good.Text, "and then"], _rig.Conversation.Messages.SkipLast(1).Select(message => message.Text));
        Assert.Equal(5, _rig.Conversation.AllMessages.Length);
    }

    [Fact]
    public async Task Another_model_answers_once_and_the_conversation_goes_on_with_its_own()
    {
        _rig.Chat.Send(_rig.Conversation, "short", "demo-small:latest");
        var first = await _rig.EndAsync();

        Assert.True(_rig.Chat.RegenerateWith(_rig.Conversation, first.Id, "demo-thinking:latest"));
        var second = await _rig.EndAsync();

        Assert.Equal((MessageState.Complete, "demo-thinking:latest", first.ParentId), (second.State, second.Model, second.ParentId));
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal("demo-small:latest", _rig.Conversation.Model);
        Assert.Same(first, _rig.Conversation.AllMessages.Single(message => message.Id == first.Id));
    }

    [Fact]
    public async Task A_changed_prompt_is_answered_in_a_branch_of_its_own()
    {
        _rig.Chat.Send(_rig.Conversation, "short", "demo-small:latest");
        await _rig.EndAsync();
        var before = _rig.Conversation.Messages;

        Assert.True(_rig.Chat.Edit(_rig.Conversation, before[0].Id, "shorter", "demo-small:latest"));
        await _rig.EndAsync();

        Assert.Equal("shorter", _rig.Conversation.Messages[0].Text);
        Assert.True(_rig.Conversation.Show(before[0].Id));
        Assert.Equal(before.Select(message => message.Id), _rig.Conversation.Messages.Select(message => message.Id));
    }

    [Fact]
    public void A_message_into_a_deleted_conversation_is_refused_and_taken_once_it_is_put_back()
    {
        _rig.Store.Remove(_rig.Conversation.Id);
        Assert.False(_rig.Chat.Send(_rig.Conversation, "hello?", "demo-small:latest"));
        Assert.Empty(_rig.Conversation.Messages);

        _rig.Store.Add(_rig.Conversation);
        Assert.True(_rig.Chat.Send(_rig.Conversation, "hello?", "demo-small:latest"));
    }

    [Fact]
    public async Task The_pace_of_a_running_reply_is_told_by_its_trace_and_stays_with_a_stopped_one()
    {
        using var spans = new SpanCollector();
        _rig.Chat.Send(_rig.Conversation, "long", "demo-small:latest");
        await _rig.UntilAsync(messages => messages[^1].Pace?.Chunks >= 10);
        var traceId = _rig.Conversation.Messages[^1].TraceId!;
        Assert.True(_rig.Chat.PaceOf(traceId)?.Chunks >= 10);
        Assert.Null(_rig.Chat.PaceOf("another"));

        _rig.Chat.Stop(_rig.Conversation);
        var reply = await _rig.EndAsync();

        Assert.NotNull(reply.Pace?.ChunksPerSecond);
        Assert.Null(reply.Stats?.OutputTokens);
    }

    [Fact]
    public async Task The_end_of_the_process_stops_what_runs()
    {
        _rig.Chat.Send(_rig.Conversation, "long", "demo-small:latest");
        await _rig.UntilAsync(messages => messages[^1].Text.Length > 0);

        await _rig.Chat.StopAsync(default).WaitAsync(Guard);

        Assert.Equal(MessageState.Stopped, _rig.Conversation.Messages[^1].State);
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
        _rig.Client = (_, silence) => new OllamaChatClient(client) { Silence = silence };

        _rig.Chat.Send(_rig.Conversation, "hello", "demo-small:latest");
        await _rig.UntilAsync(messages => messages[^1] is { SilentSince: not null, Text: "" });
        load.SetResult();
        await _rig.UntilAsync(messages => messages[^1] is { SilentSince: null, Text: "Hi" });
        await _rig.UntilAsync(messages => messages[^1] is { SilentSince: not null, Text: "Hi" });
        goOn.SetResult();

        var reply = await _rig.EndAsync();
        Assert.Equal(MessageState.Complete, reply.State);
        Assert.Null(reply.SilentSince);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    public void A_blank_message_is_not_sent(string prompt)
    {
        Assert.False(_rig.Chat.Send(_rig.Conversation, prompt, "demo-small:latest"));
        Assert.Empty(_rig.Conversation.Messages);
    }

    [Fact]
    public void A_message_beyond_the_bound_is_not_sent() =>
        Assert.False(_rig.Chat.Send(_rig.Conversation, new string('x', ChatService.MaxPromptLength + 1), "demo-small:latest"));

    [Fact]
    public void The_model_is_the_conversations_own_then_the_configured_one_then_the_first_installed()
    {
        Assert.Equal(_rig.Servers.Status.Current.Models[0].Name, _rig.Chat.ModelFor(_rig.Conversation));

        _rig.Settings.Update(settings => settings with { Ollama = settings.Ollama with { Model = "demo-thinking" } });
        Assert.Equal("demo-thinking:latest", _rig.Chat.ModelFor(_rig.Conversation));

        _rig.Conversation.SelectModel("demo-small");
        Assert.Equal("demo-small:latest", _rig.Chat.ModelFor(_rig.Conversation));
    }

    [Fact]
    public void A_model_that_is_not_there_is_told_and_another_one_answers()
    {
        Assert.Null(_rig.Chat.MissingModelOf(_rig.Conversation));

        _rig.Conversation.SelectModel("removed:1b");
        Assert.Equal("removed:1b", _rig.Chat.MissingModelOf(_rig.Conversation));
        Assert.NotEqual("removed:1b", _rig.Chat.ModelFor(_rig.Conversation));

        _rig.Conversation.SelectModel("demo-small");
        Assert.Null(_rig.Chat.MissingModelOf(_rig.Conversation));
    }

    [Fact]
    public void A_new_chat_begins_with_the_model_that_was_used_last()
    {
        _rig.Settings.Update(settings => settings with { Ollama = settings.Ollama with { Model = "demo-thinking" } });
        Assert.Equal("demo-thinking:latest", _rig.Chat.ModelFor(null));

        _rig.Conversation.SelectModel("demo-tools");
        Assert.Equal("demo-tools:latest", _rig.Chat.ModelFor(null));
    }
}
