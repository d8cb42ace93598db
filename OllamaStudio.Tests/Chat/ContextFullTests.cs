using System.Diagnostics;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Chat;

/// <summary>Conversations that outgrow the model's window of 4,096 tokens, against a server that refuses what does not fit, as Ollama does.</summary>
[Collection("telemetry")]
public sealed class ContextFullTests : IAsyncLifetime
{
    private const string Model = "demo-small:latest";
    private const string Able = "demo-tools:latest";

    private readonly SpanCollector _spans = new();
    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { LoadDelay = TimeSpan.Zero, TokensPerSecond = 0 });
        _rig = await ChatRig.StartAsync(_ollama.Address, [new Book()]);
    }

    public async Task DisposeAsync()
    {
        _spans.Dispose();
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task The_oldest_exchanges_are_left_out_and_the_reply_says_which()
    {
        await SayAsync(Long("first"));
        await SayAsync(Long("second"));
        Assert.Null(Reply.Stats?.LeftOut);

        await SayAsync(Long("third"));

        Assert.Equal(MessageState.Complete, Reply.State);
        var leftOut = Reply.Stats!.LeftOut!;
        Assert.Equal((2, 0, 4096), (leftOut.Messages, leftOut.Results, leftOut.Window));
        Assert.Equal(0, leftOut.Before);
        Assert.True(leftOut.PromptTokens > 4096);
        Assert.Equal(_rig.Conversation.Messages[2].Id, leftOut.FirstKept);
        Assert.StartsWith("first word word", leftOut.Last, StringComparison.Ordinal);
        Assert.True(Reply.Stats.InputTokens < 4096);
    }

    [Fact]
    public async Task What_was_left_out_once_is_not_tried_again_with_every_turn()
    {
        await SayAsync(Long("first"));
        await SayAsync(Long("second"));
        await SayAsync(Long("third"));
        var calls = ModelCalls.Count;

        await SayAsync("short");

        Assert.Equal(calls + 1, ModelCalls.Count);
        Assert.Equal((2, null), (Reply.Stats!.LeftOut!.Messages, Reply.Stats.LeftOut.PromptTokens));

        await SayAsync(Long("fifth"));
        Assert.Equal((4, 2), (Reply.Stats!.LeftOut!.Messages, Reply.Stats.LeftOut.Before));
        Assert.StartsWith("second", Reply.Stats.LeftOut.Last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trace_has_the_refused_call_the_one_that_was_answered_and_the_numbers_between_them()
    {
        await SayAsync(Long("first"));
        await SayAsync(Long("second"));
        await SayAsync(Long("third"));

        var calls = ModelCalls.TakeLast(2).ToList();
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Ok], calls.Select(call => call.Status));
        Assert.Equal("context_exceeded", calls[0].GetTagItem("error.type"));
        Assert.Single(calls.Select(call => call.ParentSpanId).Distinct());
        var iteration = _spans.Ended.Single(span => span.SpanId == calls[0].ParentSpanId);
        Assert.Equal(ActivityStatusCode.Ok, iteration.Status);
        var told = Assert.Single(iteration.Events, happened => happened.Name == "llm.context_left_out").Tags.ToDictionary();
        Assert.Equal(2, told["llm.left_out_messages"]);
        Assert.Equal(4096L, told["llm.context_window"]);
        var root = _spans.Ended.Last(span => span.OperationName == "chat_interaction");
        Assert.Equal((ActivityStatusCode.Ok, 2), (root.Status, root.GetTagItem("llm.left_out_messages")));
        Assert.Null(root.GetTagItem("llm.shortened_results"));
    }

    [Fact]
    public async Task A_message_that_does_not_fit_on_its_own_fails_with_Ollamas_numbers_and_can_be_cut_by_Ollama()
    {
        await SayAsync(Long("all of it", 8000));

        Assert.Equal(MessageState.Failed, Reply.State);
        Assert.Contains("exceeds the available context size (4096 tokens)", Reply.Error!.Message, StringComparison.Ordinal);
        var (tokens, window, hasOlder) = Reply.Stats!.Exceeded!;
        Assert.True(tokens > 8000);
        Assert.Equal((4096, false), (window, hasOlder));

        Assert.True(_rig.Chat.Regenerate(_rig.Conversation, Reply.Id, Model, ContextFull.Cut));
        await _rig.EndAsync();
        Assert.Equal(MessageState.Complete, Reply.State);
        Assert.Equal(2048, Reply.Stats!.InputTokens);
    }

    [Fact]
    public async Task In_a_larger_window_all_of_it_is_sent_and_so_is_what_was_left_out_before()
    {
        await SayAsync(Long("first"));
        await SayAsync(Long("second"));
        await SayAsync(Long("third"));
        Assert.NotNull(Reply.Stats!.LeftOut);

        _rig.Conversation.SetParameters(_rig.Conversation.Parameters.With(ChatParameter.NumCtx, 16_384).With(ChatParameter.System, "Be brief."));
        await SayAsync(Long("fourth"));

        Assert.Equal(MessageState.Complete, Reply.State);
        Assert.Null(Reply.Stats!.LeftOut);
        Assert.True(Reply.Stats.InputTokens > 4 * 1400);
    }

    [Fact]
    public async Task The_system_prompt_stays_whatever_is_left_out_and_is_weighed_with_the_rest()
    {
        _rig.Settings.UpdateTelemetry(telemetry => telemetry with { Capture = CaptureLevel.Full });
        _rig.Conversation.SetParameters(_rig.Conversation.Parameters.With(ChatParameter.System, Long("rules", 1200)));
        await SayAsync(Long("first"));
        await SayAsync(Long("second"));
        var calls = ModelCalls.Count;

        await SayAsync(Long("third"));

        Assert.Equal(MessageState.Complete, Reply.State);
        Assert.NotNull(Reply.Stats!.LeftOut);
        Assert.Equal(calls + 2, ModelCalls.Count); // refused once
        var sent = Assert.IsType<string>(ModelCalls[^1].GetTagItem("gen_ai.input.messages"));
        Assert.Contains("rules word", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("first word", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asked_for_it_the_studio_leaves_nothing_out_by_itself()
    {
        _rig.Settings.Update(settings => settings with { Chat = settings.Chat with { WhenContextIsFull = ContextFull.Ask } });
        await SayAsync(Long("first"));
        await SayAsync(Long("second"));
        await SayAsync(Long("third"));

        Assert.Equal((MessageState.Failed, true), (Reply.State, Reply.Stats!.Exceeded!.HasOlder));

        Assert.True(_rig.Chat.Regenerate(_rig.Conversation, Reply.Id, Model, ContextFull.LeaveOut));
        await _rig.EndAsync();
        Assert.Equal((MessageState.Complete, 2), (Reply.State, Reply.Stats!.LeftOut!.Messages));
    }

    [Fact]
    public async Task Told_to_let_Ollama_cut_the_studio_refuses_nothing()
    {
        _rig.Settings.Update(settings => settings with { Chat = settings.Chat with { WhenContextIsFull = ContextFull.Cut } });
        await SayAsync(Long("first"));
        await SayAsync(Long("second"));
        await SayAsync(Long("third"));

        Assert.Equal(MessageState.Complete, Reply.State);
        Assert.Null(Reply.Stats!.LeftOut);
        Assert.Equal(3, ModelCalls.Count);
    }

    [Theory]
    [InlineData(ContextFull.LeaveOut, 2)]
    [InlineData(ContextFull.Ask, 0)]
    public async Task A_result_that_does_not_fit_is_shortened_and_marked_and_the_turn_goes_on_whatever_the_setting(ContextFull whenFull, int dropped)
    {
        _rig.Settings.Update(settings => settings with { Chat = settings.Chat with { WhenContextIsFull = whenFull } });
        List<IReadOnlyList<ChatMessage>> asked = [];
        _rig.Client = (client, silence) => new AnnouncingChatClient(
            new InstrumentedChatClient(new OllamaChatClient(client) { Silence = silence }, _rig.Settings, new ContentCapture(_rig.Settings), TimeProvider.System),
            (messages, _) => asked.Add([.. messages]), static () => { }, static () => { });
        await SayAsync("Hello", Able);

        await SayAsync("Use the tool read_book", Able);

        Assert.Equal((MessageState.Complete, null), (Reply.State, Reply.Error));
        var call = Assert.Single(Reply.ToolCalls);
        Assert.Equal((ToolCallState.Succeeded, Book.Length), (call.State, call.Result.Length)); // here it is whole
        Assert.Equal((dropped, 1, 4096), (Reply.Stats!.LeftOut!.Messages, Reply.Stats.LeftOut.Results, Reply.Stats.LeftOut.Window));

        // Refused once; what was asked then is marked. The conversation before goes only where it may without a question.
        var told = asked.TakeLast(2).Select(messages => (string)messages[^1].Contents.OfType<FunctionResultContent>().Single().Result!).ToList();
        Assert.Equal(Book.Length, told[0].Length);
        Assert.InRange(told[1].Length, 1_000, Book.Length - 1_000);
        Assert.EndsWith("characters of this result were left out: the context window is full]", told[1], StringComparison.Ordinal);
        Assert.Equal(dropped == 0 ? "Hello" : "Use the tool read_book", asked[^1][0].Text);
        Assert.Equal(1, _spans.Ended.Last(span => span.OperationName == "chat_interaction").GetTagItem("llm.shortened_results"));
    }

    private MessageRecord Reply => _rig.Conversation.Messages[^1];

    private List<Activity> ModelCalls => [.. _spans.Ended.Where(span => span.OperationName == "ollama.chat_streaming")];

    private static string Long(string begin, int words = 1400) => begin + string.Concat(Enumerable.Repeat(" word", words));

    private async Task SayAsync(string prompt, string model = Model)
    {
        Assert.True(_rig.Chat.Send(_rig.Conversation, prompt, model));
        await _rig.EndAsync();
    }

    private sealed class Book : IToolSource
    {
        private static readonly string s_text = Long("Once", 9_000);

        public static int Length => s_text.Length;

        public IReadOnlyList<StudioTool> Tools { get; } = [new StudioTool { Function = AIFunctionFactory.Create(static () => s_text, "read_book", "Reads a book."), Source = "test", IsReadOnly = true }];

        public event Action? Changed { add { } remove { } }
    }
}
