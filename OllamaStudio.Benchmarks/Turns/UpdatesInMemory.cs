using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Benchmarks.Turns;

/// <summary>A model that has its whole answer ready: whatever a turn takes beyond it is the studio's own.</summary>
internal sealed class UpdatesInMemory(IReadOnlyList<ChatResponseUpdate> updates) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (var update in updates)
        {
            yield return update;
        }
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(updates.ToChatResponse());

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
