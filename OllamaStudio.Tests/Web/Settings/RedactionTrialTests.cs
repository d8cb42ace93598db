using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Settings;

namespace OllamaStudio.Tests.Web.Settings;

/// <summary>The text with which redaction can be tried in the settings.</summary>
public sealed class RedactionTrialTests : SettingsPageTestBase
{
    [Fact]
    public void A_text_is_shown_as_a_span_would_hold_it_with_the_patterns_that_are_typed_and_not_saved()
    {
        var (page, settings) = Open();
        Input(page, "setting-redaction", "ID-[0-9]+");
        Input(page, "redaction-trial", "ID-7 and ID-8 of jane@example.com <b>");

        page.WaitForAssertion(() => Assert.Equal("Hidden: 2 × pattern ID-[0-9]+, 1 × e-mail address.", Find(page, "redaction-trial-counts").TextContent.Trim()));
        var result = Find(page, "redaction-trial-result");
        Assert.Equal("[redacted:pattern] and [redacted:pattern] of [redacted:email] <b>", result.TextContent);
        Assert.Equal(["pattern ID-[0-9]+", "pattern ID-[0-9]+", "e-mail address"], result.QuerySelectorAll("mark").Select(static mark => mark.GetAttribute("data-rule")));

        // It follows the patterns, and nothing of it is stored.
        Input(page, "setting-redaction", "nothing such");
        page.WaitForAssertion(() => Assert.Equal("Hidden: 1 × e-mail address.", Find(page, "redaction-trial-counts").TextContent.Trim()));
        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal("nothing such", Assert.Single(settings.Current.Telemetry.RedactionPatterns));
        Assert.All(Directory.GetFiles(Fixture.Folder.Path), static file => Assert.DoesNotContain("jane@", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void A_pattern_that_cannot_be_used_is_named_by_its_line_and_the_others_hold()
    {
        var trial = RedactionTrial.Of("ID-[0-9]+\n\n(open\r\na*\nX-[0-9]+", "ID-7, X-8");

        Assert.Equal("[redacted:pattern], [redacted:pattern]", string.Concat(trial.Pieces.Select(static piece => piece.Text)));
        Assert.Equal([3, 4], trial.Faults.Select(static fault => fault.Line));
        Assert.Contains("not a regular expression", trial.Faults[0].Message, StringComparison.Ordinal);
        Assert.Contains("matches empty text", trial.Faults[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_says_the_line()
    {
        var (page, _) = Open();
        Input(page, "setting-redaction", "fine\n(open");
        Input(page, "redaction-trial", "fine");

        page.WaitForAssertion(() => Assert.StartsWith("Line 2: ", Find(page, "redaction-trial-fault").TextContent, StringComparison.Ordinal));
        Assert.Equal("[redacted:pattern]", Find(page, "redaction-trial-result").TextContent);
    }

    [Fact]
    public void A_text_that_is_too_long_is_looked_at_as_far_as_it_may_be()
    {
        var trial = RedactionTrial.Of("", new string('x', RedactionTrial.MaxLength) + " jane@example.com");

        Assert.Equal(RedactionTrial.MaxLength, Assert.Single(trial.Pieces).Text.Length);
        Assert.Equal(RedactionTrial.MaxLength.ToString(System.Globalization.CultureInfo.InvariantCulture), Find(Open().Page, "redaction-trial").GetAttribute("maxlength"));
    }
}
