using System.Collections.Immutable;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Core.Chat;

/// <content>What its turns sent.</content>
public sealed partial class Conversation
{
    private ImmutableDictionary<string, SentRequest> _requests = ImmutableDictionary.Create<string, SentRequest>(StringComparer.OrdinalIgnoreCase);
    private volatile SentRequest? _lastRequest;

    /// <summary>The last request of a turn here whose reply began, whatever model it asked; null where there was none since this was read from the store.</summary>
    internal SentRequest? LastRequest => _lastRequest;

    /// <summary>The last one that this model answered; null as above. Side by side each model has its own.</summary>
    internal SentRequest? LastRequestOf(string model) => _requests.GetValueOrDefault(ModelNames.WithTag(model));

    /// <summary>Notes a request whose reply begins.</summary>
    internal void Note(SentRequest request)
    {
        ImmutableInterlocked.Update(ref _requests, static (requests, it) => requests.SetItem(ModelNames.WithTag(it.Model), it), request);
        _lastRequest = request;
    }
}
