using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>One node of another program's conversation.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="ParentId">The node that it follows; null for none.</param>
/// <param name="Children">What it says follows it, in order.</param>
/// <param name="Message">What is taken of it, without ids of ours; null for nothing.</param>
/// <param name="Thinking">Thinking that belongs to the next reply below it; empty for none.</param>
internal sealed record ForeignNode(string Id, string? ParentId, IReadOnlyList<string> Children, MessageRecord? Message, string Thinking = "");

/// <summary>
/// Makes our tree of another program's nodes: what is not taken is left out and what follows it hangs below what came before it; a node
/// whose parent is not there, or that follows itself in a circle, becomes a first one. Nothing calls itself: a conversation may be of any depth.
/// </summary>
internal static class ForeignTree
{
    /// <summary>The messages, each after the one that it follows, and which are shown.</summary>
    /// <param name="nodes">All nodes.</param>
    /// <param name="currentId">The node that is shown last; where it is null or not there, the last one in the file.</param>
    /// <param name="idOf">Our id of a node.</param>
    /// <param name="notTaken">Counts links that lead nowhere.</param>
    public static (ImmutableArray<MessageRecord> Messages, ImmutableHashSet<string> Shown) Build(
        IReadOnlyList<ForeignNode> nodes, string? currentId, Func<string, string> idOf, NotTakenCounter notTaken)
    {
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            places.TryAdd(node.Id, new Place(node));
        }

        foreach (var place in places.Values)
        {
            foreach (var (rank, child) in place.Node.Children.Index())
            {
                if (places.TryGetValue(child, out var below))
                {
                    // Who says nothing of its parent is told by that.
                    below.ParentId ??= place.Node.Id;
                    below.Rank = below.ParentId == place.Node.Id ? rank : below.Rank;
                }
            }
        }

        var children = places.Values.ToLookup(static place => place.ParentId, StringComparer.Ordinal);
        var messages = ImmutableArray.CreateBuilder<MessageRecord>();
        foreach (var orphan in places.Values.Where(place => place.ParentId is null || !places.ContainsKey(place.ParentId)))
        {
            if (orphan.ParentId is not null)
            {
                notTaken.Add("link to a message that is not there");
            }

            Walk(orphan);
        }

        // Whoever is left follows itself, by others or directly.
        foreach (var turning in places.Values)
        {
            if (!turning.IsSeen)
            {
                notTaken.Add("link in a circle");
                Walk(turning);
            }
        }

        var shown = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var current = currentId is not null && places.TryGetValue(currentId, out var named) ? named : places.Values.LastOrDefault();
        var parents = messages.ToDictionary(static message => message.Id, static message => message.ParentId, StringComparer.Ordinal);
        for (var id = current?.KeptId; id is not null; id = parents[id])
        {
            shown.Add(id);
        }

        return (messages.ToImmutable(), shown.ToImmutable());

        void Walk(Place first)
        {
            var open = new Stack<(Place Place, string? Above, string Thinking)>();
            open.Push((first, null, ""));
            while (open.TryPop(out var next))
            {
                var (place, above, thinking) = next;
                if (place.IsSeen)
                {
                    continue;
                }

                place.IsSeen = true;
                thinking = Join(thinking, place.Node.Thinking);
                place.KeptId = above;
                if (place.Node.Message is { } message)
                {
                    place.KeptId = idOf(place.Node.Id);
                    var isReply = message.Role is MessageRole.Assistant;
                    messages.Add(message with { Id = place.KeptId, ParentId = above, Thinking = isReply ? Join(thinking, message.Thinking) : message.Thinking });
                    thinking = isReply ? "" : thinking;
                }

                foreach (var child in children[place.Node.Id].OrderByDescending(static child => child.Rank))
                {
                    open.Push((child, place.KeptId, thinking));
                }
            }
        }
    }

    private static string Join(string first, string second) => first.Length == 0 ? second : second.Length == 0 ? first : first + "\n\n" + second;

    private sealed class Place(ForeignNode node)
    {
        public ForeignNode Node => node;

        public string? ParentId { get; set; } = node.ParentId;

        public int Rank { get; set; } = int.MaxValue;

        public bool IsSeen { get; set; }

        /// <summary>Our id of it, or of what is taken above it where it is not.</summary>
        public string? KeptId { get; set; }
    }
}
