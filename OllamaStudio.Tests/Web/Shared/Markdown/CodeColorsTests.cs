using System.Net;
using System.Text.RegularExpressions;
using ColorCode;
using OllamaStudio.Shared.Markdown;

namespace OllamaStudio.Tests.Web.Shared.Markdown;

public sealed partial class CodeColorsTests
{
    private const string Sample = "// counts\nvar name = \"Ada <b>\"; return 42;";

    [Fact]
    public void Code_is_colored_by_classes_alone_and_no_character_is_lost()
    {
        var html = Color(Sample, "c#");

        Assert.Contains("<span class=\"c\">// counts</span>", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"k\">return</span>", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"s\">&quot;Ada &lt;b&gt;&quot;</span>", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"n\">42</span>", html, StringComparison.Ordinal);
        Assert.All(Tag().Matches(html!), tag => Assert.Matches("^(<span( class=\"[ksntc]\")?>|</span>)$", tag.Value));
        Assert.Equal(Sample, WebUtility.HtmlDecode(Tag().Replace(html!, "")));
    }

    [Theory]
    [InlineData("sql", "SELECT route, count(*) FROM requests -- all", "k", "SELECT")]
    [InlineData("sql", "SELECT route, count(*) FROM requests -- all", "t", "count")]
    [InlineData("python", "def f(x):\n    return 'a'  # why", "c", "# why")]
    [InlineData("javascript", "const a = 'b';", "s", "'b'")]
    [InlineData("javascript", "async () => `one\n${two}`", "s", "`one\n${two}`")]
    [InlineData("typescript", "let n: number = 1;", "k", "let")]
    [InlineData("typescript", "let n: number = 12.5;", "n", "12.5")]
    [InlineData("json", "{ \"a\": 12.5, \"b\": true }", "n", "12.5")]
    [InlineData("html", "<p class=\"x\">text</p>", "t", "class")]
    [InlineData("css", "p { color: red; }", "t", "color")]
    [InlineData("java", "public class A { int i = 1; }", "k", "class")]
    [InlineData("cpp", "int main() { return 0; } // end", "k", "return")]
    [InlineData("powershell", "Get-Item 'a' # all", "s", "'a'")]
    public void The_languages_of_most_answers_are_colored(string grammar, string code, string kind, string word) =>
        Assert.Contains($"<span class=\"{kind}\">{WebUtility.HtmlEncode(word)}</span>", Color(code, grammar), StringComparison.Ordinal);

    [Theory]
    [InlineData("c#", "/*", "\n")] // ColorCode's pattern of an open comment tries every way to read the lines
    [InlineData("java", "/*", "\n")]
    [InlineData("javascript", "/*", "\n")]
    [InlineData("php", "/*", "\n")]
    [InlineData("typescript", "/*", "\n")]
    [InlineData("json", "\"", "#\n")]
    public void What_keeps_a_pattern_busy_for_ever_stays_plain(string grammar, string start, string piece) =>
        Assert.Null(Color(start + string.Concat(Enumerable.Repeat(piece, CodeColors.MaxLength / piece.Length)), grammar));

    [Fact]
    public void A_block_has_a_limit_for_all_its_matches_together()
    {
        var colorizer = new CodeColorizer(new LeapingTime(CodeColorizer.BlockLimit / 4));

        Assert.NotNull(colorizer.Color(new CodeText("return 1", Languages.CSharp)));
        Assert.Null(colorizer.Color(new CodeText("return 1; return 2; return 3; return 4;", Languages.CSharp)));
    }

    [Fact]
    public async Task What_was_colored_is_not_colored_again()
    {
        using var colors = new CodeColors(TimeProvider.System);
        var code = new CodeText(Sample, Languages.CSharp);
        Assert.False(colors.TryGet(code, out _));

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => colors.ColorAsync(code, CancellationToken.None)));

        Assert.All(results, html => Assert.Same(results[0], html));
        Assert.True(colors.TryGet(new CodeText(string.Concat(Sample), Languages.CSharp), out var kept));
        Assert.Same(results[0], kept);
        Assert.Equal(1, colors.Colored);
    }

    [Fact]
    public async Task The_same_text_in_another_language_is_another_block()
    {
        using var colors = new CodeColors(TimeProvider.System);

        Assert.NotEqual(
            await colors.ColorAsync(new CodeText("SELECT 1 -- return", Languages.Sql), CancellationToken.None),
            await colors.ColorAsync(new CodeText("SELECT 1 -- return", Languages.CSharp), CancellationToken.None));
    }

    [Fact]
    public async Task What_was_used_longest_ago_is_forgotten_at_the_bound()
    {
        const int Capacity = 20_000;
        using var colors = new CodeColors(TimeProvider.System, Capacity);
        var used = Numbered(0);
        await colors.ColorAsync(used, CancellationToken.None);
        for (var i = 1; i < 200; i++)
        {
            await colors.ColorAsync(Numbered(i), CancellationToken.None);
            Assert.True(colors.TryGet(used, out _));
        }

        var kept = Enumerable.Range(0, 200).Where(i => colors.TryGet(Numbered(i), out _)).ToList();
        Assert.Contains(199, kept);
        Assert.DoesNotContain(1, kept);
        Assert.InRange(kept.Count, 10, Capacity / Numbered(100).Text.Length);

        static CodeText Numbered(int i) => new($"return {i}; // {new string('x', 200)}", Languages.CSharp);
    }

    [Fact]
    public async Task Who_does_not_wait_any_more_holds_up_nobody()
    {
        using var colors = new CodeColors(TimeProvider.System);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => colors.ColorAsync(new CodeText(Sample, Languages.CSharp), gone.Token));

        Assert.NotNull(await colors.ColorAsync(new CodeText(Sample, Languages.CSharp), CancellationToken.None));
    }

    private static string? Color(string code, string grammar) => new CodeColorizer(TimeProvider.System).Color(new CodeText(code, CodeLanguage.Of(grammar).Grammar!));

    [GeneratedRegex("<[^>]*>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Tag();

    // Every look at the clock is that much later.
    private sealed class LeapingTime(TimeSpan step) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += step.Ticks;
    }
}
