using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Telemetry;
using static OllamaStudio.Tests.Ollama.Golden.AnswersHandler;

namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>
/// The spans of 12 turns in <c>turns.txt</c>: names, kinds, parents, status, <c>error.type</c> and events. Attributes have tests
/// of their own. How it is written anew: <see cref="GoldenFiles"/>.
/// </summary>
[Collection("telemetry")]
public class TurnSpanTests
{
    private static readonly string CallsAdd = Lines.Calls("""[{"id":"c1","function":{"name":"add","arguments":{"a":5,"b":3}}}]""");

    private static readonly (string Name, Turn Turn)[] Turns =
    [
        ("plain", new(Says(Lines.Text("Hel"), Lines.Text("lo"), Lines.Done))),
        ("thinking", new(Says(Lines.Thinking("Hm."), Lines.Text("42"), Lines.Done))),
        ("a tool", new(Says(CallsAdd, Lines.Done), Says(Lines.Text("8"), Lines.Done))),
        ("several calls", new(
            Says(Lines.Calls("""[{"id":"c1","function":{"name":"add","arguments":{"a":5,"b":3}}},{"id":"c2","function":{"name":"break","arguments":{}}},{"id":"c3","function":{"name":"unknown","arguments":{}}}]"""), Lines.Done),
            Says(Lines.Text("8"), Lines.Done))),
        ("a denied call", new(Says(Lines.Calls("""[{"id":"c1","function":{"name":"write","arguments":{}}}]"""), Lines.Done), Says(Lines.Text("As you wish."), Lines.Done))),
        ("stopped", new(SaysAndHangs(Lines.Text("Hel"))) { StopsAtFirstPiece = true }),
        ("failed before the stream", new(Fails(HttpStatusCode.NotFound, """{"error":"model 'm' not found"}"""))),
        ("failed within the stream", new(Says(Lines.Text("Hel"), """{"error":"out of memory"}"""))),
        ("incomplete stream", new(Says(Lines.Text("Hel")))),
        ("not streamed", new(Says(Lines.Done.Replace("\"content\":\"\"", "\"content\":\"Hello\"", StringComparison.Ordinal))) { Streamed = false }),
        ("bound of the loop", new(Says(CallsAdd, Lines.Done))),
        ("recovered call", new(Says(Lines.Text("""{"name":"add","arguments":{"a":5,"b":3}}"""), Lines.Done), Says(Lines.Text("8"), Lines.Done))),
    ];

    [Fact]
    public async Task Every_turn_has_the_spans_that_it_had()
    {
        Assert.Equal(12, Turns.Select(one => one.Name).Distinct().Count());
        var lines = new List<string>();
        foreach ((string name, Turn turn) in Turns)
        {
            lines.AddRange([$"[{name}]", .. await turn.RunAsync()]);
        }

        await GoldenFiles.WriteIfAskedAsync("turns.txt", "The spans of each turn of TurnSpanTests.cs: name, kind, status, error.type, what the status says; > before an event.", lines);

        await GoldenFiles.CompareAsync("turns.txt", lines);
    }

    /// <summary>A turn over what the server answers.</summary>
    private sealed record Turn(params Answer[] Answers) : IToolApproval
    {
        private const int Bound = 3;

        public bool Streamed { get; init; } = true;

        public bool StopsAtFirstPiece { get; init; }

        /// <summary>Runs it through the client and the decorators that the studio uses; its spans as text.</summary>
        public async Task<IEnumerable<string>> RunAsync()
        {
            using var stop = new CancellationTokenSource();
            using var turn = new TurnFixture { OnReceived = _ => (StopsAtFirstPiece ? stop : null)?.Cancel() };
            var started = new ConcurrentQueue<Activity>();
            turn.Spans.Started += started.Enqueue;
            using var client = new OllamaClient(OllamaEndpoint.Default, new OllamaRequestHandler { InnerHandler = new AnswersHandler(Answers) });
            using var chat = new OllamaChatClient(client, "m") { RecoversTextToolCalls = true };

            await turn.Runner.RunAsync(
                new TurnRequest
                {
                    SessionId = "session-1",
                    Model = "m",
                    Messages = [new(ChatRole.User, "What is 5 + 3?")],
                    Stream = Streamed,
                    Tools = new TurnTools { Tools = [Tool("add", (int a, int b) => a + b), Tool("break", Break), Tool("write", () => "written") with { IsReadOnly = false }], Approval = this, MaxIterations = Bound },
                    Client = turn.Instrument(chat),
                },
                turn,
                stop.Token).WaitAsync(StreamExtensions.Guard, CancellationToken.None);

            Assert.Equal(started.Count, turn.Spans.Ended.Count);
            return Describe([.. started], parent: default, depth: 0);
        }

        public Task<ToolAnswer> AskAsync(string callId, StudioTool tool, CancellationToken cancellationToken) => Task.FromResult(ToolAnswer.Deny);

        private static StudioTool Tool(string name, Delegate function) => new() { Function = AIFunctionFactory.Create(function, name), Source = "test", IsReadOnly = true };

        private static string Break() => throw new InvalidOperationException("It broke.");

        /// <summary>The spans below <paramref name="parent"/>, each before its own.</summary>
        private static IEnumerable<string> Describe(Activity[] spans, ActivitySpanId parent, int depth) => spans.Where(span => span.ParentSpanId == parent).SelectMany(span =>
            (IEnumerable<string>)
            [
                $"{Indent(depth)}{span.OperationName} {span.Kind} {span.Status}{(span.GetTagItem("error.type") is { } type ? $" {type}" : "")}{(span.StatusDescription is { } words ? $": {words}" : "")}",
                .. span.Events.Select(happened => $"{Indent(depth)}> {happened.Name}{string.Concat(happened.Tags.Where(tag => tag.Key != "exception.stacktrace").OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $" {tag.Key}={tag.Value}"))}"),
                .. Describe(spans, span.SpanId, depth + 1),
            ]);

        private static string Indent(int depth) => new(' ', 2 * depth);
    }
}
