using Bunit;

namespace OllamaStudio.Tests.Web.Settings;

/// <summary>Values from the environment and from the file, and files that cannot be read or written.</summary>
public sealed class SettingsPageSourceTests : SettingsPageTestBase
{
    [Fact]
    public void A_setting_that_the_environment_fixes_is_disabled_and_names_the_variable()
    {
        var (page, _) = Open(("OTEL_SERVICE_NAME", "fixed-here"), ("OTEL_TRACES_SAMPLER", "always_off"));

        var input = Find(page, "setting-service-name");
        Assert.True(input.HasAttribute("disabled"));
        Assert.Equal("fixed-here", input.GetAttribute("value"));
        Assert.Contains("OTEL_SERVICE_NAME", page.Find($"#{input.GetAttribute("aria-describedby")}").TextContent, StringComparison.Ordinal);
        Assert.True(Find(page, "setting-sampling-ratio").HasAttribute("disabled"));
        Assert.True(Find(page, "setting-sampling-slider").HasAttribute("disabled"));
    }

    [Fact]
    public void A_variable_that_makes_no_sense_is_told_at_its_field()
    {
        var (page, _) = Open(("PHOENIX_ENDPOINT", "nonsense"));

        var notes = page.Find($"#{Find(page, "setting-endpoint").GetAttribute("aria-describedby")}").TextContent;

        Assert.Contains("PHOENIX_ENDPOINT", notes, StringComparison.Ordinal);
    }

    [Fact]
    public void A_saved_value_that_makes_no_sense_can_be_forgotten()
    {
        Fixture.Write("""{ "Telemetry": { "SamplingRatio": 7 } }""");
        var (page, settings) = Open();

        page.FindAll("button.link").Single(button => button.TextContent == "Remove it").Click();

        page.WaitForAssertion(() => Assert.Empty(settings.Faults));
        Assert.DoesNotContain("is not used", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_could_not_be_written_are_in_force_and_the_page_says_so()
    {
        var (page, settings) = Open();
        Directory.CreateDirectory(Fixture.FilePath + ".tmp");
        Input(page, "setting-service-name", "shop");

        Save(page);

        var alert = page.WaitForElement(Selector("settings-not-stored"));
        Assert.Contains("applies until the studio stops", alert.TextContent, StringComparison.Ordinal);
        Assert.Equal("shop", settings.Current.Telemetry.ServiceName);
    }

    [Fact]
    public void A_damaged_file_is_told_on_the_page()
    {
        Fixture.Write("{ nonsense");

        var (page, _) = Open();

        Assert.Contains("kept aside", page.Find(Selector("settings-load-warning")).TextContent, StringComparison.Ordinal);
    }
}
