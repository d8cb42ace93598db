using System.Text;
using CsCheck;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Tests.Export;
using OllamaStudio.Tests.Storage.Spans;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Tools;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>
/// Generated secrets, typed, answered, returned by tools, thrown, used as names, are in no byte of what stays on the disk for telemetry or leaves
/// the process. Metrics, pushed logs and the console have their own: <see cref="Export.Push.PushedSecretsTests"/>, <see cref="Http.ConsoleRedactionTests"/>.
/// </summary>
[Collection("telemetry")]
public sealed class SecretsNowhereTests
{
    // Beside each secret stands this word, which is content and no secret.
    private const string Content = "xylophone";

    private const int Rounds = 5;

    [Theory]
    [InlineData(CaptureLevel.Off)]
    [InlineData(CaptureLevel.Preview)]
    [InlineData(CaptureLevel.Full)]
    public async Task Neither_spans_nor_spool_nor_database_nor_what_is_sent_have_a_secret_and_at_Off_no_content(CaptureLevel level)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = OtlpReceiverAnswer.Refuse(503); // so that all stays in the spool
        await using var store = new SpanStoreFixture();
        using var rig = new DestinationRig(store.Store.Folder, receiver);
        List<string> secrets = [];
        using (new SpanListener(store.Feed, store.Writer))
        {
            for (var round = 0; round < Rounds; round++)
            {
                var turn = SecretGen.Any.Array[12].Single();
                secrets.AddRange(turn);
                var told = await RunAsync(turn, level, rig);
                Assert.DoesNotContain(turn, secret => told.Contains(secret, StringComparison.Ordinal));
                Assert.Equal(level is not CaptureLevel.Off, told.Contains(Content, StringComparison.OrdinalIgnoreCase));
            }
        }

        await store.Writer.FlushAsync();
        rig.WaitUntilTried();

        var places = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["spool"] = Bytes(Path.Combine(store.Store.Folder.Path, Spool.FolderName)),
            ["database"] = Bytes(store.Store.Folder.Path, SearchOption.TopDirectoryOnly),
            ["sent"] = string.Concat(receiver.Bodies.Select(Encoding.Latin1.GetString)),
        };
        Assert.Equal(Rounds * 12, secrets.Count);
        Assert.All(places, place =>
        {
            Assert.Contains("chat_interaction", place.Value, StringComparison.Ordinal); // it is readable as it stands
            Assert.Contains("llm.redactions", place.Value, StringComparison.Ordinal);
            Assert.DoesNotContain(secrets, secret => place.Value.Contains(secret, StringComparison.Ordinal));
            Assert.Equal(level is not CaptureLevel.Off, place.Value.Contains(Content, StringComparison.OrdinalIgnoreCase));
        });
    }

    /// <summary>A turn with a secret wherever somebody can write something.</summary>
    /// <returns>All that its spans and its log say.</returns>
    private static async Task<string> RunAsync(string[] secrets, CaptureLevel level, DestinationRig rig)
    {
        using var agent = new AgentFixture { ModelName = $"model {secrets[0]}" };
        agent.Settings.UpdateTelemetry(settings => settings with { Capture = level, RedactionPatterns = [SecretGen.OwnPattern] });
        agent.Messages =
        [
            new ChatMessage(ChatRole.System, $"You know {secrets[1]} and the {Content}."),
            new ChatMessage(ChatRole.User, $"I am {secrets[2]}, my {Content} is: Bearer {secrets[3]}"),
        ];
        agent.Offer($"keep {secrets[4]}", (string text) => $"{Content} kept {text} and {secrets[5]}");
        agent.Offer("fail", string (string text) => throw new IOException($"no {Content} {text}, no {secrets[6]}"));
        agent.OnLog = () => throw new InvalidOperationException($"the store refused '{Content} {secrets[7]}'");
        AIContent[] calls =
        [
            new TextReasoningContent($"{Content}? {secrets[8]}"),
            .. AgentFixture.Call($"keep {secrets[4]}", $"id {secrets[9]}", ("text", secrets[9])),
            .. AgentFixture.Call("fail", "c2", ("text", $"{secrets[10]} {Content}"), ($"to {secrets[10]}", new[] { secrets[10] })),
            .. AgentFixture.Call($"{Content} {secrets[11]}", "c3"),
        ];
        await agent.RunAsync(calls, AgentFixture.Say($"Done with {Content}, {secrets[8]}."));
        await agent.RunAsync(new ScriptedChatClient(ScriptedChatClient.Throw(new OllamaException(OllamaErrorKind.ServerFailed, $"cannot parse '{Content} {secrets[11]}'"))));

        Assert.True(agent.Spans.Ended.Count > 8);
        Assert.All(agent.Spans.Ended, span => Assert.True(rig.Destination.Accept(span)));
        rig.Flush();

        // The log as the page, the console and a receiver have it.
        using var store = new LogStore(TimeProvider.System);
        using var recorder = new LogRecorder(store);
        recorder.Use(agent.Capture);
        return $"{agent.Spans.Everything()}\n{string.Join('\n', agent.Log.Messages.Select(recorder.Redact))}";
    }

    private static string Bytes(string folder, SearchOption option = SearchOption.AllDirectories)
    {
        var files = Directory.GetFiles(folder, "*", option);
        Assert.NotEmpty(files);
        return string.Concat(files.Select(static file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return Encoding.Latin1.GetString(memory.ToArray());
        }));
    }
}
