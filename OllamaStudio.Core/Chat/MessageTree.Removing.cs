using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <content>What is taken out, and put back.</content>
internal sealed partial class MessageTree
{
    /// <summary>How many messages go with that one: itself, and all that follow it, on every branch; 0 where there is none.</summary>
    public int CountFrom(string id) => _nodes.TryGetValue(id, out var node) ? From(node).Count : 0;

    /// <summary>The ids of what <see cref="CountFrom"/> counts.</summary>
    public HashSet<string> IdsFrom(string id) => _nodes.TryGetValue(id, out var node) ? From(node).Select(static each => each.Message.Id).ToHashSet(StringComparer.Ordinal) : [];

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
        Drop(removed);
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

    /// <summary>How many messages go with that one where what follows stays: itself, and of a prompt its replies, all versions; 0 where there is none.</summary>
    public int CountAlone(string id) => _nodes.TryGetValue(id, out var node) ? Alone(node).Count : 0;

    /// <summary>Whether another version takes what follows that reply once it is taken out alone.</summary>
    public bool HasHeir(string id) => _nodes.TryGetValue(id, out var node) && Heir(node, [.. Following(Alone(node))]) is not null;

    /// <summary>The replies, on every branch, that come after what <see cref="CountAlone"/> counts, and so were written with it.</summary>
    public IEnumerable<MessageRecord> RepliesAfter(string id) => !_nodes.TryGetValue(id, out var node) ? []
        : Following(Alone(node)).SelectMany(From).Select(static each => each.Message).Where(static message => message.Role is MessageRole.Assistant);

    /// <summary>
    /// Takes a message out, of a prompt its replies too, so that no reply stands without its prompt. What follows stays: in the place of what is gone, but for what
    /// follows a reply of which there is another version, which follows that one then.
    /// </summary>
    /// <param name="id">The message.</param>
    /// <param name="moved">What follows something else by now, each in the place that it had.</param>
    /// <param name="movedTo">What it follows now; null where it is a first message.</param>
    /// <returns>What was taken out, as <see cref="Remove"/> returns it; empty where there is no such message.</returns>
    public ImmutableArray<StoredMessage> RemoveAlone(string id, out ImmutableArray<StoredMessage> moved, out string? movedTo)
    {
        if (!_nodes.TryGetValue(id, out var node))
        {
            (moved, movedTo) = ([], null);
            return [];
        }

        var removed = Alone(node);
        List<Node> following = [.. Following(removed)];
        ImmutableArray<StoredMessage> places = [.. _byArrival.Where(removed.Contains).Select(each => PlaceOf(each.Message.Id))];
        moved = [.. following.Select(each => PlaceOf(each.Message.Id))];
        var shownBelow = node.Replies.Shown is { } reply && removed.Contains(reply) ? reply.Replies.Shown : node.Replies.Shown;
        var (siblings, wasShown) = (node.Among, node.Among.Shown == node);
        var other = Heir(node, following);
        Drop(removed);
        siblings.Nodes.Remove(node);
        siblings.Shown = wasShown ? null : siblings.Shown;

        movedTo = other?.Message.Id ?? node.Message.ParentId;
        foreach (var each in following)
        {
            Move(each, movedTo, isShown: wasShown && each == shownBelow);
        }

        if (wasShown && (other is not null || shownBelow is null))
        {
            siblings.Shown = other ?? siblings.Nodes.LastOrDefault(each => each.Number < node.Number) ?? siblings.Nodes.FirstOrDefault();
        }

        Turn(siblings);
        ReadPath();
        return places;
    }

    /// <summary>Has a message, with all that follow it, follow another one that came before it; null for none. What is shown to its end stays shown.</summary>
    public void Move(string id, string? parentId, bool isShown)
    {
        var end = Path is [.., var last] ? last.Id : null;
        Move(_nodes[id], parentId, isShown);
        ShowPathTo(_nodes[end ?? id]);
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

    private void Drop(HashSet<Node> removed)
    {
        foreach (var each in removed)
        {
            _nodes.Remove(each.Message.Id);
            _turned.Remove(each.Message.Id);
            Weigh(each.Message, -1);
        }

        _byArrival.RemoveAll(removed.Contains);
    }

    private void Move(Node node, string? parentId, bool isShown)
    {
        var (left, taking) = (node.Among, parentId is null ? _first : _nodes[parentId].Replies);
        left.Nodes.Remove(node);
        left.Shown = left.Shown == node ? left.Nodes.LastOrDefault(each => each.Number < node.Number) ?? left.Nodes.FirstOrDefault() : left.Shown;
        node.Among = taking;
        node.Message = node.Message with { ParentId = parentId };
        taking.Nodes.Add(node);
        taking.Nodes.Sort(static (one, other) => one.Number.CompareTo(other.Number));
        taking.Shown = isShown ? node : taking.Shown ?? node;
        Turn(left);
        Turn(taking);
    }

    // The store is told which of them is shown, once.
    private void Turn(Siblings siblings)
    {
        if (siblings.Shown is { } shown)
        {
            _turned.Add(shown.Message.Id);
        }
    }

    // A reply goes with its prompt: nobody could tell any more what it answers.
    private static HashSet<Node> Alone(Node node) =>
        [node, .. node.Message.Role is MessageRole.User ? node.Replies.Nodes.Where(static reply => reply.Message.Role is MessageRole.Assistant) : []];

    private static IEnumerable<Node> Following(HashSet<Node> nodes) => nodes.SelectMany(static each => each.Replies.Nodes).Where(each => !nodes.Contains(each));

    // A message comes after the one that it follows, in the store and in files too: one that came later cannot have what follows this one.
    private static Node? Heir(Node node, List<Node> following)
    {
        if (following.Count == 0 || node.Message.Role is MessageRole.User)
        {
            return null;
        }

        var earliest = following.Min(static each => each.Number);
        var versions = node.Among.Nodes.Where(each => each != node && each.Message.Role is MessageRole.Assistant && each.Number < earliest);
        return versions.LastOrDefault(each => each.Number < node.Number) ?? versions.FirstOrDefault();
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
