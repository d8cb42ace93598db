using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Settings;

/// <summary>The first destination: kept in a list, and still read under the keys it had before there was one.</summary>
public sealed class DestinationSettingsTests : IDisposable
{
    private const string InList = "Telemetry:Destinations:0:Endpoint";

    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task It_is_saved_as_the_one_item_of_a_list_and_comes_back()
    {
        await SaveAsync(_fixture.Open(), destination => destination with { Endpoint = "http://a/v1/traces", ProjectName = "p" });

        Assert.Equal("""{"Destinations":[{"Endpoint":"http://a/v1/traces","ProjectName":"p"}]}""", _fixture.Saved()["Telemetry"]!.ToJsonString());
        Assert.Equal(2, _fixture.Saved()["Version"]!.GetValue<int>());
        var again = Assert.Single(_fixture.Open().Current.Telemetry.Destinations);
        Assert.Equal(("http://a/v1/traces", "p"), (again.Endpoint, again.ProjectName));
    }

    [Fact]
    public async Task A_file_of_before_is_moved_into_the_list_by_the_next_save_secrets_unopened()
    {
        _fixture.Write("""{ "Version": 1, "Telemetry": { "Endpoint": "http://a/v1/traces", "ApiKey": { "$protected": "\"yek\"" } }, "Chat": { "MaxConversationHistory": 9 } }""");

        var settings = _fixture.Open();
        Assert.Equal(("http://a/v1/traces", "key"), (settings.Current.Telemetry.Destination.Endpoint, settings.Current.Telemetry.Destination.ApiKey));
        _fixture.Protector.KeyLost = true;
        await settings.SaveAsync(current => current with { Chat = new() { MaxConversationHistory = 10 } }, CancellationToken.None);

        Assert.Equal(
            """{"Destinations":[{"Endpoint":"http://a/v1/traces","ApiKey":{"$protected":"\"yek\""}}]}""",
            _fixture.Saved()["Telemetry"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task What_an_older_studio_saved_over_a_newer_file_holds_and_the_rest_of_the_list_is_kept()
    {
        // A studio of version 1 keeps the list as a property that it does not know, and writes its own key beside it.
        _fixture.Write("""{ "Version": 1, "Telemetry": { "Endpoint": "http://older/", "Destinations": [{ "Endpoint": "http://newer/", "ProjectName": "kept" }] } }""");

        var settings = _fixture.Open();
        Assert.Equal(("http://older/", "kept"), (settings.Current.Telemetry.Destination.Endpoint, settings.Current.Telemetry.Destination.ProjectName));
        await SaveAsync(settings, destination => destination with { ProjectName = "changed" });

        Assert.Equal("""{"Destinations":[{"Endpoint":"http://older/","ProjectName":"changed"}]}""", _fixture.Saved()["Telemetry"]!.ToJsonString());
    }

    [Fact]
    public async Task Items_and_properties_that_are_not_known_survive_a_save_and_a_reset()
    {
        _fixture.Write("""{ "Version": 2, "Telemetry": { "Destinations": [{ "Kind": "later", "Endpoint": "http://a/" }, { "Endpoint": "http://b/" }] } }""");
        var settings = _fixture.Open();

        await SaveAsync(settings, destination => destination with { Endpoint = "http://c/" });
        Assert.Equal("http://c/", _fixture.Saved()["Telemetry"]!["Destinations"]![0]!["Endpoint"]!.GetValue<string>());
        await settings.ResetAsync(SettingKeys.Endpoint, CancellationToken.None);

        Assert.Equal("""[{"Kind":"later"},{"Endpoint":"http://b/"}]""", _fixture.Saved()["Telemetry"]!["Destinations"]!.ToJsonString());
        Assert.Equal(new DestinationSettings().Endpoint, settings.Current.Telemetry.Destination.Endpoint);
    }

    [Fact]
    public async Task Its_last_value_takes_the_list_with_it()
    {
        var settings = _fixture.Open();
        await SaveAsync(settings, destination => destination with { ProjectName = "p" });

        await SaveAsync(settings, destination => destination with { ProjectName = new DestinationSettings().ProjectName });

        Assert.False(_fixture.Saved().ContainsKey("Telemetry"));
    }

    [Theory]
    [InlineData(SettingKeys.Endpoint)]
    [InlineData(InList)]
    public void Every_layer_gives_it_under_its_former_key_and_in_the_list(string key)
    {
        var appSettings = new Dictionary<string, string> { [key] = "http://file/" };
        Assert.Equal("http://file/", Endpoint(_fixture.Open(new() { AppSettings = appSettings })));

        _fixture.Write(key == InList
            ? """{ "Telemetry": { "Destinations": [{ "Endpoint": "http://saved/" }] } }"""
            : """{ "Telemetry": { "Endpoint": "http://saved/" } }""");
        Assert.Equal("http://saved/", Endpoint(_fixture.Open(new() { AppSettings = appSettings })));

        var variable = "OllamaStudio__" + key.Replace(":", "__", StringComparison.Ordinal);
        var environment = new Dictionary<string, string> { [variable] = "http://env/" };
        var byEnvironment = _fixture.Open(new() { AppSettings = appSettings, Environment = environment });
        Assert.Equal(("http://env/", variable), (Endpoint(byEnvironment), byEnvironment.FixedBy(SettingKeys.Endpoint)));

        var byCommandLine = _fixture.Open(new() { Environment = environment, CommandLine = new Dictionary<string, string> { ["OllamaStudio:" + key] = "http://cli/" } });
        Assert.Equal(("http://cli/", "--OllamaStudio:" + key), (Endpoint(byCommandLine), byCommandLine.FixedBy(SettingKeys.Endpoint)));
    }

    private static string Endpoint(SettingsService settings) => settings.Current.Telemetry.Destination.Endpoint;

    private static async Task SaveAsync(SettingsService settings, Func<DestinationSettings, DestinationSettings> change) => Assert.True((await settings.SaveAsync(
        current => current with { Telemetry = current.Telemetry with { Destination = change(current.Telemetry.Destination) } }, CancellationToken.None)).Succeeded);
}
