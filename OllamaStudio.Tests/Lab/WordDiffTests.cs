using CsCheck;
using OllamaStudio.Core.Lab;

namespace OllamaStudio.Tests.Lab;

public sealed class WordDiffTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("same", "same", "same")]
    [InlineData("The sky is blue.", "The sky was blue.", "The sky [-is][+was] blue.")]
    [InlineData("one two", "two three", "[-one ]two[+ three]")]
    [InlineData("a red fox", "a blue cat", "a [-red fox][+blue cat]")]
    [InlineData("a red fox", "a blue", "a [-red fox][+blue]")]
    [InlineData("", "new", "[+new]")]
    [InlineData("old", "", "[-old]")]
    [InlineData("été 漢字 1", "été 漢 1", "été [-漢字][+漢] 1")]
    public void Words_that_differ_are_told(string before, string after, string expected) =>
        Assert.Equal(expected, string.Concat(WordDiff.Of(before, after).Select(static piece => piece.Kind switch { DiffKind.Removed => $"[-{piece.Text}]", DiffKind.Added => $"[+{piece.Text}]", _ => piece.Text })));

    [Fact]
    public void Both_texts_are_in_it_whole_and_neighbours_differ_in_kind()
    {
        string[] words = ["a", "b", " ", "the", ".", "\n", "😀", "é"];
        var text = Gen.Int[0, words.Length - 1].Array[0, 30].Select(chosen => string.Concat(chosen.Select(word => words[word])));
        Gen.Select(text, text).Sample((before, after) =>
        {
            var pieces = WordDiff.Of(before, after);
            return string.Concat(pieces.Where(static piece => piece.Kind is not DiffKind.Added).Select(static piece => piece.Text)) == before
                && string.Concat(pieces.Where(static piece => piece.Kind is not DiffKind.Removed).Select(static piece => piece.Text)) == after
                && pieces.Zip(pieces.Skip(1)).All(static pair => pair.First.Kind != pair.Second.Kind);
        });
    }

    [Fact]
    public void Texts_beyond_the_bound_differ_as_one_piece()
    {
        var (before, after) = (string.Join(' ', Enumerable.Range(0, 3_000)), string.Join(' ', Enumerable.Range(5_000, 3_000)));

        Assert.Equal(new[] { new DiffPiece(DiffKind.Removed, before), new DiffPiece(DiffKind.Added, after) }, WordDiff.Of(before, after).AsEnumerable());
    }
}
