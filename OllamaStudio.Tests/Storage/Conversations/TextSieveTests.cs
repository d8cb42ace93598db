using CsCheck;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Conversations;

namespace OllamaStudio.Tests.Storage.Conversations;

public sealed class TextSieveTests
{
    [Fact]
    public void No_text_that_has_what_is_looked_for_is_sorted_out_by_the_quick_look()
    {
        string[] between = [" ", "\n", "", ".", " — ", "\u0301", "²", "🙂", "\uFFFF", "\uD83D"];
        var text = Gen.Select(Gen.Int[0, TextSearchTests.Parts.Length - 1], Gen.Int[0, between.Length - 1]).Array[0, 8]
            .Select(made => string.Concat(made.Select(one => TextSearchTests.Parts[one.Item1] + between[one.Item2])));
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var texts = connection.CreateCommand();
        texts.CommandText = "SELECT @first, @second, @third";
        Gen.Select(text.Array[3], TextSearchTests.Query, Gen.Bool).Sample(
            (written, words, isWithin) =>
            {
                var query = ConversationQuery.Parse(words);
                query = isWithin ? query.WithinWords() ?? query : query;
                texts.Parameters.Clear();
                foreach (var (name, value) in new[] { "@first", "@second", "@third" }.Zip(written))
                {
                    texts.Parameters.AddWithValue(name, StoredText.Of(value));
                }

                using var row = texts.ExecuteReader();
                Assert.True(row.Read());
                Assert.True(new TextSieve(query).MayHave(row.Handle!, 0) || !query.IsIn(written));
            },
            iter: 5_000, threads: 1);
    }

    [Theory]
    [InlineData("\"grey heron\"", "A grey, HÉRON stands", true)]
    [InlineData("\"grey heron\"", "A heron stands, grey and old", false)]
    [InlineData("\"grey heron\"", "A grey old heron", false)]
    [InlineData("\"grey her", "A grey heron", true)]
    public void The_quick_look_says_no_of_words_that_stand_apart(string words, string text, bool mayHave)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var texts = connection.CreateCommand();
        texts.CommandText = "SELECT '', @text, ''";
        texts.Parameters.AddWithValue("@text", text);
        using var row = texts.ExecuteReader();
        Assert.True(row.Read());

        Assert.Equal(mayHave, new TextSieve(ConversationQuery.Parse(words)).MayHave(row.Handle!, 0));
    }
}
