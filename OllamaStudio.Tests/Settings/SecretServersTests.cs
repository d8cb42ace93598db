using System.Text.Json.Nodes;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Settings;

/// <summary>A key that was saved for one server is sent to no other, whoever changes the address.</summary>
public sealed class SecretServersTests : IDisposable
{
    private const string Key = "px-live-5f2a";
    private const string Here = "https://here.example:6006/v1/traces";

    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://elsewhere:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://here.example:6007/v1/traces")]
    [InlineData("PHOENIX_ENDPOINT", "http://here.example:6006/v1/traces")]
    [InlineData("OllamaStudio__Telemetry__Endpoint", "https://here.example.org:6006/v1/traces")]
    public async Task A_variable_that_leads_elsewhere_does_not_take_it_along(string variable, string elsewhere)
    {
        await SaveAsync(_fixture.Open());

        var settings = Open((variable, elsewhere));
        Assert.Equal((null, 0), (settings.Current.Telemetry.Destination.ApiKey, settings.Current.Telemetry.Destination.Headers.Count));
        Assert.Equal([SettingKeys.ApiKey, SettingKeys.Headers], settings.Faults.Select(static fault => fault.Key));
        Assert.All(settings.Faults, static fault => Assert.Contains("saved for another server", fault.Message, StringComparison.Ordinal));

        // Saving something else leaves it where it is, and back home it is there again.
        await settings.SaveAsync(static current => current with { Chat = new() { MaxConversationHistory = 3 } }, CancellationToken.None);
        AssertHas(Open());
        AssertHas(Open((variable is "PHOENIX_ENDPOINT" ? variable : "PHOENIX_ENDPOINT", "https://HERE.example:6006/other")));
    }

    [Fact]
    public async Task One_that_was_typed_for_an_address_of_a_variable_is_for_that_one()
    {
        await SaveAsync(Open(("PHOENIX_ENDPOINT", Here)), endpoint: null);

        AssertHas(Open(("PHOENIX_ENDPOINT", Here)));
        Assert.Null(Open(("PHOENIX_ENDPOINT", "https://there.example/v1/traces")).Current.Telemetry.Destination.ApiKey);
        Assert.Null(Open().Current.Telemetry.Destination.ApiKey);
    }

    [Fact]
    public async Task A_change_of_the_address_leaves_it_behind_in_the_file_too()
    {
        var settings = _fixture.Open();
        await SaveAsync(settings);

        // Of headers the one that is typed with it goes along.
        Assert.True((await settings.SaveAsync(
            static current => Change(current, static it => it with { Endpoint = "https://there.example/v1/traces", Headers = it.Headers.Add("x-new", "typed") }), CancellationToken.None)).Succeeded);
        var destination = settings.Current.Telemetry.Destination;
        Assert.Null(destination.ApiKey);
        Assert.Equal(["x-new"], destination.Headers.Keys);
        Assert.False(_fixture.Saved()["Telemetry"]!["Destinations"]![0]!.AsObject().ContainsKey("ApiKey"));

        destination = _fixture.Open().Current.Telemetry.Destination;
        Assert.Equal((null, "typed"), (destination.ApiKey, Assert.Single(destination.Headers).Value));
    }

    [Fact]
    public async Task A_change_on_the_same_server_keeps_it_and_so_does_one_of_the_name()
    {
        var settings = _fixture.Open();
        await SaveAsync(settings);

        await settings.SaveAsync(static current => Change(current, static it => it with { Endpoint = "https://here.example:6006/below/v1/traces", Name = "Mine" }), CancellationToken.None);

        AssertHas(settings);
        AssertHas(_fixture.Open());
    }

    [Fact]
    public async Task Given_anew_the_same_one_goes_along()
    {
        var settings = _fixture.Open();
        await SaveAsync(settings);

        await settings.SaveAsync(static current => Change(current, static it => it with { Endpoint = "https://there.example/v1/traces" }), [SettingKeys.ApiKey], CancellationToken.None);

        foreach (var one in new[] { settings, _fixture.Open() })
        {
            Assert.Equal((Key, 0), (one.Current.Telemetry.Destination.ApiKey, one.Current.Telemetry.Destination.Headers.Count));
        }
    }

    [Fact]
    public async Task A_reset_of_the_address_leaves_it_behind()
    {
        var settings = _fixture.Open();
        await SaveAsync(settings);

        await settings.ResetAsync(SettingKeys.Endpoint, CancellationToken.None);

        Assert.Null(settings.Current.Telemetry.Destination.ApiKey);
        Assert.Null(_fixture.Open().Current.Telemetry.Destination.ApiKey);
        Assert.DoesNotContain("ApiKey", await File.ReadAllTextAsync(_fixture.FilePath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Here, true)]
    [InlineData("https://there.example/v1/traces", false)]
    public void One_of_an_earlier_version_is_for_the_address_that_is_saved_beside_it(string endpoint, bool isThere)
    {
        _fixture.Write(new JsonObject
        {
            ["Version"] = 2,
            ["Telemetry"] = new JsonObject { ["Destinations"] = new JsonArray(new JsonObject { ["Endpoint"] = Here, ["ApiKey"] = new JsonObject { ["$protected"] = _fixture.Protector.Protect($"\"{Key}\"") } }) },
        }.ToJsonString());

        Assert.Equal(Key, Open().Current.Telemetry.Destination.ApiKey);
        Assert.Equal(isThere ? Key : null, Open(("PHOENIX_ENDPOINT", endpoint)).Current.Telemetry.Destination.ApiKey);
    }

    [Theory]
    [InlineData("Destinations", "PHOENIX_ENDPOINT")]
    [InlineData("OtlpDestination", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    public async Task One_of_an_earlier_version_without_an_address_beside_it_is_for_the_one_in_force(string destination, string variable)
    {
        JsonNode saved = new JsonObject { ["ApiKey"] = new JsonObject { ["$protected"] = _fixture.Protector.Protect($"\"{Key}\"") } };
        _fixture.Write(new JsonObject { ["Version"] = 2, ["Telemetry"] = new JsonObject { [destination] = destination is "Destinations" ? new JsonArray(saved) : saved } }.ToJsonString());
        Dictionary<string, string> variables = new() { ["PHOENIX_ENDPOINT"] = "http://phoenix:6006", [variable] = "http://here:4318" };

        var settings = OpenHere();
        Assert.Equal((Key, 0), (KeyOf(settings), settings.Faults.Length));

        // From the next change on, whatever it is, it is for no other.
        Assert.True((await settings.SaveAsync(static current => current with { Chat = new() { MaxConversationHistory = 3 } }, CancellationToken.None)).Succeeded);
        Assert.Equal(Key, KeyOf(OpenHere()));
        variables[variable] = "http://elsewhere:4318";
        Assert.Null(KeyOf(OpenHere()));

        SettingsService OpenHere() => Open([.. variables.Select(static one => (one.Key, one.Value))]);

        string? KeyOf(SettingsService of) => (destination is "Destinations" ? of.Current.Telemetry.Destination : of.Current.Telemetry.OtlpDestination).ApiKey;
    }

    [Theory]
    [InlineData("PHOENIX_API_KEY", "px-of-phoenix")]
    [InlineData("PHOENIX_ENDPOINT", "http://phoenix:6006/v1/traces")]
    public void Destinations_are_told_apart_over_all_layers(string phoenix, string value)
    {
        foreach (var isPhoenixAbove in new[] { true, false })
        {
            Dictionary<string, string> one = new() { [phoenix] = value }, other = new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318", ["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=theirs" };
            var both = _fixture.Open(new() { CommandLine = isPhoenixAbove ? one : other, Environment = isPhoenixAbove ? other : one }).Current.Telemetry.Destinations.ToList();

            Assert.Equal([DestinationSettings.FirstId, DestinationSettings.OtlpId], both.Select(static each => each.Id));
            Assert.DoesNotContain("collector", both[0].Endpoint, StringComparison.Ordinal);
            Assert.Empty(both[0].Headers);
            Assert.Equal(("http://collector:4318/v1/traces", null, "theirs"), (both[1].Endpoint, both[1].ApiKey, both[1].Headers["api-key"]));
        }
    }

    [Fact]
    public void A_key_of_Phoenix_does_not_go_to_a_collector_because_the_address_beside_it_makes_no_sense()
    {
        var all = Open(("PHOENIX_ENDPOINT", "nonsense"), ("PHOENIX_API_KEY", Key), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")).Current.Telemetry.Destinations;

        Assert.DoesNotContain(all, static each => each.ApiKey is not null && each.Endpoint.Contains("collector", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://phoenix:8080/v1/traces", DestinationKind.Phoenix)]
    [InlineData("https://app.phoenix.arize.com/s/mine", DestinationKind.PhoenixCloud)]
    [InlineData("nonsense", DestinationKind.ByAddress)]
    public void An_address_of_a_Phoenix_variable_is_a_Phoenix_at_any_port(string endpoint, DestinationKind kind) =>
        Assert.Equal(kind, Open(("PHOENIX_ENDPOINT", endpoint)).Current.Telemetry.Destination.Kind);

    private static void AssertHas(SettingsService settings)
    {
        Assert.Equal((Key, "tenant-secret"), (settings.Current.Telemetry.Destination.ApiKey, settings.Current.Telemetry.Destination.Headers["x-tenant"]));
        Assert.Empty(settings.Faults);
    }

    private static StudioSettings Change(StudioSettings settings, Func<DestinationSettings, DestinationSettings> change) =>
        settings with { Telemetry = settings.Telemetry with { Destination = change(settings.Telemetry.Destination) } };

    private SettingsService Open(params (string Name, string Value)[] variables) => _fixture.Open(new() { Environment = variables.ToDictionary(static one => one.Name, static one => one.Value) });

    private static async Task SaveAsync(SettingsService settings, string? endpoint = Here) => Assert.True((await settings.SaveAsync(
        current => Change(current, it => it with { Endpoint = endpoint ?? it.Endpoint, ApiKey = Key, Headers = it.Headers.Add("x-tenant", "tenant-secret") }), CancellationToken.None)).Succeeded);
}
