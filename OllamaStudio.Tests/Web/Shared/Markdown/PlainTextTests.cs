using OllamaStudio.Shared.Markdown;

namespace OllamaStudio.Tests.Web.Shared.Markdown;

public class PlainTextTests
{
    [Theory]
    [InlineData("some **bo**ld and `code`", "some bold and code")]
    [InlineData("a [link](https://example.org) & <b>no</b> markup", "a link & <b>no</b> markup")]
    [InlineData("# Title\n\nText", "Title|Text")]
    [InlineData("- one\n- two", "one|two")]
    [InlineData("| a | b |\n|---|---|\n| c | d |", "a|b|c|d")]
    public void It_is_what_a_person_reads(string markdown, string words) => Assert.Equal(words, Words(markdown));

    [Fact]
    public void The_bar_above_code_is_no_part_of_it()
    {
        var words = Words("```csharp\nvar x = 1 < 2;\n```");

        Assert.Contains("var x = 1 < 2;", words, StringComparison.Ordinal);
        Assert.DoesNotContain("Copy", words, StringComparison.Ordinal);
        Assert.DoesNotContain("C#", words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_has_the_parts_in_which_it_is_drawn()
    {
        var paragraph = new string('a', 1_000) + "\n\n";
        var parts = PlainText.Of(string.Concat(Enumerable.Repeat(paragraph, 50)));

        Assert.Equal(50_000, parts.Sum(part => part.Count(letter => letter == 'a')));
        Assert.True(parts.Length > 1);
    }

    private static string Words(string markdown) => string.Join('|', string.Concat(PlainText.Of(markdown)).Split(PlainText.Border).Select(part => part.Trim()).Where(part => part.Length > 0));
}
