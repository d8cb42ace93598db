using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Tools;

/// <summary>A turn with tools, over a model that gives the answers written down for it, one after the other; the last one again and again.</summary>
internal sealed class AgentFixture : ITurnSink, IToolApproval, IDisposable
{
    /// <summary>Against hanging only.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly List<StudioTool> _tools = [];

    public AgentFixture()
    {
        Capture = new ContentCapture(Settings);
    }

    public SpanCollector Spans { get; } = new();

    public FakeSettings Settings { get; } = new();

    public ManualTime Clock { get; } = new();

    public ContentCapture Capture { get; }

    public RecordingLogger<TurnRunner> Log { get; } = new();

    /// <summary>Where the runner's log goes instead; null for <see cref="Log"/>.</summary>
    public ILogger<TurnRunner>? Logger { get; init; }

    public TurnRunner Runner => field ??= new TurnRunner(Settings, Capture, Clock, Logger ?? Log);

    /// <summary>What models cost; null for nothing.</summary>
    public IPriceList? Prices { get; init; }

    /// <summary>Which model is asked.</summary>
    public string ModelName { get; init; } = "llama3.1:8b";

    /// <summary>What is sent.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; set; } = [new ChatMessage(ChatRole.User, "What is 5 + 3?")];

    /// <summary>Runs where the turn is written down, if set.</summary>
    public Action? OnLog { get; set; }

    public ConcurrentQueue<AIContent> Received { get; } = [];

    public ScriptedChatClient Model { get; private set; } = null!;

    /// <summary>What the person says; denies where a test says nothing.</summary>
    public Func<StudioTool, CancellationToken, Task<ToolAnswer>> Person { get; set; } = (_, _) => Task.FromResult(ToolAnswer.Deny);

    public string Text => string.Concat(Received.OfType<TextContent>().Select(content => content.Text));

    public IReadOnlyList<ToolOutcome> Outcomes => [.. Received.OfType<FunctionResultContent>().Select(result => (ToolOutcome)result.RawRepresentation!)];

    public StudioTool Offer(string name, Delegate function, bool readOnly = true)
    {
        var tool = new StudioTool { Function = AIFunctionFactory.Create(function, name, $"Does {name}."), Source = "test", IsReadOnly = readOnly };
        _tools.Add(tool);
        return tool;
    }

    public Task<TurnResult> RunAsync(params AIContent[][] answers) => RunAsync(answers, change: null);

    public Task<TurnResult> RunAsync(AIContent[][] answers, Func<TurnTools, TurnTools?>? change, bool stream = true, CancellationToken cancellationToken = default) =>
        RunAsync(new ScriptedChatClient(answers), change, stream, cancellationToken);

    public async Task<TurnResult> RunAsync(
        ScriptedChatClient model, Func<TurnTools, TurnTools?>? change = null, bool stream = true, CancellationToken cancellationToken = default)
    {
        Model = model;
        var tools = new TurnTools { Tools = [.. _tools], Approval = this };
        var request = new TurnRequest
        {
            SessionId = "session-1",
            Model = ModelName,
            Messages = Messages,
            Stream = stream,
            Tools = change is null ? tools : change(tools),
            Client = new InstrumentedChatClient(Model, Settings, Capture, Clock, prices: Prices),
        };
        return await Runner.RunAsync(request, this, cancellationToken).WaitAsync(Guard, CancellationToken.None);
    }

    public static AIContent[] Call(string name, string id, params (string Name, object? Value)[] arguments) =>
        [new FunctionCallContent(id, name, arguments.ToDictionary(argument => argument.Name, argument => argument.Value))];

    public static AIContent[] Say(string text) => [new TextContent(text)];

    /// <summary>What the model was told, the last time it was asked, about that call.</summary>
    public string Told(string callId) =>
        (string)Model.Asked[^1].SelectMany(message => message.Contents).OfType<FunctionResultContent>().Single(result => result.CallId == callId).Result!;

    public void Started(string? traceId, bool sampled, CaptureLevel capture)
    {
    }

    void ITurnSink.Received(ChatResponseUpdate update)
    {
        foreach (var content in update.Contents)
        {
            Received.Enqueue(content);
        }
    }

    (string Thinking, string Text) ITurnSink.LatestAnswer()
    {
        var latest = Received.Reverse().TakeWhile(content => content is not FunctionResultContent).Reverse().ToArray();
        return (string.Concat(latest.OfType<TextReasoningContent>().Select(thought => thought.Text)), string.Concat(latest.OfType<TextContent>().Select(text => text.Text)));
    }

    public ValueTask LogAsync(TurnResult result, CancellationToken cancellationToken)
    {
        OnLog?.Invoke();
        return ValueTask.CompletedTask;
    }

    public Task<ToolAnswer> AskAsync(string callId, StudioTool tool, CancellationToken cancellationToken) => Person(tool, cancellationToken);

    public void Dispose() => Spans.Dispose();
}
