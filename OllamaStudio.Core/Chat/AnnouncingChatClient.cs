using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Chat;

/// <summary>Says of each model call of a turn when it is sent, when pieces come, and when it is over.</summary>
internal sealed class AnnouncingChatClient(IChatClient inner, Action<IReadOnlyList<ChatMessage>, ChatOptions?> sent, Action came, Action ended) : DelegatingChatClient(inner)
{
    /// <inheritdoc />
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var all = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        sent(all, options);
        try
        {
            return await base.GetResponseAsync(all, options, cancellationToken);
        }
        finally
        {
            ended();
        }
    }

    /// <inheritdoc />
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var all = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        sent(all, options);
        try
        {
            await foreach (var update in base.GetStreamingResponseAsync(all, options, cancellationToken))
            {
                came();
                yield return update;
            }
        }
        finally
        {
            ended();
        }
    }
}
