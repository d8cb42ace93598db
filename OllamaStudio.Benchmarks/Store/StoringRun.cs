using System.Globalization;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Benchmarks.Store;

/// <summary>
/// What storing one streamed turn takes by itself: its prompt, a reply of some 1,000 tokens as it comes in ten seconds (ten writes behind it and one
/// at its end), and the spans of such a turn, each in a write of its own. Nothing is drawn and nothing streams, so that no noise of these
/// hides it. Ends by itself.
/// </summary>
internal static class StoringRun
{
    /// <summary>The argument that asks for it.</summary>
    public const string Verb = "storing";

    private const int Turns = 300;
    private const int Writes = 10;
    private const string Piece = "A turn of the studio is stored while it is written, so that nothing is lost where the machine stops. ";

    /// <summary>Runs it and prints processor time a turn.</summary>
    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ollama-studio-storing-");
        try
        {
            await using var store = new StoreUnderTest(folder.FullName);
            using var conversations = new Conversations(TimeProvider.System, store.Conversations);
            var turns = await RecordedTurns.RecordAsync();
            var traces = new GeneratedTraces([turns[0]], TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)).Take(Turns * 6).Select(static trace => trace.Spans).ToArray();
            for (var round = 0; round < 3; round++)
            {
                var conversation = await MeasureAsync(turn => ConverseAsync(conversations, turn));
                var spans = await MeasureAsync(turn => StoreSpansAsync(store, traces[(round * Turns) + turn]));
                var compare = await MeasureAsync(turn => WriteNothing(turn));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a turn: {conversation:0.00} ms of processor time for the conversation, {spans:0.00} ms for its {traces[0].Length} spans, {compare:0.00} for nothing"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task WriteNothing(int turn) => Task.CompletedTask;

    private static async Task<double> MeasureAsync(Func<int, Task> store)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var turn = 0; turn < Turns; turn++)
        {
            await store(turn);
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Turns;
    }

    private static async Task ConverseAsync(Conversations conversations, int turn)
    {
        var conversation = conversations.Create();
        var now = TimeProvider.System.GetUtcNow();
        conversation.TryBegin(
            new MessageRecord { Id = $"p{turn}-{conversation.Id}", Role = MessageRole.User, Text = "1000 tokens of prose", CreatedAt = now },
            new MessageRecord { Id = $"r{turn}-{conversation.Id}", Role = MessageRole.Assistant, State = MessageState.Streaming, CreatedAt = now, Model = "demo-small" });
        await conversations.TryStoreAsync(conversation, TimeSpan.FromSeconds(5));
        for (var write = 0; write < Writes; write++)
        {
            conversation.Append(string.Concat(Enumerable.Repeat(Piece + turn.ToString(CultureInfo.InvariantCulture), 6)), null);
            await conversations.TryStoreAsync(conversation, TimeSpan.FromSeconds(5));
        }

        conversation.UpdateReply(static reply => reply with { State = MessageState.Complete });
        await conversations.TryStoreAsync(conversation, TimeSpan.FromSeconds(5));
    }

    private static async Task StoreSpansAsync(StoreUnderTest store, IReadOnlyList<SpanRecord> spans)
    {
        foreach (var span in spans)
        {
            store.Spans.Add(span);
        }

        await store.Spans.FlushAsync();
    }
}
