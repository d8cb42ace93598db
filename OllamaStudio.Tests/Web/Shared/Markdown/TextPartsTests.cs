using OllamaStudio.Shared.Markdown;

namespace OllamaStudio.Tests.Web.Shared.Markdown;

public class TextPartsTests
{
    [Fact]
    public void A_text_of_usual_length_is_one_part()
    {
        var text = Lines("word word word\n\n", TextParts.PartLength - 100);

        Assert.Equal(new TextPart(0, text.Length, ""), Assert.Single(Cut(text)));
    }

    [Theory]
    [InlineData("A paragraph of a few words.\n\n")]
    [InlineData("- an item that goes on\n  and on\n\n")]
    [InlineData("one line after the other, without a blank one\n")]
    [InlineData("| a | b |\n|---|---|\n| 1 | 2 |\n\n")]
    [InlineData("```c\nint i;\n```\n\n")]
    [InlineData("words without an end ")]
    [InlineData("x")]
    [InlineData("🙂")]
    [InlineData("\n")]
    [InlineData("~~~ ```\n")]
    public void Every_character_is_in_exactly_one_part_and_no_part_is_too_long(string piece)
    {
        var text = Lines(piece, 500_000);
        var parts = Cut(text);

        Assert.Equal(text, string.Concat(parts.Select(part => text[part.Start..part.End])));
        Assert.All(parts, part => Assert.InRange(part.End - part.Start, 1, TextParts.MaxPartLength));
        Assert.All(parts, part => Assert.False(char.IsLowSurrogate(text[part.Start])));
        Assert.All(parts.SkipLast(1), part => Assert.True(part.End - part.Start >= TextParts.PartLength));
    }

    [Fact]
    public void The_cuts_are_the_same_however_the_text_came()
    {
        var text = Lines("# Head\n\nText of a paragraph.\n\n```c\n" + Lines("int i;\n", 30_000) + "```\n\n| a | b |\n|:--|--:|\n" + Lines("| 1 | 2 |\n", 50_000) + "\n" + Lines("word ", 90_000) + "\n\n", 600_000);
        var growing = new TextParts();
        var random = new Random(7);
        for (var length = 1; length < text.Length; length += random.Next(1, 3_000))
        {
            Assert.True(growing.Take(text[..length]));
        }

        growing.Take(text);

        Assert.Equal(Cut(text), growing.All);
    }

    [Fact]
    public void Paragraphs_are_left_whole()
    {
        var text = Lines("A paragraph\nof two lines.\n\n", 100_000);

        Assert.All(Cut(text), part => Assert.StartsWith("A paragraph", part.Of(text), StringComparison.Ordinal));
    }

    [Fact]
    public void Code_goes_on_as_code_of_its_language()
    {
        var text = "Look:\n\n```csharp\n" + Lines("var list = new List<int>();\n\n", 100_000) + "```\n\nDone.";
        var parts = Cut(text);

        Assert.True(parts.Count > 2);
        Assert.All(parts.Skip(1), part => Assert.StartsWith("```csharp\nvar list", part.Of(text), StringComparison.Ordinal));
        Assert.Contains("<p>Done.</p>", MarkdownBlocks.Render(parts[^1].Of(text))[^1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_goes_on_as_a_table_under_its_head()
    {
        var text = "| name | count |\n|---|--:|\n" + Lines("| a name | 12 |\n", 100_000) + "\nDone.";
        var parts = Cut(text);

        Assert.True(parts.Count > 2);
        Assert.All(parts, part => Assert.Contains("<th>name</th>", MarkdownBlocks.Render(part.Of(text))[0].ToString(), StringComparison.Ordinal));
        Assert.Equal("<p>Done.</p>", MarkdownBlocks.Render(parts[^1].Of(text))[^1].ToString().Trim());
    }

    [Fact]
    public void A_text_that_is_another_is_cut_from_its_beginning()
    {
        var parts = new TextParts();
        parts.Take("```c\n" + Lines("int i;\n", 100_000));

        Assert.False(parts.Take("Hello"));

        Assert.Equal(new TextPart(0, 5, ""), Assert.Single(parts.All));
    }

    private static IReadOnlyList<TextPart> Cut(string text)
    {
        var parts = new TextParts();
        parts.Take(text);
        return [.. parts.All];
    }

    private static string Lines(string piece, int length) => string.Concat(Enumerable.Repeat(piece, length / piece.Length));
}
