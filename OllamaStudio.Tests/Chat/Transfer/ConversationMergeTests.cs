using CsCheck;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;

namespace OllamaStudio.Tests.Chat.Transfer;

public sealed class ConversationMergeTests
{
    private static readonly ConversationDocument Kept = Documents.Line("a", Documents.Prompt("m1", "hi"), Documents.Reply("m2", "hello")) with { Name = "old", Shown = ["m1", "m2"] };

    [Fact]
    public void The_same_again_changes_nothing() => Documents.Any().Sample(static document => ConversationMerge.Union(document, document with { Name = "other" }) is null, iter: 100);

    [Fact]
    public void What_only_the_other_has_is_added_below_what_it_follows()
    {
        var other = Kept with { Messages = [Kept.Messages[0], Documents.Reply("m3", "hey") with { ParentId = "m1" }], Shown = ["m1", "m3"] };
        var union = ConversationMerge.Union(Kept, other)!;
        Assert.Equal(["m1", "m2", "m3"], union.Messages.Select(static message => message.Id));
        Assert.Equal(["m1", "m2"], union.Path().Select(static message => message.Id)); // the one that is kept is not older
        Assert.Equal(["m1", "m3"], ConversationMerge.Union(Kept, other with { UpdatedAt = Kept.UpdatedAt.AddHours(1) })!.Path().Select(static message => message.Id));
        Assert.Null(ConversationMerge.Union(union, other));
        Assert.Null(ConversationMerge.Union(union, Kept));
    }

    [Fact]
    public void Of_what_both_have_the_newer_state_wins()
    {
        var older = Kept with { Name = "older", UpdatedAt = Kept.UpdatedAt.AddHours(-1), Messages = [Kept.Messages[0], Kept.Messages[1] with { Text = "?" }] };
        Assert.Null(ConversationMerge.Union(Kept, older));
        var union = ConversationMerge.Union(older, Kept)!;
        Assert.Equal(("old", "hello", Kept.UpdatedAt), (union.Name, union.Messages[1].Text, union.UpdatedAt));
    }

    [Fact]
    public void A_reply_that_has_ended_wins_over_one_that_was_being_written()
    {
        var writing = Kept with { UpdatedAt = Kept.UpdatedAt.AddHours(1), Messages = [Kept.Messages[0], Kept.Messages[1] with { Text = "he", State = MessageState.Streaming }] };
        Assert.Equal("hello", ConversationMerge.Union(Kept, writing)!.Messages[1].Text);
        Assert.Equal("hello", ConversationMerge.Union(writing, Kept)!.Messages[1].Text);
    }

    [Fact]
    public void No_message_of_either_is_lost_and_the_order_of_importing_does_not_matter() =>
        Gen.Select(Documents.Any(8), Gen.Int[0, 8], Gen.Int[0, 8]).Sample(static (whole, first, second) =>
        {
            var (one, other) = (Part(whole, first), Part(whole, second));
            var union = ConversationMerge.Union(one, other) ?? one;
            var swapped = ConversationMerge.Union(other, one) ?? other;
            var ids = one.Messages.Concat(other.Messages).Select(static message => message.Id).Distinct().Order(StringComparer.Ordinal).ToList();
            Assert.Equal(ids, union.Messages.Select(static message => message.Id).Order(StringComparer.Ordinal));
            Assert.Equal(ids, swapped.Messages.Select(static message => message.Id).Order(StringComparer.Ordinal));
        }, iter: 200);

    private static ConversationDocument Part(ConversationDocument whole, int count) => whole with { Messages = [.. whole.Messages.Take(count)], UpdatedAt = whole.UpdatedAt.AddMinutes(count) };
}
