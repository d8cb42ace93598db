using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Tests.Ollama;

/// <summary>The chat at start that has everything compiled.</summary>
public class ChatWarmUpTests
{
    [Fact]
    public async Task It_is_answered_to_its_end_without_a_server()
    {
        await ChatWarmUp.RunAsync(CancellationToken.None).WaitAsync(StreamExtensions.Guard);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ChatWarmUp.RunAsync(new CancellationToken(canceled: true)));
    }
}
