using System.Globalization;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Chat;

public class MessageTreeTests
{
    private readonly MessageTree _tree = new();

    [Fact]
    public void A_reply_beside_another_is_shown_and_the_other_stays_whole()
    {
        Add("p", null);
        Add("r1", "p", "a good answer");
        Add("r2", "p");

        Assert.Equal(["p", "r2"], Shown);
        Assert.Equal("a good answer", _tree.Find("r1")?.Text);
        Assert.Equal(new MessageBranch(2, 2, "r1", null), _tree.Branches["r2"]);
    }

    [Fact]
    public void A_branch_that_is_shown_again_goes_on_where_it_was_left()
    {
        Add("p", null);
        Add("r1", "p");
        Add("q", "r1");
        Add("s1", "q");
        Add("s2", "q");
        Assert.True(_tree.Show("s1"));
        Add("r2", "p");
        Assert.Equal(["p", "r2"], Shown);

        Assert.True(_tree.Show(_tree.Branches["r2"].PreviousId!));

        Assert.Equal(["p", "r1", "q", "s1"], Shown);
        Assert.Equal(["r1", "s1"], _tree.Branches.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void First_messages_are_siblings_too()
    {
        Add("p1", null);
        Add("p2", null);

        Assert.Equal(["p2"], Shown);
        Assert.Equal(new MessageBranch(2, 2, "p1", null), _tree.Branches["p2"]);
    }

    [Fact]
    public void A_message_that_changes_keeps_its_place_shown_or_not()
    {
        Add("p", null);
        Add("r1", "p");
        Add("r2", "p");

        _tree.Update(_tree.Find("r1")! with { Text = "hidden" });
        _tree.Update(_tree.Find("p")! with { Text = "shown" });

        Assert.Equal("shown", _tree.Path[0].Text);
        Assert.Equal("hidden", _tree.Find("r1")?.Text);
        Assert.Equal(["p", "r2"], Shown);
    }

    [Fact]
    public void What_has_no_place_is_refused_and_changes_nothing()
    {
        Add("p", null);

        Assert.Throws<ArgumentException>(() => Add("p", null));
        Assert.Throws<ArgumentException>(() => Add("r", "nobody"));
        Assert.Throws<ArgumentException>(() => _tree.Update(Message("nobody", null)));
        Assert.Throws<ArgumentException>(() => _tree.Update(_tree.Find("p")! with { ParentId = "p" }));
        Assert.False(_tree.Show("nobody"));
        Assert.Equal(["p"], Shown);
    }

    // Whatever is done to it, in whatever order: every message that was ever added is there as it was last written, and what is
    // shown is one way from a first message to a leaf.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_sequence_keeps_all_messages_one_path_and_no_cycle(int seed)
    {
        var random = new Random(seed);
        Dictionary<string, MessageRecord> written = new(StringComparer.Ordinal);
        for (var step = 0; step < 200; step++)
        {
            var ids = written.Keys.Order(StringComparer.Ordinal).ToArray();
            var some = ids.Length == 0 ? null : ids[random.Next(ids.Length)];
            switch (random.Next(4))
            {
                case 0 when some is not null:
                    written[some] = written[some] with { Text = step.ToString(CultureInfo.InvariantCulture) };
                    _tree.Update(written[some]);
                    break;
                case 1 when some is not null:
                    Assert.True(_tree.Show(some));
                    Assert.Contains(some, Shown);
                    break;
                default:
                    // Below any message, or a first one: a new leaf, another reply to an old prompt, an edited first prompt.
                    var added = Message($"m{step}", random.Next(10) == 0 ? null : some);
                    written.Add(added.Id, added);
                    _tree.Add(added);
                    Assert.Equal(added, _tree.Path[^1]);
                    break;
            }

            AssertSound(written);
        }
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    private void AssertSound(Dictionary<string, MessageRecord> written)
    {
        Assert.Equal(written.Count, _tree.All.Length);
        Assert.All(_tree.All, message => Assert.Equal(written[message.Id], message));

        Assert.Equal(written.Count > 0, _tree.Path.Length > 0);
        Assert.Equal(_tree.Path.Length, Shown.Distinct(StringComparer.Ordinal).Count());
        string? parent = null;
        foreach (var message in _tree.Path)
        {
            Assert.Equal(parent, message.ParentId);
            Assert.Same(_tree.Find(message.Id), message);
            var siblings = _tree.All.Where(other => other.ParentId == message.ParentId).Select(other => other.Id).ToList();
            var at = siblings.IndexOf(message.Id);
            Assert.Equal(
                siblings.Count == 1 ? null : new MessageBranch(at + 1, siblings.Count, siblings.ElementAtOrDefault(at - 1), siblings.ElementAtOrDefault(at + 1)),
                _tree.Branches.GetValueOrDefault(message.Id));
            parent = message.Id;
        }

        Assert.DoesNotContain(_tree.All, message => parent is not null && message.ParentId == parent);
    }

    private IEnumerable<string> Shown => _tree.Path.Select(message => message.Id);

    private void Add(string id, string? parentId, string text = "") => _tree.Add(Message(id, parentId, text));

    private static MessageRecord Message(string id, string? parentId, string text = "") =>
        new() { Id = id, ParentId = parentId, Role = MessageRole.User, Text = text, CreatedAt = DateTimeOffset.UnixEpoch };
}
