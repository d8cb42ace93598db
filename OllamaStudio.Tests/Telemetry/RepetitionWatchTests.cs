using System.Globalization;
using System.Text;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.ModelCalls;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>A reply that repeats itself is told from one that has rules, rows, lists, code and refrains.</summary>
public sealed class RepetitionWatchTests
{
    private const string Paragraph =
        "The harbour was quiet that morning, and the boats lay on the mud as if they had been drawn there. Nobody spoke of the storm; everybody looked at the sky. ";

    public static TheoryData<string, string> RunAways => new()
    {
        { "a character", new string('a', 700) },
        { "a word", Times("so ", 300) },
        { "a line", Times("I am sorry, I cannot do that.\n", 40) },
        { "a paragraph", Times(Paragraph, 6) },
        { "a list item", Times("- Check the logs\n", 60) },
        { "a table row", Times("| 1 | open | none |\n", 60) },
        { "a line of code", Times("        self.assertEqual(result, expected)\n", 40) },
        { "a long line", Times(Paragraph.TrimEnd() + "\n", 40) },
        { "Japanese", Times("お手伝いできることがあれば、お知らせください。", 40) },
        { "signs of two units", Times("🙂👍", 400) },
    };

    public static TheoryData<string, string> Honest => new()
    {
        { "a table with a wide rule", "| name | size |\n|" + new string('-', 120) + "|" + new string('-', 120) + "|\n" + Rows(40) },
        { "a table of zeros", string.Concat(Enumerable.Range(1, 60).Select(row => $"| {row} | 0 | 0 | 0 |\n")) },
        { "a numbered list", string.Concat(Enumerable.Range(1, 80).Select(item => $"{item}. Step {item} of the recipe\n")) },
        { "an array in code", $"int[] zeros = [{Times("0, ", 120)}0];\nreturn zeros;\n" },
        { "a rule of a heading", "Title\n" + new string('=', 400) + "\nText.\n" },
        { "getters that are alike", string.Concat(Enumerable.Range(1, 40).Select(index => $"    public int Field{index} {{ get; set; }}\n")) },
        { "a song", string.Concat(Enumerable.Range(1, 8).Select(verse => Verse(verse) + Times("Row, row, row your boat, gently down the stream.\n", 2))) },
        { "a refrain three times over", Times("O Captain of the quiet sea, come home, come home to me.\n", 9) + "And then the wind turned." },
        { "a counting song", string.Concat(Enumerable.Range(1, 99).Reverse().Select(bottle => $"{bottle} bottles of beer on the wall, {bottle} bottles of beer.\n")) },
        { "blank lines", "Text." + new string('\n', 2_000) },
        { "an ASCII picture", Times("+" + new string('-', 60) + "+\n|" + new string(' ', 60) + "|\n", 4) },
        { "a hex dump", string.Concat(Enumerable.Range(0, 100).Select(row => $"{row * 16:x8}  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00\n")) },
        { "equal rows of CSV", "date,state,open,closed\n" + Times("2026-03-01,open,0,0\n", 40) },
        { "equal rows of a table", "| state | owner | count |\n|---|---|---|\n" + Times("| open | none | 0 |\n", 40) },
        { "equal lines of bytes", "static const uint8_t blank[] = {\n" + Times("    0x00, 0x00, 0x00, 0x00,\n", 40) + "};\n" },
        { "a poem of one refrain", Times("Come home, come home, the lamps are lit, the tide is turning still.\n", 16) },
        { "prose", string.Concat(Enumerable.Range(0, 60).Select(index => $"{Paragraph[(index % 7)..]}{index}")) },
    };

    [Theory]
    [MemberData(nameof(RunAways))]
    public void A_text_that_only_repeats_itself_is_seen_once(string what, string tail)
    {
        using var watch = new RepetitionWatch();
        var seen = Feed(watch, Lead + tail + tail);

        var warning = Assert.Single(seen);
        Assert.Equal(ReplyWarningKind.Repeating, warning.Kind);
        Assert.True(warning.From >= Lead.Length - warning.Period, what);
        Assert.True(warning.Times >= 4, what);
        Assert.InRange(warning.From, 0, Lead.Length + tail.Length);
    }

    [Theory]
    [MemberData(nameof(Honest))]
    public void Rules_rows_lists_code_and_refrains_are_no_repetition(string what, string text)
    {
        using var watch = new RepetitionWatch();

        Assert.True(Feed(watch, Lead + text + " The end.").Count == 0, what);
    }

    [Fact]
    public void Whatever_the_size_of_the_pieces_the_same_is_seen()
    {
        var text = Lead + Times(Paragraph, 20);
        var sizes = new[] { 1, 3, 7, 64, 500, 5_000 };
        var found = sizes.Select(size =>
        {
            using var watch = new RepetitionWatch();
            return Assert.Single(Feed(watch, text, size));
        }).ToList();

        Assert.All(found, warning => Assert.Equal(Paragraph.Length, warning.Period));
        Assert.All(found, warning => Assert.InRange(warning.From, Lead.Length - 1, text.Length - 4 * Paragraph.Length));
    }

    [Fact]
    public void A_period_is_found_as_brute_force_finds_it()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var piece = new string([.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => (char)('a' + random.Next(3)))]);
            var text = new StringBuilder(new string([.. Enumerable.Range(0, random.Next(300)).Select(_ => (char)('a' + random.Next(26)))]));
            while (text.Length < 1_500)
            {
                text.Append(piece);
            }

            using var watch = new RepetitionWatch();
            var warning = Assert.Single(Feed(watch, text.ToString(), 128));
            var shortest = Enumerable.Range(1, piece.Length).First(period => piece.Length % period == 0 && string.Concat(Enumerable.Repeat(piece[..period], piece.Length / period)) == piece);
            Assert.Equal(shortest, warning.Period);
        }
    }

    [Fact]
    public void Where_it_began_is_told_wherever_the_end_of_what_is_looked_at_lies()
    {
        var numbers = string.Concat(Enumerable.Range(1_000, 1_200).Select(static number => $"{number} "));
        for (var length = RepetitionWatch.Window - 900; length < RepetitionWatch.Window + 100; length += 50)
        {
            using var watch = new RepetitionWatch();

            var warning = Assert.Single(Feed(watch, numbers[..length] + Times("so ", 400)));

            Assert.InRange(warning.From, length - 3, length + 3);
        }
    }

    private static string Lead => "Here is what you asked for. I have looked at every file of it, and this is what I found, in order:\n\n";

    private static string Times(string piece, int times) => string.Concat(Enumerable.Repeat(piece, times));

    private static string Rows(int count) => string.Concat(Enumerable.Range(1, count).Select(row => $"| file{row.ToString(CultureInfo.InvariantCulture)}.cs | {row * 37} |\n"));

    private static string Verse(int verse) => string.Concat(Enumerable.Range(0, 4).Select(line => $"Line {line} of verse {verse}, {Paragraph[(verse * 5 + line)..(verse * 5 + line + 30)]}\n"));

    [Fact]
    public void Of_a_piece_that_comes_at_once_it_tells_where_the_repetition_began()
    {
        using var watch = new RepetitionWatch();

        var found = watch.Add(string.Concat("A beginning of its own. ", string.Concat(Enumerable.Repeat("the same words again, ", 40_000))));

        Assert.InRange(found!.From, 0, 30);
    }

    private static List<ReplyWarning> Feed(RepetitionWatch watch, string text, int size = 4)
    {
        List<ReplyWarning> seen = [];
        for (var at = 0; at < text.Length; at += size)
        {
            if (watch.Add(text.AsSpan(at, Math.Min(size, text.Length - at))) is { } warning)
            {
                seen.Add(warning);
            }
        }

        return seen;
    }
}
