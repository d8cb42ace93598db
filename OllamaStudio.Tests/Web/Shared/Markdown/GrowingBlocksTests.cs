using System.Text.Json;
using CsCheck;
using OllamaStudio.Shared.Markdown;

namespace OllamaStudio.Tests.Web.Shared.Markdown;

public sealed class GrowingBlocksTests
{
    // Whatever can change what stands before it, or go on below it.
    private static readonly string[] s_scraps =
    [
        "word ", "**bold** ", "`code` ", "[x](https://example.com) ", "\n", "\n\n", "# Title\n", "## Under it\n", "---\n", "===\n", "- item\n", "  - nested\n",
        "1. one\n", "   more of it\n", "- [ ] task\n", "> quote\n", "| a | b |\n|---|---|\n", "| 1 | 2 |\n", "```cs\n", "```\n", "    indented\n", "$$\n", "\\[x", "]\n",
    ];

    [Fact]
    public void A_text_that_grows_is_drawn_at_every_step_as_if_it_were_read_whole() =>
        Gen.Select(Gen.Int[0, s_scraps.Length - 1].Select(index => s_scraps[index]).Array[1, 40], Gen.Int[1, 30]).Sample(
            (scraps, step) =>
            {
                var text = string.Concat(scraps);
                var growing = new GrowingBlocks();
                for (var length = step; length < text.Length; length += step)
                {
                    Assert.Equal(Whole(text[..length]), string.Concat(growing.Render(text[..length], null)));
                }
            },
            iter: 300,
            print: static sample => JsonSerializer.Serialize(string.Concat(sample.Item1)));

    [Fact]
    public void What_has_settled_is_the_same_object_at_the_next_step()
    {
        var growing = new GrowingBlocks();
        var before = growing.Render("# Title\n\nOne.\n\n- a\n- b\n\nTwo.\n\nThr", null);

        var after = growing.Render("# Title\n\nOne.\n\n- a\n- b\n\nTwo.\n\nThree.", null);

        Assert.Equal(5, after.Length);
        Assert.All(Enumerable.Range(0, 2), index => Assert.Same(before[index], after[index]));
        Assert.Equal("<p>Three.</p>", after[^1].ToString());
    }

    [Fact]
    public void A_text_that_does_not_continue_the_one_before_is_read_from_its_beginning()
    {
        var growing = new GrowingBlocks();
        growing.Render("# Title\n\nOne.\n\nTwo.\n\nThree.", null);

        Assert.Equal(Whole("## Another\n\nOne.\n\nTwo."), string.Concat(growing.Render("## Another\n\nOne.\n\nTwo.", null)));
    }

    private static string Whole(string text) => string.Concat(MarkdownBlocks.Render(text, isComplete: false));
}
