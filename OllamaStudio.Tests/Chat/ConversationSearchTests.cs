using System.Text;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Chat;

public sealed class ConversationSearchTests : IDisposable
{
    private readonly Conversations _store = new(TimeProvider.System);

    [Theory]
    [InlineData("LIST reverse")]
    [InlineData("  reverse  ")]
    public void A_title_is_found_by_its_words_in_any_order_and_case(string query)
    {
        var found = Add("How do I reverse a list?", "With a loop.");
        Add("What is a span?", "A piece of work.");

        var hit = Assert.Single(Find(query));
        Assert.Equal(found.Id, hit.Conversation.Id);
        Assert.Null(hit.Snippet);
    }

    [Fact]
    public void What_was_said_is_found_as_it_stands_with_the_words_around_it()
    {
        var found = Add("Colours", "Light of shorter wavelengths\n\nis scattered more than that of longer ones, " + new string('x', 200));

        var hit = Assert.Single(Find("is SCATTERED more"));
        Assert.Equal(found.Id, hit.Conversation.Id);
        Assert.StartsWith("…", hit.Snippet, StringComparison.Ordinal);
        Assert.Contains("wavelengths is scattered more", hit.Snippet, StringComparison.Ordinal);
        Assert.EndsWith("x…", hit.Snippet, StringComparison.Ordinal);
        Assert.Empty(Find("\"scattered is more\""));
        Assert.Equal("scattered", Assert.Single(Find("more scattered is")).Words);
    }

    [Fact]
    public void Of_a_title_that_is_a_whole_prompt_what_no_list_shows_is_found_with_its_place()
    {
        var prompt = "Read this " + string.Concat(Enumerable.Repeat("and this too ", 10)) + "until the harbour comes into sight";
        var found = Add(prompt, "Yes.");
        Assert.Equal(prompt, found.Title);

        var hit = Assert.Single(Find("the harbour"));
        Assert.Equal("p", hit.MessageId);
        Assert.Contains("until the harbour", hit.Snippet, StringComparison.Ordinal);
        Assert.Null(Assert.Single(Find("read this")).MessageId);
        Assert.Equal("p", Assert.Single(Find("harbour until")).MessageId);
    }

    [Fact]
    public void What_was_said_in_another_branch_is_found_and_names_its_message()
    {
        var found = Add("Colours", "Blue light is scattered.");
        found.TryBegin(null, new() { Id = "r2", Role = MessageRole.Assistant, Text = "Blue paint is mixed.", CreatedAt = DateTimeOffset.UnixEpoch }, "r");

        var hidden = Assert.Single(Find("scattered"));
        Assert.Equal(("r", true), (hidden.MessageId, hidden.IsHidden));
        var shown = Assert.Single(Find("mixed"));
        Assert.Equal(("r2", false), (shown.MessageId, shown.IsHidden));
        Assert.Equal("Blue paint is mixed.", Assert.Single(Find("blue")).Snippet);
    }

    [Fact]
    public void A_snippet_is_never_cut_within_a_character()
    {
        var faces = string.Concat(Enumerable.Repeat("🙂", 200));
        for (var shift = 0; shift < 2; shift++)
        {
            Add($"Faces {shift}", new string('a', shift) + faces + "here" + new string('b', shift) + faces);
        }

        Assert.Equal(2, Find("here").Count);
        Assert.All(Find("here"), hit => Assert.DoesNotContain(Rune.ReplacementChar, hit.Snippet!.EnumerateRunes().ToArray()));
    }

    [Fact]
    public void A_blank_query_finds_all_newest_first_up_to_the_bound()
    {
        for (var i = 0; i < 5; i++)
        {
            Add($"Question {i}", "Answer");
        }

        var hits = ConversationSearch.Find(_store, ConversationQuery.Parse(" "), 3).All;

        Assert.Equal(_store.All.Take(3).Select(conversation => conversation.Title), hits.Select(hit => hit.Conversation.Title));
    }

    public void Dispose() => _store.Dispose();

    private IReadOnlyList<ConversationHit> Find(string query) => ConversationSearch.Find(_store, ConversationQuery.Parse(query), 10).All;

    private Conversation Add(string prompt, string reply)
    {
        var conversation = _store.Create();
        Assert.True(conversation.TryBegin(
            new() { Id = "p", Role = MessageRole.User, Text = prompt, CreatedAt = DateTimeOffset.UnixEpoch },
            new() { Id = "r", Role = MessageRole.Assistant, Text = reply, CreatedAt = DateTimeOffset.UnixEpoch }));
        return conversation;
    }
}
