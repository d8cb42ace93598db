using OllamaStudio.Core.Insights;
using OllamaStudio.Dashboard;
using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Web.Dashboard;

public sealed class DashboardTextTests
{
    private static readonly DateTimeOffset s_time = new(2026, 11, 24, 12, 5, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10, "Tue 24 Nov 12:05:00")]
    [InlineData(60, "Tue 24 Nov 12:05")]
    [InlineData(7_200, "Tue 24 Nov 12:05–14:05")]
    [InlineData(604_800, "24 Nov – 1 Dec")]
    public void A_stretch_of_time_in_words(int seconds, string words) => Assert.Equal(words, WindowText.Of(s_time, s_time.AddSeconds(seconds), TimeZoneInfo.Utc));

    [Fact]
    public void A_whole_day_is_its_day() => Assert.Equal("Tue 24 Nov", WindowText.Of(s_time - s_time.TimeOfDay, s_time - s_time.TimeOfDay + TimeSpan.FromDays(1), TimeZoneInfo.Utc));

    [Theory]
    [InlineData(10, "every 10 seconds")]
    [InlineData(60, "every minute")]
    [InlineData(14_400, "every 4 hours")]
    [InlineData(86_400, "every day")]
    [InlineData(2_419_200, "every 4 weeks")]
    public void How_often_in_words(int seconds, string words) => Assert.Equal(words, WindowText.Every(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(ChangeKind.Version, "0.33.0", "0.33.3", "24 Nov 12:05 · qwen3:8b: Ollama 0.33.0 → 0.33.3")]
    [InlineData(ChangeKind.Context, "8192", "16384", "24 Nov 12:05 · qwen3:8b: context 8k → 16k")]
    [InlineData(ChangeKind.Context, "8000", "2048", "24 Nov 12:05 · qwen3:8b: context 8k → 2k")]
    [InlineData(ChangeKind.Digest, "500a1f067a9f782620b40bee", "77c0d1e5aa", "24 Nov 12:05 · qwen3:8b: model 500a1f0 → 77c0d1e")]
    [InlineData(ChangeKind.Options, "think=false;temperature=0.7", "temperature=0.2", "24 Nov 12:05 · qwen3:8b: think off → as the model has it, temperature 0.7 → 0.2")]
    [InlineData(ChangeKind.Options, null, "think=high", "24 Nov 12:05 · qwen3:8b: think as the model has it → high")]
    public void A_change_in_words(ChangeKind what, string? before, string? after, string words) =>
        Assert.Equal(words, ChangeText.Of(new SetupChange(s_time, "qwen3:8b", [new ChangeMark(s_time, "qwen3:8b", what, before, after)]), TimeZoneInfo.Utc));

    [Theory]
    [InlineData(null, null, null, "dashboard")]
    [InlineData("7d", "", "50,95,99", "dashboard")]
    [InlineData("30d", "qwen3:8b", "95", "dashboard?range=30d&model=qwen3%3A8b&p=95")]
    [InlineData("a year", null, "42", "dashboard")]
    public void An_address_says_what_is_unusual_and_survives_what_is_not_known(string? range, string? model, string? percentiles, string address) =>
        Assert.Equal(address, DashboardAddress.From(range, model, percentiles).ToString());

    [Theory]
    [InlineData(0.52, "0.52 ms")]
    [InlineData(834, "830 ms")]
    [InlineData(996, "1.0 s")]
    [InlineData(3_260, "3.3 s")]
    [InlineData(14_400, "14 s")]
    [InlineData(125_000, "2 m 05 s")]
    public void A_quantile_has_no_more_digits_than_it_is_worth(double milliseconds, string words) => Assert.Equal(words, QuantileText.Duration(milliseconds));

    [Fact]
    public void One_percentile_stays()
    {
        var only = DashboardAddress.From(null, null, "95");

        Assert.Equal([95], only.Toggled(95).Percentiles.AsEnumerable());
        Assert.Equal([50, 95], only.Toggled(50).Percentiles.AsEnumerable());
    }
}
