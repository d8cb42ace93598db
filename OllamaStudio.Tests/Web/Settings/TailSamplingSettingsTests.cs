using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Export;
using OllamaStudio.Shared;
using OllamaStudio.Tests.Settings;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class TailSamplingSettingsTests : SettingsPageTestBase, ITailSampling
{
    private Action? _changed;

    public TailSamplingStatus Current { get; private set; } = new();

    public IDisposable Subscribe(Action changed)
    {
        _changed += changed;
        return new Subscription(() => _changed -= changed);
    }

    [Fact]
    public void Rules_are_set_and_a_share_that_is_none_is_refused_with_its_name()
    {
        Services.AddSingleton<ITailSampling>(this);
        var (page, settings) = Open();
        Find(page, "setting-tail").Change(true);
        Input(page, "setting-tail-slow", "12.5");
        Input(page, "setting-tail-traces", "0");
        Save(page);
        page.WaitForAssertion(() => Assert.Contains("from 1 to 100,000", page.Find(Selector("setting-error")).TextContent, StringComparison.Ordinal));
        Input(page, "setting-tail-traces", "50");
        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        var rules = settings.Current.Telemetry.Tail;
        Assert.Equal((true, 12.5, 50, true), (rules.Enabled, rules.SlowSeconds, rules.MaxTraces, rules.KeepErrors));
        Assert.Equal(rules, Fixture.Open().Current.Telemetry.Tail with { Shares = rules.Shares });

        var wanted = settings.Current with { Telemetry = settings.Current.Telemetry with { Tail = rules with { Shares = rules.Shares.Add("qwen3:8b", "half") } } };
        Assert.Equal(
            (SettingKeys.TailShares, "The share of qwen3:8b must be a number from 0 to 1."),
            (Assert.Single(settings.Check(wanted)).Key, settings.Check(wanted)[0].Message));
    }

    [Theory]
    [InlineData("OTEL_TRACES_SAMPLER", "always_off", true)]
    [InlineData("OTEL_SERVICE_NAME", "shop", false)]
    public void Where_the_head_decides_first_the_page_says_what_rules_cannot_do(string variable, string value, bool says)
    {
        var (page, _) = Open((variable, value));
        Assert.Equal(says, page.FindAll(Selector("tail-head-first")).Count == 1);
        Assert.Equal(says, page.Markup.Contains("Rules cannot bring back what it leaves out", StringComparison.Ordinal));
    }

    [Fact]
    public void With_rules_on_the_page_counts_what_they_kept_and_goes_on_counting()
    {
        Services.AddSingleton<ITailSampling>(this);
        Fixture.Write("""{ "Telemetry": { "SamplingRatio": 0.05, "Tail": { "Enabled": true } } }""");
        var (page, _) = Open();
        Assert.Equal("Since start: 0 traces kept, 0 left out, 0 not decided.", page.Find(Selector("tail-counts")).TextContent);
        Assert.Contains("5% of the traces that no rule of tail sampling keeps are exported", page.Markup, StringComparison.Ordinal);

        Current = Current with { HeldTraces = 2, LeftOut = 1234, Kept = Current.Kept.Add(TailRule.Ratio, 65).Add(TailRule.Error, 30), Early = Current.Early.Add(HoldingBound.Time, 1) };
        _changed!();
        page.WaitForAssertion(
            () => Assert.Equal(
                ["Since start: 95 traces kept (30 with an error, 65 by the ratio), 1,234 left out, 2 not decided.", "Decided before they ended: 1 because they ran for too long."],
                page.FindAll(Selector("tail-counts")).Select(static line => line.TextContent)),
            TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Every_reason_and_every_bound_has_words_of_its_own()
    {
        var rules = Enum.GetValues<TailRule>();
        var bounds = Enum.GetValues<HoldingBound>();
        var lines = rules.Select(static rule => new TailSamplingStatus().Kept.Add(rule, 1)).Select(static kept => TailText.Of(new TailSamplingStatus { Kept = kept }).First())
            .Concat(bounds.Select(static bound => TailText.Of(new TailSamplingStatus { Early = new TailSamplingStatus().Early.Add(bound, 1) }).Last()));
        Assert.Equal(rules.Length + bounds.Length, lines.Distinct(StringComparer.Ordinal).Count());
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
