using System.Globalization;
using OllamaStudio.Core.Insights;
using OllamaStudio.Shared;
using OllamaStudio.Traces;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class TextTests
{
    [Theory]
    [InlineData(-5, "0 µs")]
    [InlineData(0, "0 µs")]
    [InlineData(850, "850 µs")]
    [InlineData(999.6, "1.00 ms")]
    [InlineData(1_240, "1.24 ms")]
    [InlineData(12_340, "12.3 ms")]
    [InlineData(123_400, "123 ms")]
    [InlineData(999_700, "1.00 s")]
    [InlineData(1_240_000, "1.24 s")]
    [InlineData(9_996_000, "10.0 s")]
    [InlineData(59_960_000, "1 m 00 s")]
    [InlineData(125_000_000, "2 m 05 s")]
    [InlineData(3_720_000_000, "1 h 02 m")]
    public void Durations_read_in_three_digits_and_one_unit(double microseconds, string expected) =>
        Assert.Equal(expected, DurationText.Of(TimeSpan.FromMicroseconds(microseconds)));

    [Theory]
    [InlineData(-1, "0.0 s")]
    [InlineData(0, "0.0 s")]
    [InlineData(99, "0.0 s")]
    [InlineData(450, "0.4 s")]
    [InlineData(12_399, "12.3 s")]
    [InlineData(59_999, "59.9 s")]
    [InlineData(60_000, "1 m 00 s")]
    [InlineData(125_900, "2 m 05 s")]
    public void A_running_time_never_shows_a_moment_that_has_not_come(double milliseconds, string expected) =>
        Assert.Equal(expected, DurationText.Running(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(-1, "0 s")]
    [InlineData(40_999, "40 s")]
    [InlineData(125_900, "2 m 05 s")]
    public void What_lasts_is_told_in_whole_seconds(double milliseconds, string expected) =>
        Assert.Equal(expected, DurationText.Lasting(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(356, "356")]
    [InlineData(1_234, "1.2k")]
    [InlineData(12_340, "12.3k")]
    [InlineData(123_456, "123k")]
    [InlineData(999_600, "1M")]
    [InlineData(1_240_000, "1.2M")]
    [InlineData(2_000_000_000, "2G")]
    public void Counts_are_brief(long count, string expected) => Assert.Equal(expected, CountText.Brief(count));

    [Fact]
    public void Digits_are_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal("1.24 s", DurationText.Of(TimeSpan.FromMilliseconds(1240)));
            Assert.Equal("1.2k", CountText.Brief(1234));
            Assert.Equal("12,340", CountText.Full(12_340));
            Assert.Equal("42.1 tok/s", CountText.Rate(42.1));
            Assert.Equal("0.5", AttributeText.Of(0.5));
            Assert.Equal("left:12.5%;width:33.333%", new SpanBar(12.5, 100 / 3.0).Style);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_token_count_that_is_not_known_is_left_out()
    {
        Assert.Equal("1.2k in · 356 out", new TokenCounts(1234, 356).Text);
        Assert.Equal("1.2k in", new TokenCounts(1234, null).Text);
        Assert.Equal("0 out", new TokenCounts(null, 0).Text);
        Assert.Equal("", default(TokenCounts).Text);
        Assert.Equal(new TokenCounts(5, 7), new TokenCounts(5, null) + new TokenCounts(null, 7));
        Assert.False((default(TokenCounts) + default(TokenCounts)).IsKnown);
    }

    [Fact]
    public void Json_is_laid_out_and_keeps_its_letters()
    {
        var pretty = AttributeText.Pretty("""{"städte":["Köln","Genève"]}""", out var isJson);

        Assert.True(isJson);
        Assert.Contains("\n", pretty, StringComparison.Ordinal);
        Assert.Contains("\"Köln\"", pretty, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"cut after a thousand char")]
    [InlineData("[x] done")]
    [InlineData("plain text")]
    [InlineData("")]
    public void What_only_looks_like_json_is_shown_as_it_came(string text)
    {
        Assert.Equal(text, AttributeText.Pretty(text, out var isJson));
        Assert.False(isJson);
    }

    [Fact]
    public void Arrays_and_flags_are_readable()
    {
        Assert.Equal("[stop, length]", AttributeText.Of(new[] { "stop", "length" }));
        Assert.Equal("[1, 2]", AttributeText.Of(new long[] { 1, 2 }));
        Assert.Equal("true", AttributeText.Of(true));
    }
}
