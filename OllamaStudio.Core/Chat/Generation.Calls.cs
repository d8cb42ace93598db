using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Chat;

/// <content>The model call that runs.</content>
internal sealed partial class Generation
{
    private volatile CallUnderWay? _call;

    /// <summary>The model call that runs; null between calls.</summary>
    public CallUnderWay? Call => _call;

    /// <summary>The same client; what it asks is known here from now on.</summary>
    /// <param name="client">Asks the model.</param>
    /// <param name="gaps">Counts how long the gaps between pieces are.</param>
    public IChatClient Watch(IChatClient client, PieceGaps gaps) => new AnnouncingChatClient(client, Sent, () => Came(gaps), () => _call = null);

    /// <summary>Whether the model is in memory as that call needs it: whoever asks first loads it, and a turn says what it waited for.</summary>
    public bool WouldFind(ChatOptions options) => servers.Status.Of(_server).IsLoadedFor(model, OllamaRequestProperties.WindowOf(options), time.GetUtcNow());

    private void Sent(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var server = servers.Status.Of(_server);
        var now = time.GetUtcNow();
        servers.Sending(_server, model, OllamaRequestProperties.WindowOf(options));
        _call = new CallUnderWay
        {
            SessionId = conversation.Id,
            Server = _server,
            Model = model,
            Digest = server.DigestOf(model),
            ServerVersion = server.Version,
            IsLoaded = server.State is ServerState.Up ? server.IsLoadedFor(model, OllamaRequestProperties.WindowOf(options), now) : null,
            Weight = PromptWeight.Of(messages) + PromptWeight.Of(options?.Tools),
            SentAt = now,
        };
    }

    private void Came(PieceGaps gaps)
    {
        if (_call is { } call)
        {
            var now = time.GetUtcNow();
            if (call.FirstPieceAt is null)
            {
                servers.Answering(_server, model);
            }

            if (call.LastPieceAt is { } last)
            {
                gaps.Add(model, now - last);
            }

            _call = call with { FirstPieceAt = call.FirstPieceAt ?? now, LastPieceAt = now };
        }
    }
}
