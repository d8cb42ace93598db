using Bunit;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class AlertsSectionTests : SettingsPageTestBase
{
    [Fact]
    public void A_rule_is_changed_saved_and_reset_to_its_default()
    {
        var (page, settings) = Open();
        Assert.Equal(AlertKind.All.Select(static kind => kind.Id), page.FindAll(Selector("alert-edit-rule")).Select(static rule => rule.GetAttribute("data-rule")));
        Edit(page, "errors");
        Assert.Equal("5", Find(page, "alert-threshold").GetAttribute("value"));
        Input(page, "alert-threshold", "7.5");
        Input(page, "alert-window", "30");
        Input(page, "alert-count", "10");
        Input(page, "alert-hold", "0");
        page.WaitForAssertion(() => Assert.Contains("over 7.5 % · last 30 min · at least 10 turns", Card(page, "errors").TextContent, StringComparison.Ordinal));

        Save(page);

        page.WaitForElement(Selector("settings-saved"), TimeSpan.FromSeconds(30));
        Assert.Equal(new AlertRule { Rule = "errors", Threshold = 7.5, WindowMinutes = 30, LeastCount = 10, HoldMinutes = 0 }, Assert.Single(settings.Current.Alerts.Rules));

        Find(page, "alert-reset").Click();
        Save(page);
        page.WaitForAssertion(() => Assert.Empty(settings.Current.Alerts.Rules), TimeSpan.FromSeconds(30));
        Assert.Equal(AlertKind.Errors.Default, AlertKind.Errors.RuleIn(settings.Current.Alerts));
    }

    [Fact]
    public async Task A_rule_is_switched_off()
    {
        var (page, settings) = Open();
        await page.InvokeAsync(() => Card(page, "export").QuerySelector("input[type=checkbox]")!.Change(false));

        Save(page);

        page.WaitForAssertion(() => Assert.Equal(AlertKind.Export.Default with { Enabled = false }, Assert.Single(settings.Current.Alerts.Rules)), TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("alert-threshold", "101", "a number from 0 to 100")]
    [InlineData("alert-threshold", "much", "a number from 0 to 100")]
    [InlineData("alert-window", "61", "a whole number from 1 to 60")]
    [InlineData("alert-window", "", "a whole number from 1 to 60")]
    [InlineData("alert-count", "0", "a whole number from 1 to 10,000")]
    [InlineData("alert-hold", "-1", "a whole number from 0 to 60")]
    public void What_is_wrong_stands_at_its_input_and_nothing_is_saved(string testId, string typed, string fault)
    {
        var (page, settings) = Open();
        Edit(page, "errors");
        Input(page, testId, typed);

        Save(page);

        page.WaitForAssertion(() => Assert.Equal("true", Find(page, testId).GetAttribute("aria-invalid")), TimeSpan.FromSeconds(30));
        Assert.Contains(fault, page.Find($"#{Find(page, testId).GetAttribute("aria-describedby")}").TextContent, StringComparison.Ordinal);
        Assert.Empty(settings.Current.Alerts.Rules);
    }

    [Theory]
    [InlineData("ftp://example.com")]
    [InlineData("example.com/hook")]
    [InlineData("https://me:secret@example.com")]
    public void A_webhook_is_a_whole_address(string typed)
    {
        var (page, settings) = Open();
        Input(page, "setting-alert-webhook", typed);

        Save(page);

        page.WaitForAssertion(() => Assert.Contains("begins with http:// or https://", page.Find("form").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        Assert.Null(settings.Current.Alerts.WebhookUrl);
    }

    [Theory]
    [InlineData("""[{ "Rule": "nonsense" }]""", "It must be one of errors,")]
    [InlineData("""[{ "Rule": "errors" }, { "Rule": "errors" }]""", "in the list already")]
    public void A_list_that_a_file_or_command_line_gives_is_checked(string list, string fault)
    {
        var settings = Fixture.Open(new() { CommandLine = new Dictionary<string, string> { ["OllamaStudio:Alerts:Rules"] = list } });

        Assert.Contains(fault, Assert.Single(settings.Faults).Message, StringComparison.Ordinal);
        Assert.Empty(settings.Current.Alerts.Rules);
    }

    private static AngleSharp.Dom.IElement Card(IRenderedComponent<OllamaStudio.Settings.SettingsPage> page, string rule) => page.Find($"[data-testid=alert-edit-rule][data-rule={rule}]");

    private static void Edit(IRenderedComponent<OllamaStudio.Settings.SettingsPage> page, string rule) => Card(page, rule).QuerySelector("[data-testid=alert-edit]")!.Click();
}
