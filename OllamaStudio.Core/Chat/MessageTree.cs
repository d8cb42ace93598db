using System.Collections.Immutable;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// The messages of a conversation as a tree: each has the message before it as its parent, and another reply to the same prompt
/// stands beside the first as its sibling. One path, from a first message down to a leaf, is shown. Messages are added and
/// change, and a person may take some out. Neither locks nor signals: whoever owns it does both.
/// </summary>
internal sealed partial class MessageTree
{
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly List<Node> _byArrival = [];
    private readonly Siblings _first = new();
    private readonly HashSet<string> _turned = new(StringComparer.Ordinal);
    private int _next; // no number comes twice, also of a message that was taken out

    /// <summary>The messages that are shown, in order.</summary>
    public ImmutableArray<MessageRecord> Path { get; private set; } = [];

    /// <summary>Where on the path there are siblings to change to, by the id of the message that is shown.</summary>
    public ImmutableDictionary<string, MessageBranch> Branches { get; private set; } = ImmutableDictionary.Create<string, MessageBranch>(StringComparer.Ordinal);

    /// <summary>Every message, shown or not, in the order in which they were added.</summary>
    public ImmutableArray<MessageRecord> All => [.. _byArrival.Select(static node => node.Message)];

    /// <summary>How many messages there are, shown or not.</summary>
    public int Count => _byArrival.Count;

    /// <summary>The number of a message that is not there yet: those of the others stay, also where some between them were taken out.</summary>
    public int NextNumber { get => _next; init => _next = value; }

    /// <summary>Bytes that their texts and images take in memory, branches that are not shown too; kept as a sum.</summary>
    public long Bytes { get; private set; }

    /// <summary>The message of that id; null where there is none.</summary>
    public MessageRecord? Find(string id) => _nodes.GetValueOrDefault(id)?.Message;

    /// <summary>Adds a message below its <see cref="MessageRecord.ParentId"/>, after its siblings, and shows it.</summary>
    /// <exception cref="ArgumentException">Its id is taken, or there is no such parent.</exception>
    public void Add(MessageRecord message)
    {
        ShowPathTo(Insert(message));
    }

    /// <summary>Adds messages as they were stored: below their parents, and with the path that was shown.</summary>
    /// <exception cref="ArgumentException">See <see cref="Add"/>.</exception>
    public void Restore(ImmutableArray<StoredMessage> messages)
    {
        foreach (var stored in messages)
        {
            var node = Insert(stored.Message, stored.Number);
            node.Among.Shown = stored.IsShown ? node : node.Among.Shown ?? node;
        }

        ReadPath();
    }

    /// <summary>The message of that id in its place.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public StoredMessage PlaceOf(string id)
    {
        var node = _nodes[id];
        return new StoredMessage(node.Number, node.Message.ParentId is { } parent ? _nodes[parent].Number : null, node.Among.Shown == node, node.Message);
    }

    /// <summary>The messages that came to be shown among several siblings since this was last asked, by their ids.</summary>
    public IReadOnlyList<string> TakeTurned()
    {
        string[] turned = [.. _turned];
        _turned.Clear();
        return turned;
    }

    /// <summary>Puts a changed message in the place of the one with its id.</summary>
    /// <exception cref="ArgumentException">There is none of that id, or it has another parent.</exception>
    public void Update(MessageRecord message)
    {
        if (!_nodes.TryGetValue(message.Id, out var node) || node.Message.ParentId != message.ParentId)
        {
            throw new ArgumentException($"There is no message {message.Id} at that place.", nameof(message));
        }

        // From the end: a reply that is being written is the last one.
        for (var i = Path.Length - 1; i >= 0; i--)
        {
            if (ReferenceEquals(Path[i], node.Message))
            {
                Path = Path.SetItem(i, message);
                break;
            }
        }

        Weigh(node.Message, -1);
        Weigh(message, 1);
        node.Message = message;
    }

    /// <summary>Where a message of that role may stand: at the end a prompt may, and a reply to one that has none, beside a message only one of the same role.</summary>
    /// <param name="role">Who speaks.</param>
    /// <param name="besideId">The message that it is to be a sibling of; null for the end of what is shown.</param>
    /// <param name="parentId">The message to follow; null for a first one.</param>
    public bool TryFindPlace(MessageRole role, string? besideId, out string? parentId)
    {
        if (besideId is null)
        {
            var last = Path is [.., var end] ? end : null;
            parentId = last?.Id;
            return role is MessageRole.User || last?.Role is MessageRole.User;
        }

        var sibling = Find(besideId);
        parentId = sibling?.ParentId;
        return sibling?.Role == role;
    }

    /// <summary>What leads to that message, from the first one on, and itself; empty where there is none.</summary>
    public ImmutableArray<MessageRecord> PathTo(string id)
    {
        var path = new List<MessageRecord>();
        for (var at = _nodes.GetValueOrDefault(id); at is not null; at = at.Message.ParentId is { } parent ? _nodes[parent] : null)
        {
            path.Add(at.Message);
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>Lets go of the oldest images of tools beyond so many bytes, whatever branch they are in.</summary>
    /// <returns>The messages that had some of them, by their ids.</returns>
    public IReadOnlyList<string> BoundImages(long maxBytes)
    {
        List<string> changed = [];
        var all = All;
        foreach (var (before, after) in all.Zip(KeptImages.Bound(all, maxBytes)))
        {
            if (!ReferenceEquals(before, after))
            {
                changed.Add(after.Id);
                Update(after);
            }
        }

        return changed;
    }

    /// <summary>Lets go of those images of tools, and counts them as dropped.</summary>
    public void DropImages(Predicate<ToolImage> isGone)
    {
        foreach (var message in All.Where(message => message.ToolCalls.Any(call => call.Images.Any(image => isGone(image)))))
        {
            Update(message with
            {
                ToolCalls =
                [
                    .. message.ToolCalls.Select(call => call with { Images = call.Images.RemoveAll(isGone), DroppedImages = call.DroppedImages + call.Images.Count(image => isGone(image)) }),
                ],
            });
        }
    }

    /// <summary>Shows the path through that message. Above it there is only one; below it, the one that was shown there last.</summary>
    /// <returns>False where there is no such message.</returns>
    public bool Show(string id)
    {
        if (!_nodes.TryGetValue(id, out var node))
        {
            return false;
        }

        ShowPathTo(node);
        return true;
    }

    // The one message alone, not the tree: a change costs the same however much there is.
    private void Weigh(MessageRecord message, int sign)
    {
        var characters = (long)message.Text.Length + message.Thinking.Length + (message.Stats?.Logprobs?.Length ?? 0) + (message.Stats?.ThinkingLogprobs?.Length ?? 0);
        long images = 0;
        foreach (var file in message.Attachments)
        {
            images += file.Content.IsHeld ? file.Content.Length : 0;
        }

        foreach (var call in message.ToolCalls)
        {
            characters += call.Name.Length + call.Arguments.Length + call.Result.Length;
            foreach (var image in call.Images)
            {
                images += image.IsHeld ? image.Length : 0;
            }
        }

        Bytes += sign * (images + (characters * sizeof(char)));
    }

    private Node Insert(MessageRecord message, int? number = null)
    {
        var siblings = message.ParentId is null ? _first
            : _nodes.TryGetValue(message.ParentId, out var parent) ? parent.Replies
            : throw new ArgumentException($"There is no message {message.ParentId} to stand below.", nameof(message));
        var node = new Node(message, siblings, number ?? _next);
        if (!_nodes.TryAdd(message.Id, node))
        {
            throw new ArgumentException($"There is a message {message.Id} already.", nameof(message));
        }

        _next = Math.Max(_next, node.Number + 1);
        siblings.Nodes.Add(node);
        _byArrival.Add(node);
        Weigh(message, 1);
        return node;
    }

    private void ShowPathTo(Node node)
    {
        for (var at = node; at is not null; at = at.Message.ParentId is { } parent ? _nodes[parent] : null)
        {
            if (at.Among.Shown != at && at.Among.Nodes.Count > 1)
            {
                _turned.Add(at.Message.Id);
            }

            at.Among.Shown = at;
        }

        ReadPath();
    }

    private void ReadPath()
    {
        var path = ImmutableArray.CreateBuilder<MessageRecord>();
        var branches = Branches.Clear().ToBuilder();
        for (var siblings = _first; siblings.Shown is { } shown; siblings = shown.Replies)
        {
            path.Add(shown.Message);
            if (siblings.Nodes.Count > 1)
            {
                branches.Add(shown.Message.Id, siblings.Branch());
            }
        }

        Path = path.DrainToImmutable();
        Branches = branches.ToImmutable();
    }

    private sealed class Node(MessageRecord message, Siblings among, int number)
    {
        public int Number => number;

        public MessageRecord Message { get; set; } = message;

        public Siblings Among { get; set; } = among;

        public Siblings Replies { get; } = new();
    }

    /// <summary>The messages below one parent, and which of them is shown when that parent is.</summary>
    private sealed class Siblings
    {
        public List<Node> Nodes { get; } = [];

        public Node? Shown { get; set; }

        public MessageBranch Branch()
        {
            var at = Nodes.IndexOf(Shown!);
            return new MessageBranch(at + 1, Nodes.Count, At(at - 1), At(at + 1));
        }

        private string? At(int index) => index >= 0 && index < Nodes.Count ? Nodes[index].Message.Id : null;
    }
}

/// <summary>Which of several siblings a message is.</summary>
/// <param name="Number">Its place among them, from 1.</param>
/// <param name="Count">How many there are, itself among them; two at least.</param>
/// <param name="PreviousId">The one before it; null for the first.</param>
/// <param name="NextId">The one after it; null for the last.</param>
public sealed record MessageBranch(int Number, int Count, string? PreviousId, string? NextId);
