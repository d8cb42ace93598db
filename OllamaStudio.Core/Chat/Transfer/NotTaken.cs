using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>Something in another program's conversation that has no place here.</summary>
/// <param name="Kind">What, in the singular: <c>image</c>, <c>tool message</c>, <c>content of kind "x"</c>.</param>
/// <param name="Count">How many, from 1.</param>
public sealed record NotTaken(string Kind, int Count);

/// <summary>One conversation out of a file.</summary>
/// <param name="Conversation">What was taken. Without messages where there was nothing to take.</param>
/// <param name="NotTaken">What was not.</param>
public sealed record ImportedConversation(ConversationDocument Conversation, ImmutableArray<NotTaken> NotTaken);

/// <summary>Counts what is not taken from one conversation.</summary>
internal sealed class NotTakenCounter
{
    // Kinds are partly the file's own words: of very many the rest is one.
    private const int MaxKinds = 30;

    private readonly OrderedDictionary<string, int> _counts = [];

    public void Add(string kind, int count = 1)
    {
        if (count == 0)
        {
            return;
        }

        kind = _counts.ContainsKey(kind) || _counts.Count < MaxKinds ? kind : "something else";
        _counts[kind] = _counts.GetValueOrDefault(kind) + count;
    }

    public ImmutableArray<NotTaken> ToImmutable() => [.. _counts.Select(static pair => new NotTaken(pair.Key, pair.Value))];
}
