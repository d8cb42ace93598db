using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Simulator;

namespace OllamaStudio.Tests.Chat;

/// <summary>What is said of the context before a message is sent, against what the server then counts.</summary>
[Collection("telemetry")]
public sealed class ContextMeterTests : IAsyncLifetime
{
    private const string Model = "demo-small:latest";
    private const string Able = "demo-tools:latest";
    private static readonly ImmutableHashSet<string> s_none = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    private readonly TokenRatios _ratios = new();
    private readonly Source _tools = new();
    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;
    private ContextMeter _meter = null!;

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { LoadDelay = TimeSpan.Zero, TokensPerSecond = 0 });
        _rig = await ChatRig.StartAsync(_ollama.Address);
        _rig.Client = (client, silence) => new InstrumentedChatClient(
            new OllamaChatClient(client) { Silence = silence }, _rig.Settings, new ContentCapture(_rig.Settings), TimeProvider.System, ratios: _ratios);
        _meter = new ContextMeter(_rig.Settings, _rig.Servers, new ChatTools(new ToolBox([_tools]), new ModelCapabilities(_rig.Servers)), _ratios, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task From_the_third_turn_on_it_is_within_a_few_percent_of_what_the_server_counts()
    {
        string[] prompts =
        [
            "How do I sort a list of words by their length in Python?", "And what of a table with two columns? The second one is a number.",
            "Write the same in C#, please, with a test.", "What does the third line do?", "Explain it to somebody who has never written a program, in three sentences.",
            "Is there a shorter way?", "Thank you. What would you change if there were a million rows, and not enough memory for all of them at once?", "Show me that.", "Why?", "And in SQL?",
        ];
        List<double> errors = [];
        foreach (var prompt in prompts)
        {
            var forecast = await ReadAsync(Model, prompt);
            var counted = (await SayAsync(prompt)).Stats!.InputTokens!.Value;
            errors.Add(Math.Abs(forecast.Total - counted) / (double)counted);
        }

        // The demo's words are tokens, so that a table and a sentence of one length differ more than with a real tokenizer; what a reply took is known.
        Assert.All(errors.Skip(2), error => Assert.True(error < 0.1, string.Join(' ', errors)));
        Assert.True(errors.Skip(2).Order().ElementAt(4) < 0.05, string.Join(' ', errors));
        var (count, worst) = (await ReadAsync(Model, "")).Error!.Value;
        Assert.Equal(9, count);
        Assert.Equal(errors.Skip(1).Max(), worst, 0.02);
    }

    [Fact]
    public async Task With_tools_a_system_prompt_and_a_text_file_it_is_as_near()
    {
        await using var rig = await ChatRig.StartAsync(_ollama.Address, [_tools]);
        rig.Client = (client, silence) => new InstrumentedChatClient(
            new OllamaChatClient(client) { Silence = silence }, rig.Settings, new ContentCapture(rig.Settings), TimeProvider.System, ratios: _ratios);
        rig.Conversation.SetParameters(ChatParameters.None.With(ChatParameter.System, JsonValue.Create("You help somebody who learns to write programs. Be brief, name what you leave out, and ask where a question can be read in two ways.")));
        ImmutableArray<Attachment> file = [AttachmentFile.Read("notes.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 40).Select(static line => $"Line {line} of the notes says what was done on that day, and why.\n"))), out _)!];
        List<double> errors = [];
        foreach (var (prompt, files) in new (string, ImmutableArray<Attachment>)[]
        {
            ("How do I sort a list of words by their length in Python?", []), ("And what of a table with two columns? The second one is a number.", []), ("What do my notes say of the first week?", file),
            ("Write that in one sentence, please.", []), ("And the second week?", []),
        })
        {
            var forecast = await _meter.ReadAsync(rig.Conversation, rig.Conversation.Parameters, s_none, Able, prompt, files, default);
            Assert.True(forecast is { System: > 0, ToolCount: 1, Tools: > 0 });
            Assert.True(rig.Chat.Send(rig.Conversation, prompt, Able, files));
            var reply = await rig.EndAsync();
            Assert.Empty(reply.ToolCalls); // else several prompts were counted
            await rig.Servers.RefreshAsync(default);
            errors.Add(Math.Abs(forecast.Total - reply.Stats!.InputTokens!.Value) / (double)reply.Stats.InputTokens.Value);
        }

        Assert.All(errors.Skip(2), error => Assert.True(error < 0.1, string.Join(' ', errors)));
    }

    [Fact]
    public async Task Its_parts_add_up_and_each_is_what_it_says()
    {
        await SayAsync("Hello");
        var parameters = ChatParameters.None.With(ChatParameter.System, JsonValue.Create(new string('s', 400))).With(ChatParameter.NumCtx, JsonValue.Create(2048));

        var all = await _meter.ReadAsync(_rig.Conversation, parameters, s_none, Able, new string('m', 800), [], default);

        Assert.Equal((2048, 1, 2), (all.Window, all.ToolCount, all.HistoryMessages));
        Assert.All([all.System, all.Tools, all.Message, all.History], part => Assert.True(part > 0));
        Assert.Equal(all.Total, all.System + all.Tools + all.Message + all.History);
        Assert.InRange(all.Message / (double)all.System, 1.9, 2.1);
        Assert.Equal(2048 - all.Total, all.Free);

        var less = await _meter.ReadAsync(_rig.Conversation, ChatParameters.None, [.. _tools.Tools.Select(tool => tool.Id)], Able, "", [], default);
        Assert.Equal((0, 0, 0, 0), (less.System, less.Tools, less.ToolCount, less.Message));
        Assert.Equal(less.History, less.Total);
        Assert.Equal(0, (await _meter.ReadAsync(null, ChatParameters.None, s_none, Model, "", [], default)).Total);
    }

    [Fact]
    public async Task It_says_which_messages_will_not_be_sent_before_they_are_not()
    {
        await SayAsync(Long("first"));
        await SayAsync(Long("second"));
        var prompt = Long("third");

        var forecast = await ReadAsync(Model, prompt);

        Assert.True(forecast.IsTooLong);
        Assert.Equal((4096, 0), (forecast.Window, forecast.Free));
        var reply = await SayAsync(prompt);
        Assert.Equal((reply.Stats!.LeftOut!.Messages, reply.Stats.LeftOut.Last, reply.Stats.LeftOut.FirstKept), (forecast.LeftOut!.Messages, forecast.LeftOut.Last, forecast.LeftOut.FirstKept));

        // What is left out already is not said to be lost again.
        var after = await ReadAsync(Model, "short");
        Assert.False(after.IsTooLong);
        Assert.Null(after.LeftOut);
        Assert.Equal(4, after.HistoryMessages);
    }

    [Fact]
    public async Task A_window_larger_than_the_model_was_made_for_is_not_what_there_is()
    {
        await SayAsync("Hello");
        var longest = _rig.Servers.Status.Current.Find(Model)!.ContextLength!.Value;
        _rig.Conversation.SetParameters(ChatParameters.None.With(ChatParameter.NumCtx, 10_000_000));

        Assert.Equal(longest, (await ReadAsync(Model, "And now?")).Window);

        // As the server has it then.
        await SayAsync("And now?");
        Assert.Equal(longest, _rig.Servers.Status.Current.FindRunning(Model)!.ContextLength);
    }

    [Fact]
    public async Task A_message_that_is_too_long_by_itself_has_nothing_to_leave_out_and_where_Ollama_cuts_nothing_is_told()
    {
        await SayAsync("Hello");
        Assert.NotNull((await ReadAsync(Model, Long("all", 9_000))).LeftOut);
        var alone = await _meter.ReadAsync(null, ChatParameters.None, s_none, Model, Long("all", 9_000), [], default);
        Assert.Equal((true, null), (alone.IsTooLong, alone.LeftOut));

        _rig.Settings.Update(settings => settings with { Chat = settings.Chat with { WhenContextIsFull = ContextFull.Cut } });
        Assert.Null((await ReadAsync(Model, Long("all", 9_000))).LeftOut);
    }

    [Fact]
    public async Task The_reply_that_is_being_written_counts_as_far_as_it_has_come()
    {
        await SayAsync("Hello");
        var before = await ReadAsync(Model, "");
        Assert.True(_rig.Conversation.TryBegin(
            new MessageRecord { Id = "p", Role = MessageRole.User, Text = "And?", CreatedAt = default }, new MessageRecord { Id = "r", Role = MessageRole.Assistant, State = MessageState.Streaming, Model = Model, CreatedAt = default }));
        var begun = await ReadAsync(Model, "");
        _rig.Conversation.Append(Long("So", 200), null);
        var halfway = await ReadAsync(Model, "");
        _rig.Conversation.Append(Long(" on", 200), null);
        var later = await ReadAsync(Model, "");
        _rig.Conversation.UpdateReply(static reply => reply with { State = MessageState.Complete });

        Assert.Equal([before.HistoryMessages, before.HistoryMessages + 1, before.HistoryMessages + 2], [before.HistoryMessages, begun.HistoryMessages, halfway.HistoryMessages]);
        Assert.True(halfway.History - begun.History > 100);
        Assert.InRange((later.History - halfway.History) / (double)(halfway.History - begun.History), 0.9, 1.1);
        Assert.Equal(later.Total, (await ReadAsync(Model, "")).Total);
    }

    private ValueTask<ContextForecast> ReadAsync(string model, string draft) => _meter.ReadAsync(_rig.Conversation, _rig.Conversation.Parameters, s_none, model, draft, [], default);

    private async Task<MessageRecord> SayAsync(string prompt)
    {
        Assert.True(_rig.Chat.Send(_rig.Conversation, prompt, Model));
        var reply = await _rig.EndAsync();
        await _rig.Servers.RefreshAsync(default);
        return reply;
    }

    private static string Long(string begin, int words = 1400) => begin + string.Concat(Enumerable.Repeat(" word", words));

    private sealed class Source : IToolSource
    {
        public IReadOnlyList<StudioTool> Tools { get; } =
            [new StudioTool { Function = AIFunctionFactory.Create((string city) => "sun", "weather", "Says what the weather is in a city."), Source = "test", IsReadOnly = true }];

        public event Action? Changed { add { } remove { } }
    }
}
