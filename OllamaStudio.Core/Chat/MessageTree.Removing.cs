using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <content>What is taken out, and put back.</content>
internal sealed partial class MessageTree
{
    /// <summary>How many messages go with that one: itself, and all that follow it, on every branch; 0 where there is none.</summary>
    public int CountFrom(string id) => _nodes.TryGetValue(id, out var node) ? From(node).Count : 0;

    /// <summary>Takes a message out, with all that follow it; the sibling before it is shown then, else the one after it.</summary>
    /// <returns>What was taken out, in the order in which they came, each in the place that it had; empty where there is no such message.</returns>
    public ImmutableArray<StoredMessage> Remove(string id)
    {
        if (!_nodes.TryGetValue(id, out var node))
        {
            return [];
        }

        var removed = From(node);
        ImmutableArray<StoredMessage> places = [.. _byArrival.Where(removed.Contains).Select(each => PlaceOf(each.Message.Id))];
        foreach (var each in removed)
        {
            _nodes.Remove(each.Message.Id);
            _turned.Remove(each.Message.Id);
            Weigh(each.Message, -1);
        }

        _byArrival.RemoveAll(removed.Contains);
        var siblings = node.Among;
        var at = siblings.Nodes.IndexOf(node);
        siblings.Nodes.RemoveAt(at);
        if (siblings.Shown == node)
        {
            siblings.Shown = siblings.Nodes.Count == 0 ? null : siblings.Nodes[Math.Max(0, at - 1)];
            if (siblings.Shown is { } shown)
            {
                _turned.Add(shown.Message.Id);
            }
        }

        ReadPath();
        return places;
    }

    /// <summary>Puts back what was taken out, the first of them below a message that is there.</summary>
    /// <param name="messages">What <see cref="Remove"/> returned.</param>
    /// <param name="isShown">Whether it is shown again, where it was.</param>
    public void PutBack(ImmutableArray<StoredMessage> messages, bool isShown)
    {
        foreach (var stored in messages)
        {
            var node = Insert(stored.Message, stored.Number);
            node.Among.Nodes.Sort(static (one, other) => one.Number.CompareTo(other.Number));
            node.Among.Shown = stored.IsShown && node.Message.Id != messages[0].Message.Id ? node : node.Among.Shown ?? node;
        }

        _byArrival.Sort(static (one, other) => one.Number.CompareTo(other.Number));
        if (isShown && messages[0].IsShown)
        {
            ShowPathTo(_nodes[messages[0].Message.Id]);
        }
        else
        {
            ReadPath();
        }
    }

    private static HashSet<Node> From(Node node)
    {
        HashSet<Node> found = [];
        Stack<Node> left = new([node]);
        while (left.TryPop(out var next))
        {
            found.Add(next);
            next.Replies.Nodes.ForEach(left.Push);
        }

        return found;
    }
}
