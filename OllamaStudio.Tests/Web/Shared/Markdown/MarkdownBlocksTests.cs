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
        Assert.Equal(before[..2].ToArray(), after[..2].ToArray());
        Assert.NotEqual(before[2], after[2]);
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

    private static string Render(string markdown) => string.Concat(MarkdownBlocks.Render(markdown));
}
