using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>What the server counted of prompts is there after a restart, so that the first estimate is as good as the last was.</summary>
[Collection("telemetry")]
public sealed class PromptCountsTests
{
    private const string Model = "demo-small:latest";

    [Fact]
    public async Task The_counts_of_stored_replies_are_read_back_by_model_the_newest_and_in_their_order()
    {
        using var spans = new SpanCollector(); // without a listener nothing of a call is known to its turn
        await using var kept = new ConversationRig();
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { LoadDelay = TimeSpan.Zero, TokensPerSecond = 0 });
        var before = new TokenRatios();
        await using (var rig = await ChatRig.StartAsync(ollama.Address, store: new Core.Chat.Conversations(TimeProvider.System, kept.Store)))
        {
            rig.Client = (client, silence) => new InstrumentedChatClient(
                new OllamaChatClient(client) { Silence = silence }, rig.Settings, new ContentCapture(rig.Settings), TimeProvider.System, ratios: before);
            foreach (var prompt in new[] { "Hello", "Tell me more of it, please.", "And then?" })
            {
                Assert.True(rig.Chat.Send(rig.Conversation, prompt, Model));
                await rig.EndAsync();
            }

            await rig.Store.StopAsync();
        }

        kept.Crash();
        var counts = new PromptCounts(kept.Files.Database);

        var newest = counts.Newest(Model, 2)!;
        Assert.Equal(2, newest.Count);
        Assert.True(newest[0].Tokens < newest[1].Tokens);
        Assert.All(newest, count => Assert.True(count is { Characters: > 0, Images: 0, ReplyCharacters: > 0, ReplyTokens: > 0 }));
        Assert.Empty(counts.Newest("another:latest", 2)!);
        var after = new TokenRatios(counts);
        Assert.Equal(before.Estimate(Model, 5_000), after.Estimate(Model, 5_000));
        Assert.NotNull(after.EstimateClosely(Model, newest[1].Characters));
        Assert.Equal(before.ErrorOf(Model), after.ErrorOf(Model));
    }
}
