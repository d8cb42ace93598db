using Bunit;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class SettingsPageSecretTests : SettingsPageTestBase
{
    private const string Key = "px-live-5f2a";

    [Fact]
    public async Task A_stored_key_is_never_rendered_and_stays_when_other_things_are_saved()
    {
        var settings = Fixture.Open();
        await SaveAsync(settings, telemetry => telemetry with { Destination = telemetry.Destination with { ApiKey = Key, Headers = telemetry.Destination.Headers.Add("x-tenant", "tenant-secret") } });
        var page = Render(settings);

        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant-secret", page.Markup, StringComparison.Ordinal);
        Assert.Contains("A value is stored", page.Markup, StringComparison.Ordinal);
        Assert.Equal("password", Find(page, "setting-api-key").GetAttribute("type"));
        Assert.True(string.IsNullOrEmpty(Find(page, "setting-api-key").GetAttribute("value")));

        Input(page, "setting-service-name", "shop");
        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal(Key, settings.Current.Telemetry.Destination.ApiKey);
        Assert.Equal("tenant-secret", settings.Current.Telemetry.Destination.Headers["x-tenant"]);
        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_can_be_typed_replaced_and_removed_and_is_gone_from_the_page_once_saved()
    {
        var (page, settings) = Open();
        Input(page, "setting-api-key", Key);
        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal(Key, settings.Current.Telemetry.Destination.ApiKey);
        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);

        Input(page, "setting-api-key", "px-second");
        Save(page);
        page.WaitForAssertion(() => Assert.Equal("px-second", settings.Current.Telemetry.Destination.ApiKey));

        page.WaitForElement(Selector("setting-api-key-remove")).Click();
        Save(page);
        page.WaitForAssertion(() => Assert.Null(settings.Current.Telemetry.Destination.ApiKey));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Key)]
    public void A_stored_key_does_not_go_along_to_another_address_unless_it_is_typed_again(string? typed)
    {
        var (page, settings) = Open();
        Input(page, "setting-api-key", Key);
        Save(page);
        page.WaitForElement(Selector("settings-saved"));

        Input(page, "setting-endpoint", "http://localhost:6006/below/v1/traces");
        Assert.Empty(page.FindAll(Selector("setting-stays-behind")));
        Input(page, "setting-endpoint", "http://elsewhere:6006/v1/traces");
        Assert.Contains("type it again", page.WaitForElement(Selector("setting-stays-behind")).TextContent, StringComparison.Ordinal);
        if (typed is not null)
        {
            Input(page, "setting-api-key", typed);
            page.WaitForAssertion(() => Assert.Empty(page.FindAll(Selector("setting-stays-behind"))));
        }

        Save(page);
        page.WaitForAssertion(() => Assert.Equal("http://elsewhere:6006/v1/traces", settings.Current.Telemetry.Destination.Endpoint));
        Assert.Equal(typed, settings.Current.Telemetry.Destination.ApiKey);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Selector("setting-stays-behind"))));
    }

    [Fact]
    public void The_key_of_ollama_com_can_be_typed_and_removed_and_is_never_rendered()
    {
        var (page, settings) = Open();
        Assert.Equal("password", Find(page, "setting-ollama-api-key").GetAttribute("type"));
        Input(page, "setting-ollama-api-key", Key);
        Save(page);
        page.WaitForElement(Selector("settings-saved"));
        Assert.Equal(Key, settings.Current.Ollama.ApiKey);
        Assert.Null(settings.Current.Telemetry.Destination.ApiKey);
        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);
        Assert.Contains("Sent to https://ollama.com only", page.Markup, StringComparison.Ordinal);

        Input(page, "setting-model", "other");
        Save(page);
        page.WaitForAssertion(() => Assert.Equal("other", settings.Current.Ollama.Model));
        Assert.Equal(Key, settings.Current.Ollama.ApiKey);

        page.WaitForElement(Selector("setting-ollama-api-key-remove")).Click();
        Save(page);
        page.WaitForAssertion(() => Assert.Null(settings.Current.Ollama.ApiKey));
    }

    [Fact]
    public void A_key_of_ollama_com_that_the_environment_sets_is_named_not_shown()
    {
        var (page, _) = Open(("OLLAMA_API_KEY", Key));

        Assert.Equal("set", Find(page, "setting-ollama-api-key").GetAttribute("placeholder"));
        Assert.Contains("OLLAMA_API_KEY", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);
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

        page.WaitForAssertion(() => Assert.Equal("other", settings.Current.Telemetry.Destination.ProjectName));
        Assert.Equal(Key, settings.Current.Telemetry.Destination.ApiKey);
    }
}
