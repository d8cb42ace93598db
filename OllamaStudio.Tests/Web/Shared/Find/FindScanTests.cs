using OllamaStudio.Shared.Find;

namespace OllamaStudio.Tests.Web.Shared.Find;

public class FindScanTests
{
    [Fact]
    public void Each_occurrence_is_found_in_any_case_with_its_place_among_those_of_its_text()
    {
        var scan = Scan("AB");
        scan.Look("m1", "text", "ab xAbx", "none, aB");
        scan.Look("m2", "text", "abab");

        Assert.Equal(
            [("m1", 0, 2, 0), ("m1", 1, 1, 0), ("m1", 2, 0, 1), ("m2", 0, 1, 0), ("m2", 1, 0, 0)],
            scan.Result.Matches.Select(match => (match.Place, match.Index, match.FromEnd, match.Piece)));
        Assert.False(scan.Result.IsMore);
    }

    [Fact]
    public void Any_blanks_are_one()
    {
        var scan = Scan("two  words");
        scan.Look("m", "text", "two\nwords and two \t words, twowords");

        Assert.Equal(2, scan.Result.Matches.Length);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("m1", 0)]
    [InlineData("m2", 1)]
    [InlineData("m3", 1)]
    [InlineData("gone", 2)]
    public void The_first_match_is_the_one_at_or_after_the_place_from_which_a_person_looks(string? from, int start)
    {
        var scan = Scan("a", from);
        scan.Look("m1", "text", "a");
        scan.Look("m2", "text", "nothing");
        scan.Look("m3", "text", "a");

        Assert.Equal(start, scan.Result.Start);
    }

    [Fact]
    public void Beyond_the_bound_it_says_that_there_are_more()
    {
        var scan = Scan("a");
        scan.Look("m", "text", new string('a', FindScan.Most));
        Assert.False(scan.IsFull);
        scan.Look("m2", "text", "a");

        Assert.True(scan.Result.IsMore);
        Assert.Equal(FindScan.Most, scan.Result.Matches.Length);
    }

    [Fact]
    public void A_blank_query_finds_nothing_and_a_cancelled_one_gives_up()
    {
        var blank = Scan("");
        blank.Look("m", "text", "anything");
        Assert.Empty(blank.Result.Matches);

        Assert.Throws<OperationCanceledException>(() => new FindScan("a", null, new CancellationToken(canceled: true)).Look("m", "text", "a"));
    }

    private static FindScan Scan(string query, string? from = null) => new(query, from, CancellationToken.None);
}
