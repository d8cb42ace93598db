using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class SettingsPageTests : SettingsPageTestBase
{
    [Fact]
    public void Saving_puts_what_is_typed_in_force_and_says_so()
    {
        var (page, settings) = Open();
        Input(page, "setting-service-name", "shop");
        Input(page, "setting-project", "evaluation");
        Input(page, "setting-sampling-ratio", "0.25");
        Pick(page, "setting-capture", "Full");
        Assert.Contains("4 changes Phoenix project, Service name, Message content, Sampling ratio.", page.Find("footer").TextContent, StringComparison.Ordinal);

        Save(page);

        page.WaitForElement(Selector("settings-saved"));
        var telemetry = settings.Current.Telemetry;
        Assert.Equal(("shop", "evaluation", 0.25, CaptureLevel.Full), (telemetry.ServiceName, telemetry.Destination.ProjectName, telemetry.SamplingRatio, telemetry.Capture));
        Assert.Equal("shop", Fixture.Open().Current.Telemetry.ServiceName);
    }

    [Fact]
    public void Typing_again_takes_the_confirmation_back()
    {
        var (page, _) = Open();
        Input(page, "setting-service-name", "shop");
        Save(page);
        page.WaitForElement(Selector("settings-saved"));

        Input(page, "setting-service-name", "shop2");

        Assert.Empty(page.FindAll(Selector("settings-saved")));
    }

    [Theory]
    [InlineData("setting-service-name", " ", "must not be empty")]
    [InlineData("setting-endpoint", "localhost:6006", "begins with http://")]
    [InlineData("setting-sampling-ratio", "1.5", "from 0 to 1")]
    [InlineData("setting-sampling-ratio", "", "from 0 to 1")]
    [InlineData("setting-history", "many", "from 1 to 10,000")]
    [InlineData("setting-redaction", "(open", "not a valid regular expression")]
    [InlineData("setting-ollama-host", "ftp://gpu", "scheme")]
    [InlineData("setting-batch", "5000", "the queue size, 2,048")]
    public void A_fault_stands_at_its_field_and_nothing_is_saved(string testId, string text, string expected)
    {
        var (page, settings) = Open();
        var before = settings.Current;
        Input(page, testId, text);

        Save(page);

        page.WaitForAssertion(() => Assert.Contains(expected, page.Find(Selector("setting-error")).TextContent, StringComparison.Ordinal));
        var input = Find(page, testId);
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        var notes = page.Find($"#{input.GetAttribute("aria-describedby")}");
        Assert.NotNull(notes.QuerySelector(Selector("setting-error")));
        Assert.Same(before, settings.Current);
        Assert.Empty(page.FindAll(Selector("settings-saved")));
    }

    [Fact]
    public void Every_fault_is_shown_at_once_and_goes_as_soon_as_it_is_mended()
    {
        var (page, _) = Open();
        Input(page, "setting-service-name", "");
        Input(page, "setting-project", "");
        Save(page);
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(Selector("setting-error")).Count));

        Input(page, "setting-project", "p");

        Assert.Single(page.FindAll(Selector("setting-error")));
    }

    [Fact]
    public void A_fault_shows_when_the_field_is_left()
    {
        var (page, _) = Open();
        Input(page, "setting-endpoint", "nowhere");
        Assert.Empty(page.FindAll(Selector("setting-error")));

        page.Find("form").FocusOut();

        Assert.Single(page.FindAll(Selector("setting-error")));
    }

    [Fact]
    public void Slider_and_number_are_one()
    {
        var (page, settings) = Open();

        Input(page, "setting-sampling-slider", "0.4");
        Assert.Equal("0.4", Find(page, "setting-sampling-ratio").GetAttribute("value"));
        Input(page, "setting-sampling-ratio", "0.75");
        Assert.Equal("0.75", Find(page, "setting-sampling-slider").GetAttribute("value"));
        Assert.Contains("75% of traces", page.Markup, StringComparison.Ordinal);

        Save(page);
        page.WaitForAssertion(() => Assert.Equal(0.75, settings.Current.Telemetry.SamplingRatio));
    }

    [Fact]
    public void Discard_brings_back_what_is_in_force()
    {
        var (page, _) = Open();
        Input(page, "setting-service-name", "shop");

        Find(page, "setting-discard").Click();

        Assert.Equal("ollama-client", Find(page, "setting-service-name").GetAttribute("value"));
        Assert.True(Find(page, "setting-discard").HasAttribute("disabled"));
    }

    [Fact]
    public void What_is_switched_and_switched_back_is_no_change()
    {
        var (page, _) = Open();

        Find(page, "destination-enabled").Change(false);
        Pick(page, "setting-capture", "Full");
        Assert.Contains("2 changes", page.Find("footer").TextContent, StringComparison.Ordinal);
        Find(page, "destination-enabled").Change(true);
        Pick(page, "setting-capture", "Preview");

        Assert.Contains("All changes saved", page.Find("footer").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_are_added_and_removed_by_rows()
    {
        var (page, settings) = Open();
        AddRow(page, "field-telemetry-resourceattributes", "", "blue");
        Assert.Equal("Remove attribute 1", page.Find("#field-telemetry-resourceattributes .row button").GetAttribute("aria-label"));
        page.Find("#field-telemetry-resourceattributes .row input").Input("team");
        AddRow(page, "field-telemetry-spanattributes", "tier", "gold");
        AddRow(page, "field-telemetry-headers", "x-tenant", "t1");
        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal("blue", settings.Current.Telemetry.ResourceAttributes["team"]);
        Assert.Equal("gold", settings.Current.Telemetry.SpanAttributes["tier"]);
        Assert.Equal("t1", settings.Current.Telemetry.Destination.Headers["x-tenant"]);

        page.Find("#field-telemetry-resourceattributes button[aria-label='Remove attribute team']").Click();
        Save(page);
        page.WaitForAssertion(() => Assert.Empty(settings.Current.Telemetry.ResourceAttributes));
    }

    [Fact]
    public void Two_attributes_of_one_name_are_a_fault_at_the_field()
    {
        var (page, _) = Open();
        AddRow(page, "field-telemetry-spanattributes", "tier", "gold");
        AddRow(page, "field-telemetry-spanattributes", "tier", "silver");

        Save(page);

        page.WaitForAssertion(() => Assert.Contains("tier is there twice", page.Find(Selector("setting-error")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_save_elsewhere_is_followed_but_never_takes_away_what_is_being_typed()
    {
        var (page, settings) = Open();
        Input(page, "setting-service-name", "mine");

        await SaveAsync(settings, telemetry => telemetry with { ServiceName = "theirs", Destination = telemetry.Destination with { ProjectName = "theirs" }, SamplingRatio = 0.5 });

        page.WaitForAssertion(() => Assert.Equal("theirs", Find(page, "setting-project").GetAttribute("value")));
        Assert.Equal("mine", Find(page, "setting-service-name").GetAttribute("value"));
        Assert.Contains("changed elsewhere", page.Markup, StringComparison.Ordinal);

        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal(("mine", "theirs", 0.5),
            (settings.Current.Telemetry.ServiceName, settings.Current.Telemetry.Destination.ProjectName, settings.Current.Telemetry.SamplingRatio));
        Assert.DoesNotContain("changed elsewhere", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaving_with_unsaved_changes_asks_first()
    {
        var (page, settings) = Open();
        var navigation = Services.GetRequiredService<NavigationManager>();
        Input(page, "setting-service-name", "shop");

        navigation.NavigateTo("/traces");
        Assert.DoesNotContain("traces", navigation.Uri, StringComparison.Ordinal);
        page.WaitForElement(Selector("setting-stay")).Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Selector("setting-stay"))));
        Assert.Equal("shop", Find(page, "setting-service-name").GetAttribute("value"));

        navigation.NavigateTo("/traces");
        page.WaitForElement(Selector("setting-leave")).Click();
        page.WaitForAssertion(() => Assert.EndsWith("/traces", navigation.Uri, StringComparison.Ordinal));
        Assert.Equal("ollama-client", settings.Current.Telemetry.ServiceName);
    }

    [Fact]
    public void Save_and_leave_does_both()
    {
        var (page, settings) = Open();
        var navigation = Services.GetRequiredService<NavigationManager>();
        Input(page, "setting-service-name", "shop");
        navigation.NavigateTo("/traces");
        page.WaitForElement(Selector("setting-stay"));

        Save(page);

        page.WaitForAssertion(() => Assert.EndsWith("/traces", navigation.Uri, StringComparison.Ordinal));
        Assert.Equal("shop", settings.Current.Telemetry.ServiceName);
    }

    [Fact]
    public void Sections_stand_in_their_order_and_fold_what_few_need()
    {
        var (page, _) = Open();

        Assert.Equal(["Ollama", "Chat", "Privacy and sampling", "Destinations", "Service", "Tools", "Prices and metrics", "Alerts", "Your data", "Advanced"], page.FindAll("[data-sections] > a").Select(link => link.TextContent));
        Assert.Equal(page.FindAll("[data-sections] > a").Select(link => link.GetAttribute("href")), page.FindAll("form > section").Select(section => $"settings#{section.Id}"));
        Assert.Equal(
            [
                "More: proxy login, headers for Ollama", "More: slower than (s), costlier than (USD), more tokens than, ratio by model", "More: projects, kind, name, headers for the endpoint, protocol, compression, certificates, client certificate, client key, whole address, address of a trace", "More: resource attributes, span attributes", "More: most traces, keep counts (days)",
                "Batches: queue size (spans), queue size (MB), spool size (MB), batch size, export interval (ms), export timeout (ms), metrics interval (ms)",
                "Tail sampling: traces held, size held (MB), time held (s)",
                "Logs: log level",
            ],
            page.FindAll("summary").Select(summary => summary.TextContent).Where(text => text.Contains(':', StringComparison.Ordinal)));
        Assert.All(page.FindAll("details.fold"), fold => Assert.False(fold.HasAttribute("open")));
        Assert.Null(Find(page, "setting-api-key").Closest("details"));
    }

    [Fact]
    public void A_fold_with_a_value_that_was_passed_over_stands_open()
    {
        Fixture.Write("""{ "Telemetry": { "Batch": { "MaxQueueSize": 0 } } }""");
        var (page, _) = Open();

        Assert.Equal(["setting-queue"], page.FindAll("details.fold[open] input").Select(input => input.GetAttribute("data-testid")).Take(1));
        Assert.Single(page.FindAll("details.fold[open]"));
    }

    [Fact]
    public void Many_changes_are_named_as_far_as_they_fit()
    {
        var (page, _) = Open();
        foreach (var testId in new[] { "setting-model", "setting-project", "setting-service-name", "setting-environment", "setting-version", "setting-history" })
        {
            Input(page, testId, "7");
        }

        Assert.Equal(
            "6 changes Model, Messages in history, Phoenix project, Service name and 2 more. They take effect as soon as you save, without a restart.",
            page.Find("footer [role='status']").TextContent.Trim());
    }
}
