using System.Collections.Immutable;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>Puts two states of one conversation together: no message of either is lost.</summary>
internal static class ConversationMerge
{
    /// <summary>
    /// All messages of both by their ids; of one that is in both, and of all that stands beside the messages, the state of the conversation
    /// that changed last. A reply that has ended wins over one that was being written.
    /// </summary>
    /// <returns>Null where <paramref name="kept"/> is that already.</returns>
    public static ConversationDocument? Union(ConversationDocument kept, ConversationDocument other)
    {
        var isNewer = other.UpdatedAt > kept.UpdatedAt;
        var messages = kept.Messages.ToBuilder();
        var places = kept.Messages.Select(static (message, index) => (message.Id, index)).ToDictionary(StringComparer.Ordinal);
        var hasChanged = isNewer;
        foreach (var message in other.Messages)
        {
            if (!places.TryGetValue(message.Id, out var place))
            {
                places.Add(message.Id, messages.Count);
                messages.Add(message);
                hasChanged = true;
            }
            else if (IsLater(message, messages[place], isNewer) && message with { ParentId = messages[place].ParentId } is var later && !AreSame(later, messages[place]))
            {
                messages[place] = later;
                hasChanged = true;
            }
        }

        var head = isNewer ? other : kept;
        return hasChanged ? head with { Messages = messages.DrainToImmutable(), Shown = Shown(head, isNewer ? kept : other, messages: places.Keys) } : null;

        ImmutableHashSet<string> Shown(ConversationDocument first, ConversationDocument second, IEnumerable<string> messages)
        {
            // Among the same siblings the first one's choice holds.
            var chosen = first.Shown.Intersect(messages);
            var parents = kept.Messages.Concat(other.Messages).DistinctBy(static message => message.Id, StringComparer.Ordinal).ToDictionary(static message => message.Id, static message => message.ParentId ?? "", StringComparer.Ordinal);
            var decided = chosen.Select(id => parents[id]).ToHashSet(StringComparer.Ordinal);
            return chosen.Union(second.Shown.Where(id => parents.TryGetValue(id, out var parent) && !decided.Contains(parent)));
        }
    }

    private static bool IsLater(MessageRecord message, MessageRecord kept, bool isNewer) =>
        message.IsStreaming == kept.IsStreaming ? isNewer : kept.IsStreaming;

    private static bool AreSame(MessageRecord one, MessageRecord other) =>
        one with { ToolCalls = [], Attachments = [] } == other with { ToolCalls = [], Attachments = [] }
        && one.Attachments.Length == other.Attachments.Length && one.Attachments.Zip(other.Attachments).All(static pair => Attachment.AreSame(pair.First, pair.Second))
        && one.ToolCalls.AsSpan().SequenceEqual(other.ToolCalls.AsSpan(), CallComparer.Instance);

    private sealed class CallComparer : IEqualityComparer<ToolCallRecord>
    {
        public static readonly CallComparer Instance = new();

        public bool Equals(ToolCallRecord? x, ToolCallRecord? y) =>
            x! with { Images = [] } == y! with { Images = [] } && x.Images.Length == y.Images.Length
            && x.Images.Zip(y.Images).All(static pair => AreSame(pair.First, pair.Second));

        public int GetHashCode(ToolCallRecord obj) => StringComparer.Ordinal.GetHashCode(obj.Id);

        private static bool AreSame(ToolImage one, ToolImage other) => one.MediaType == other.MediaType && one.Hash == other.Hash;
    }
}
