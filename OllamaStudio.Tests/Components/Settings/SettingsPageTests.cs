using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Components.Settings;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Export;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Tests.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Components.Settings;

public sealed class SettingsPageTests : BunitContext
{
    private const string Key = "px-live-5f2a";
    private readonly SettingsFixture _fixture = new();
    private readonly FakeExportMonitor _monitor = new();

    public SettingsPageTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule("./Components/Settings/SettingsPage.razor.js").SetupModule("attach", _ => true);
        ComponentFactories.AddStub<FaultLab>();
        Services.AddSingleton<IExportMonitor>(_monitor);
        Services.AddSingleton<IMcpMonitor>(new FakeMcpMonitor());
        Services.AddSingleton(TimeProvider.System);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _fixture.Dispose();
    }

    [Fact]
    public void Saving_puts_what_is_typed_in_force_and_says_so()
    {
        var (page, settings) = Open();
        Input(page, "setting-service-name", "shop");
        Input(page, "setting-project", "evaluation");
        Input(page, "setting-sampling-ratio", "0.25");
        Find(page, "setting-capture").Change("full");
        Assert.Contains("4 unsaved changes", page.Find("footer").TextContent, StringComparison.Ordinal);

        Save(page);

        page.WaitForElement(Selector("settings-saved"));
        var telemetry = settings.Current.Telemetry;
        Assert.Equal(("shop", "evaluation", 0.25, CaptureLevel.Full), (telemetry.ServiceName, telemetry.ProjectName, telemetry.SamplingRatio, telemetry.Capture));
        Assert.Equal("shop", _fixture.Open().Current.Telemetry.ServiceName);
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
    [InlineData("setting-redaction", "(open", "no regular expression")]
    [InlineData("setting-ollama-host", "ftp://gpu", "scheme")]
    [InlineData("setting-batch", "5000", "size of the queue, 2,048")]
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
        _fixture.Write("""{ "Telemetry": { "SamplingRatio": 7 } }""");
        var (page, settings) = Open();

        page.FindAll("button.link").Single(button => button.TextContent == "Forget it").Click();

        page.WaitForAssertion(() => Assert.Empty(settings.Faults));
        Assert.DoesNotContain("Not used", page.Markup, StringComparison.Ordinal);
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
    public async Task A_stored_key_is_never_rendered_and_stays_when_other_things_are_saved()
    {
        var settings = _fixture.Open();
        await SaveAsync(settings, telemetry => telemetry with { ApiKey = Key, Headers = telemetry.Headers.Add("x-tenant", "tenant-secret") });
        var page = Render(settings);

        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant-secret", page.Markup, StringComparison.Ordinal);
        Assert.Contains("A key is stored", page.Markup, StringComparison.Ordinal);
        Assert.Equal("password", Find(page, "setting-api-key").GetAttribute("type"));
        Assert.True(string.IsNullOrEmpty(Find(page, "setting-api-key").GetAttribute("value")));

        Input(page, "setting-service-name", "shop");
        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal(Key, settings.Current.Telemetry.ApiKey);
        Assert.Equal("tenant-secret", settings.Current.Telemetry.Headers["x-tenant"]);
        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_can_be_typed_replaced_and_removed_and_is_gone_from_the_page_once_saved()
    {
        var (page, settings) = Open();
        Input(page, "setting-api-key", Key);
        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal(Key, settings.Current.Telemetry.ApiKey);
        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);

        Input(page, "setting-api-key", "px-second");
        Save(page);
        page.WaitForAssertion(() => Assert.Equal("px-second", settings.Current.Telemetry.ApiKey));

        page.WaitForElement(Selector("setting-api-key-remove")).Click();
        Save(page);
        page.WaitForAssertion(() => Assert.Null(settings.Current.Telemetry.ApiKey));
    }

    [Fact]
    public void A_key_typed_and_cleared_again_keeps_the_stored_one()
    {
        var (page, settings) = Open();
        Input(page, "setting-api-key", Key);
        Save(page);
        page.WaitForElement(Selector("settings-saved"));

        Input(page, "setting-api-key", "px");
        Input(page, "setting-api-key", "");
        Input(page, "setting-project", "other");
        Save(page);

        page.WaitForAssertion(() => Assert.Equal("other", settings.Current.Telemetry.ProjectName));
        Assert.Equal(Key, settings.Current.Telemetry.ApiKey);
    }

    [Fact]
    public void Attributes_are_added_and_removed_by_rows()
    {
        var (page, settings) = Open();
        AddRow(page, "field-telemetry-resourceattributes", "team", "blue");
        AddRow(page, "field-telemetry-spanattributes", "tier", "gold");
        AddRow(page, "field-telemetry-headers", "x-tenant", "t1");
        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal("blue", settings.Current.Telemetry.ResourceAttributes["team"]);
        Assert.Equal("gold", settings.Current.Telemetry.SpanAttributes["tier"]);
        Assert.Equal("t1", settings.Current.Telemetry.Headers["x-tenant"]);

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

        await SaveAsync(settings, telemetry => telemetry with { ServiceName = "theirs", ProjectName = "theirs", SamplingRatio = 0.5 });

        page.WaitForAssertion(() => Assert.Equal("theirs", Find(page, "setting-project").GetAttribute("value")));
        Assert.Equal("mine", Find(page, "setting-service-name").GetAttribute("value"));
        Assert.Contains("changed elsewhere", page.Markup, StringComparison.Ordinal);

        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal(("mine", "theirs", 0.5),
            (settings.Current.Telemetry.ServiceName, settings.Current.Telemetry.ProjectName, settings.Current.Telemetry.SamplingRatio));
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
        Assert.Equal("shop", Find(page, "setting-service-name").GetAttribute("value"));

        navigation.NavigateTo("/traces");
        page.WaitForElement(Selector("setting-leave")).Click();
        Assert.EndsWith("/traces", navigation.Uri, StringComparison.Ordinal);
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
    public void Values_that_could_not_be_written_are_in_force_and_the_page_says_so()
    {
        var (page, settings) = Open();
        Directory.CreateDirectory(_fixture.FilePath + ".tmp");
        Input(page, "setting-service-name", "shop");

        Save(page);

        var alert = page.WaitForElement(Selector("settings-not-stored"));
        Assert.Contains("in force until the studio ends", alert.TextContent, StringComparison.Ordinal);
        Assert.Equal("shop", settings.Current.Telemetry.ServiceName);
    }

    [Fact]
    public void A_damaged_file_is_told_on_the_page()
    {
        _fixture.Write("{ nonsense");

        var (page, _) = Open();

        Assert.Contains("kept aside", page.Find(Selector("settings-load-warning")).TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:6006", "http://localhost:6006/v1/traces")]
    [InlineData("http://collector:4317", "http://collector:4318/v1/traces")]
    public void An_endpoint_that_is_hardly_meant_gets_advice_that_one_click_takes(string typed, string suggested)
    {
        var (page, _) = Open();
        Input(page, "setting-endpoint", typed);

        page.FindAll("button.link").Single(button => button.TextContent == $"Use {suggested}").Click();

        Assert.Equal(suggested, Find(page, "setting-endpoint").GetAttribute("value"));
    }

    [Fact]
    public void The_test_spans_answer_is_shown()
    {
        var (page, _) = Open();
        Find(page, "test-export").Click();
        page.WaitForElement(Selector("test-export-cancel"));

        _monitor.Answer.SetResult(new(TestExportOutcome.Refused, "Phoenix refused the key (401).", new('a', 32), 401));

        var result = page.WaitForElement(Selector("test-export-result"));
        Assert.Contains("Phoenix refused the key (401).", result.TextContent, StringComparison.Ordinal);
        Assert.Equal("refused", result.GetAttribute("data-outcome"));
        Assert.NotNull(Find(page, "test-export"));
    }

    [Fact]
    public void A_test_span_that_takes_long_can_be_cancelled()
    {
        var (page, _) = Open();
        Find(page, "test-export").Click();

        page.WaitForElement(Selector("test-export-cancel")).Click();

        page.WaitForElement(Selector("test-export"));
        Assert.True(_monitor.Cancelled);
        Assert.Empty(page.FindAll(Selector("test-export-result")));
    }

    [Fact]
    public async Task The_exports_standing_is_live_until_the_page_is_left()
    {
        var (page, _) = Open();

        _monitor.Set(new() { State = ExportState.Failing, LastError = "503 from localhost:6006: queue full", Failed = 12 });

        page.WaitForAssertion(() => Assert.Equal("failing", Find(page, "export-state").GetAttribute("data-state")));
        Assert.Contains("queue full", page.Markup, StringComparison.Ordinal);

        await DisposeComponentsAsync();
        Assert.Equal(0, _monitor.Subscribers);
    }

    private static string Selector(string testId) => $"[data-testid='{testId}']";

    private static IElement Find(IRenderedComponent<SettingsPage> page, string testId) => page.Find(Selector(testId));

    private static void Input(IRenderedComponent<SettingsPage> page, string testId, string text) => Find(page, testId).Input(text);

    private static void Save(IRenderedComponent<SettingsPage> page) => page.Find("form").Submit();

    private static void AddRow(IRenderedComponent<SettingsPage> page, string field, string name, string value)
    {
        page.Find(Selector($"{field}-add")).Click();
        page.FindAll($"#{field} .row input")[^2].Input(name);
        page.FindAll($"#{field} .row input")[^1].Input(value);
    }

    private static Task<SettingsSaveResult> SaveAsync(SettingsService settings, Func<TelemetrySettings, TelemetrySettings> change) =>
        settings.SaveAsync(current => current with { Telemetry = change(current.Telemetry) }, CancellationToken.None);

    private (IRenderedComponent<SettingsPage> Page, SettingsService Settings) Open(params (string Name, string Value)[] environment)
    {
        var settings = _fixture.Open(new() { Environment = environment.ToDictionary(variable => variable.Name, variable => variable.Value) });
        return (Render(settings), settings);
    }

    private IRenderedComponent<SettingsPage> Render(SettingsService settings)
    {
        Services.AddSingleton(settings);
        return Render<SettingsPage>();
    }
}
