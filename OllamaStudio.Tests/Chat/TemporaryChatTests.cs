using OllamaStudio.Core.Telemetry;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Chat;

/// <summary>That the spans of a temporary chat are known as such, and no others.</summary>
[Collection("telemetry")]
public sealed class TemporaryChatTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_span_of_a_temporary_chat_is_kept_off_the_disk(bool isTemporary)
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { LoadDelay = TimeSpan.Zero, TokensPerSecond = 0 });
        await using var rig = await ChatRig.StartAsync(ollama.Address);
        using var spans = new SpanCollector();
        var chat = rig.Store.Create(isTemporary);

        Assert.True(rig.Chat.Send(chat, "short", "demo-small:latest"));
        await rig.UntilAsync(static messages => !messages[^1].IsStreaming, chat);

        Assert.True(spans.Ended.Count > 2);
        Assert.All(spans.Ended, span => Assert.Equal(isTemporary, UnstoredTrace.Has(span)));
    }
}
