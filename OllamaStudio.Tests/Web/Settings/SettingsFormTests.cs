using System.Reflection;
using OllamaStudio.Settings;
using OllamaStudio.Tests.Settings;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class SettingsFormTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Every_setting_has_a_field_and_keeps_its_key()
    {
        var catalog = Composition.CreateSettingCatalog();
        var keys = typeof(SettingKeys).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!).Order(StringComparer.Ordinal);

        Assert.Equal(keys, catalog.All.Select(setting => setting.Key).Order(StringComparer.Ordinal));
        Assert.Equal(
            keys.Except([SettingKeys.Port, SettingKeys.DataFolder, SettingKeys.AccessToken, SettingKeys.MayExport, SettingKeys.DestinationMetricsApart, SettingKeys.DestinationLogsApart, SettingKeys.OtlpMetricsApart, SettingKeys.OtlpLogsApart]),
            new SettingsForm(_fixture.Open()).Fields.Select(field => field.Setting.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_form_that_was_not_touched_is_not_edited_whatever_is_stored()
    {
        _fixture.Write("""
            { "Telemetry": { "ApiKey": "px", "Headers": { "a": "1" }, "SamplingRatio": 1e-3, "RedactionPatterns": ["x", "y"], "SpanAttributes": { "k": "v" } } }
            """);

        Assert.Equal(0, new SettingsForm(_fixture.Open()).EditedCount);
    }

    [Fact]
    public async Task What_is_typed_while_a_save_is_under_way_stays_typed()
    {
        var settings = _fixture.Open();
        var form = new SettingsForm(settings);
        form[SettingKeys.ServiceName].Text = "first";
        settings.Changed += () => form[SettingKeys.ServiceName].Text = "second";

        await form.SaveAsync(CancellationToken.None);

        Assert.Equal("first", settings.Current.Telemetry.ServiceName);
        Assert.Equal("second", form[SettingKeys.ServiceName].Text);
        Assert.True(form[SettingKeys.ServiceName].IsEdited);
        Assert.False(form[SettingKeys.ServiceName].ChangedElsewhere);
    }

    [Fact]
    public async Task Texts_are_tidied_once_saved()
    {
        var form = new SettingsForm(_fixture.Open());
        form[SettingKeys.ServiceName].Text = "  shop ";
        form[SettingKeys.RedactionPatterns].Text = "a+\r\n\r\nb+\n";

        Assert.True((await form.SaveAsync(CancellationToken.None)).Succeeded);

        Assert.Equal("shop", form[SettingKeys.ServiceName].Text);
        Assert.Equal("a+\nb+", form[SettingKeys.RedactionPatterns].Text);
        Assert.Equal(0, form.EditedCount);
    }

    [Fact]
    public async Task A_header_can_be_replaced_while_another_keeps_its_value()
    {
        _fixture.Write("""{ "Telemetry": { "Headers": { "a": "1", "b": "2", "c": "3" } } }""");
        var settings = _fixture.Open();
        var form = new SettingsForm(settings);
        form[SettingKeys.Headers].Text = PairText.Join([new("a", FormField.Kept), new("b", "new")]);

        await form.SaveAsync(CancellationToken.None);

        Assert.Equal([new("a", "1"), new("b", "new")], settings.Current.Telemetry.Destination.Headers);
        Assert.DoesNotContain("new", form[SettingKeys.Headers].Text, StringComparison.Ordinal);
    }
}
