using Bunit;
using OllamaStudio.Shared;
using OllamaStudio.Shared.Markdown;

namespace OllamaStudio.Tests.Web.Shared.Markdown;

public class MarkdownBlocksTests
{
    [Fact]
    public void Raw_html_is_shown_as_text()
    {
        var html = Render("<script>alert(1)</script>\n\nhello <img src=x onerror=alert(1)> <b>bold</b>");

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[x](vbscript:msgbox)")]
    [InlineData("[x](file:///etc/passwd)")]
    [InlineData("[x](/settings)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x][1]\n\n[1]: javascript:alert(1)")]
    [InlineData("![x](javascript:alert(1))")]
    public void Links_of_other_schemes_lose_their_link(string markdown) =>
        Assert.DoesNotContain("href", Render(markdown), StringComparison.Ordinal);

    [Theory]
    [InlineData("[x](https://example.com/a)", "https://example.com/a")]
    [InlineData("[x](http://example.com/a)", "http://example.com/a")]
    [InlineData("[x](mailto:a@example.com)", "mailto:a@example.com")]
    [InlineData("see https://example.com/b", "https://example.com/b")]
    [InlineData("<https://example.com/c>", "https://example.com/c")]
    public void Allowed_links_open_elsewhere_and_know_nothing_of_us(string markdown, string url)
    {
        var html = Render(markdown);

        Assert.Contains($"href=\"{url}\"", html, StringComparison.Ordinal);
        Assert.Contains("target=\"_blank\"", html, StringComparison.Ordinal);
        Assert.Contains("noopener", html, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_is_a_link_until_it_is_clicked()
    {
        var html = Render("![a cat](https://example.com/cat.png?stolen=text)");

        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Contains("a cat", html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.com/cat.png?stolen=text\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_last_block_changes_while_a_reply_grows()
    {
        var before = MarkdownBlocks.Render("# Title\n\nFirst paragraph.\n\nSecond par");
        var after = MarkdownBlocks.Render("# Title\n\nFirst paragraph.\n\nSecond paragraph grows.");

        Assert.Equal(3, before.Length);
        Assert.Equal(before[..2].Select(block => block.ToString()), after[..2].Select(block => block.ToString()));
        Assert.NotEqual(before[2].ToString(), after[2].ToString());
    }

    [Fact]
    public void An_unfinished_fence_is_code_already()
    {
        var html = Render("Look:\n\n```csharp\nvar list = new List<int>();");

        Assert.Contains("<code>var list = new List&lt;int&gt;();", html, StringComparison.Ordinal);
        Assert.Contains("csharp", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fence_with_a_hostile_language_stays_text() =>
        Assert.DoesNotContain("<img", Render("```\"><img src=x onerror=alert(1)>\ncode\n```"), StringComparison.Ordinal);

    [Fact]
    public void Tables_are_tables() => Assert.Contains("<table>", Render("| a | b |\n|---|---|\n| 1 | 2 |"), StringComparison.Ordinal);

    [Theory]
    [InlineData(">", 300)]
    [InlineData("- ", 300)]
    [InlineData("[", 20_000)]
    [InlineData("*a", 20_000)]
    [InlineData("|", 20_000)]
    public void What_a_looping_model_writes_is_shown_and_breaks_nothing(string piece, int times)
    {
        var html = Render(string.Concat(Enumerable.Repeat(piece, times)) + " <b>end</b>");

        Assert.Contains("&lt;b&gt;end&lt;/b&gt;", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    public void Nothing_makes_no_blocks(string markdown) => Assert.Empty(MarkdownBlocks.Render(markdown));

    [Theory]
    [InlineData("```\"><img src=x onerror=alert(1)>\ncode\n```")]
    [InlineData("```x\"onfocus=alert(1)autofocus\ncode\n```")]
    [InlineData("```'\"><script>\ncode\n```")]
    [InlineData("- ```\"><img/src=x>\n  code\n  ```")]
    [InlineData("```csharp\n</code></pre><img src=x onerror=alert(1)>\n```")]
    [InlineData("| <img src=x> \"><b> | b |\n|---|---|\n| <img src=x> | 2 |")]
    [InlineData("> | \" onfocus=\"alert(1) | b |\n> |---|---|\n> | 1 | 2 |")]
    [InlineData("- [x] <img src=x onerror=alert(1)>")]
    [InlineData("# <img src=x onerror=alert(1)>")]
    [InlineData("$<img src=x onerror=alert(1)>$ and \\(<img src=x>\\)")]
    [InlineData("\\[\n<img src=x onerror=alert(1)>\n\\]")]
    public void Nothing_that_a_model_writes_becomes_an_element_or_an_attribute(string markdown)
    {
        using var context = new BunitContext();
        var drawn = context.Render<MarkdownView>(parameters => parameters.Add(view => view.Text, markdown));

        Assert.NotEmpty(drawn.FindAll("*"));
        Assert.Empty(drawn.FindAll("img, script, b, [onerror], [onfocus], [autofocus]"));
        Assert.All(drawn.FindAll("[class]"), element => Assert.Matches("^[a-z -]+$", element.ClassName));
    }

    [Fact]
    public void A_language_has_its_name_and_a_fence_of_thousands_of_characters_a_short_one()
    {
        Assert.Contains(">C#</span>", Render("```csharp\nvar x = 1;\n```"), StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Shell code\"", Render("```bash\nls\n```"), StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Code\"", Render("```\nls\n```"), StringComparison.Ordinal);
        Assert.Contains(">Python</span>", Render("```python:main.py\npass\n```"), StringComparison.Ordinal);
        Assert.InRange(Render($"```{new string('x', 5_000)}\ncode\n```").Length, 500, 2_000);
    }

    [Fact]
    public void A_heading_whose_words_have_not_come_yet_is_not_there_for_anybody() =>
        Assert.Contains("<h3 hidden=\"\">", Render("Some text\n\n## "), StringComparison.Ordinal);

    [Theory]
    [InlineData("# a\n\n## b\n\n### c\n\n## d", "3 4 5 4")]
    [InlineData("### a\n\n### b\n\n#### c", "3 3 4")]
    [InlineData("## a\n\n###### b\n\n# c\n\n## d", "3 4 3 4")]
    [InlineData("# a\n\n## b\n\n### c\n\n#### d\n\n##### e", "3 4 5 6 6")]
    [InlineData("> ## a\n\n## b", "3 3")]
    public void Headings_begin_below_the_pages_and_leave_no_level_out(string markdown, string levels)
    {
        using var context = new BunitContext();
        var drawn = context.Render<MarkdownView>(parameters => parameters.Add(view => view.Text, markdown));

        Assert.Equal(levels, string.Join(' ', drawn.FindAll("h1, h2, h3, h4, h5, h6").Select(heading => heading.LocalName[1])));
    }

    [Fact]
    public void A_task_is_a_picture_with_a_name_not_a_control()
    {
        var html = Render("- [x] one\n- [ ] two");

        Assert.DoesNotContain("<input", html, StringComparison.Ordinal);
        Assert.Contains("role=\"img\" aria-label=\"Done\"", html, StringComparison.Ordinal);
        Assert.Contains("role=\"img\" aria-label=\"To do\"", html, StringComparison.Ordinal);
        Assert.Contains("class=\"task-list-item\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("> ")]
    public void A_table_stands_in_a_named_frame_and_has_no_styles(string within)
    {
        var html = Render($"{within}| name | *count* |  |\n{within}|:--|--:|:-:|\n{within}| a | 1 | x |");

        Assert.Contains("tabindex=\"0\" role=\"group\" aria-label=\"Table: name, count\" dir=\"auto\"><table>", html, StringComparison.Ordinal);
        Assert.Contains("<tr><td>a</td><td class=\"end\">1</td><td class=\"center\">x</td></tr>", html, StringComparison.Ordinal);
        Assert.Contains("<td class=\"center\"></td></tr></thead>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_quotes_and_tables_take_the_direction_of_their_text_and_code_keeps_its_own()
    {
        var blocks = MarkdownBlocks.Render("- مرحبا\n\n> שלום\n\n| a |\n|---|\n\n`code`\n\n```\ncode\n```").Select(block => block.ToString()).ToArray();

        Assert.Equal(5, blocks.Length);
        Assert.All(blocks[..3], block => Assert.Contains("dir=\"auto\"", block, StringComparison.Ordinal));
        Assert.All(blocks[3..], block => Assert.Contains("dir=\"ltr\"", block, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("$a_1 * b_1 * c_1$")]
    [InlineData("\\(a_1 * b_1 * c_1\\)")]
    [InlineData("\\[a_1 * b_1 * c_1\\]")]
    [InlineData("so \\[\na_1 * b_1\n*c_1\\]", "\\[\na_1 * b_1\n*c_1\\]")]
    public void A_formula_is_its_own_source(string markdown, string? source = null) =>
        Assert.Contains($"<code class=\"formula\" dir=\"ltr\">{source ?? markdown}</code>", Render(markdown), StringComparison.Ordinal);

    [Theory]
    [InlineData("\\[\nx = 1\n- y\n\n# z\n\\]\n\nend")]
    [InlineData("$$\nx = 1\n- y\n\n# z\n$$\n\nend")]
    public void A_formula_on_lines_of_its_own_is_code(string markdown)
    {
        var blocks = MarkdownBlocks.Render(markdown);

        Assert.Equal("LaTeX code", blocks[0].Name);
        Assert.Equal("x = 1\n- y\n\n# z", string.Concat(blocks[0].Pieces));
        Assert.Equal("<p>end</p>", blocks[1].ToString().Trim());
    }

    [Theory]
    [InlineData("It costs $5, or $10 for two.")]
    [InlineData("an \\(open bracket")]
    public void Money_and_single_brackets_are_no_formulas(string markdown) =>
        Assert.DoesNotContain("formula", Render(markdown), StringComparison.Ordinal);

    [Fact]
    public void While_a_block_grows_only_its_last_piece_changes()
    {
        AssertOnlyTheEndChanges("", string.Concat(Enumerable.Range(0, 400).Select(word => word % 9 == 0 ? $"**{word}** " : $"word {word} ")));
        AssertOnlyTheEndChanges("- ", string.Concat(Enumerable.Range(0, 200).Select(item => $"item {item} of the list\n- ")));
        AssertOnlyTheEndChanges("3. ", string.Concat(Enumerable.Range(4, 200).Select(item => $"item of the list\n{item}. ")));
        var code = string.Concat(Enumerable.Range(0, 400).Select(line => $"line {line} of the code\n"));
        AssertOnlyTheEndChanges("```go\n", code);
        AssertOnlyTheEndChanges("| a | b |\n|---|---|\n", string.Concat(Enumerable.Range(0, 300).Select(row => $"| {row} | text |\n")));

        static void AssertOnlyTheEndChanges(string head, string body)
        {
            var before = MarkdownBlocks.Render(head + body[..30], isComplete: false)[0].Pieces;
            for (var length = 60; length < body.Length; length += 30)
            {
                var after = MarkdownBlocks.Render(head + body[..length], isComplete: false)[0].Pieces;
                Assert.Equal(before[..^1].AsEnumerable(), after[..(before.Length - 1)]);
                Assert.All(after, piece => Assert.InRange(piece.Length, 1, TextPieces.MaxLength));
                before = after;
            }

            Assert.InRange(before.Length, 10, 300);
        }
    }

    [Fact]
    public void A_line_of_code_without_an_end_is_cut_between_characters()
    {
        var line = string.Concat(Enumerable.Repeat("🙂", 5_000));
        var pieces = MarkdownBlocks.Render($"```\n{line}\n```")[0].Pieces;

        Assert.True(pieces.Length > 4);
        Assert.Equal(line, System.Net.WebUtility.HtmlDecode(string.Concat(pieces)));
        Assert.All(pieces, piece => Assert.DoesNotContain("\uFFFD", System.Net.WebUtility.HtmlDecode(piece), StringComparison.Ordinal));
    }

    private static string Render(string markdown) => string.Concat(MarkdownBlocks.Render(markdown));
}
