using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Settings;

public sealed class SettingsSecretTests : IDisposable
{
    private const string Key = "px-live-5f2a";
    private const string OllamaKey = "ollama-live-77c1";

    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Key_and_headers_are_not_in_the_file_in_clear_text_and_come_back()
    {
        await SaveSecrets(_fixture.Open());

        var text = await File.ReadAllTextAsync(_fixture.FilePath);
        Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
        Assert.DoesNotContain(OllamaKey, text, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant-secret", text, StringComparison.Ordinal);
        var again = _fixture.Open().Current;
        Assert.Equal(Key, again.Telemetry.Destination.ApiKey);
        Assert.Equal(OllamaKey, again.Ollama.ApiKey);
        Assert.Equal("tenant-secret", again.Telemetry.Destination.Headers["x-tenant"]);
    }

    [Fact]
    public async Task Neither_printing_nor_logging_a_snapshot_shows_a_secret()
    {
        var settings = _fixture.Open();
        await SaveSecrets(settings);

        var printed = settings.Current.ToString();
        Assert.DoesNotContain(Key, printed, StringComparison.Ordinal);
        Assert.DoesNotContain(OllamaKey, printed, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant-secret", printed, StringComparison.Ordinal);
        Assert.Equal(2, printed.Split("an API key").Length - 1);
        Assert.Contains("x-tenant", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(_fixture.Logger.Messages, message => message.Contains(Key, StringComparison.Ordinal) || message.Contains(OllamaKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_any_more_is_asked_for_again_and_the_rest_is_kept()
    {
        await SaveSecrets(_fixture.Open());
        _fixture.Protector.KeyLost = true;

        var settings = _fixture.Open();

        Assert.Null(settings.Current.Telemetry.Destination.ApiKey);
        Assert.Equal("kept", settings.Current.Telemetry.Destination.ProjectName);
        Assert.Null(settings.Current.Ollama.ApiKey);
        Assert.Equal([SettingKeys.OllamaApiKey, SettingKeys.ApiKey, SettingKeys.Headers], settings.Faults.Select(fault => fault.Key));
        Assert.All(settings.Faults, fault => Assert.Contains("Enter it again", fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_now_survives_other_saves_and_goes_when_it_is_reset()
    {
        await SaveSecrets(_fixture.Open());
        _fixture.Protector.KeyLost = true;
        var locked = _fixture.Open();
        await locked.SaveAsync(current => current with { Chat = new() { MaxConversationHistory = 3 } }, CancellationToken.None);

        _fixture.Protector.KeyLost = false;
        Assert.Equal(Key, _fixture.Open().Current.Telemetry.Destination.ApiKey);

        await locked.ResetAsync(SettingKeys.ApiKey, CancellationToken.None);
        Assert.Null(_fixture.Open().Current.Telemetry.Destination.ApiKey);
        Assert.DoesNotContain(locked.Faults, fault => fault.Key == SettingKeys.ApiKey);
    }

    [Fact]
    public async Task A_key_that_cannot_be_protected_is_used_but_never_written()
    {
        var settings = _fixture.Open();
        _fixture.Protector.KeyLost = true;

        var result = await SaveSecrets(settings);

        Assert.True(result.Succeeded);
        Assert.Contains("API key could not be protected", result.StorageProblem, StringComparison.Ordinal);
        Assert.Equal(Key, settings.Current.Telemetry.Destination.ApiKey);
        Assert.DoesNotContain(Key, await File.ReadAllTextAsync(_fixture.FilePath), StringComparison.Ordinal);
        Assert.Equal("kept", _fixture.Open().Current.Telemetry.Destination.ProjectName);
    }

    [Fact]
    public async Task Removing_the_key_takes_it_out_of_the_file()
    {
        var settings = _fixture.Open();
        await SaveSecrets(settings);

        await settings.SaveAsync(current => current with { Telemetry = current.Telemetry with { Destination = current.Telemetry.Destination with { ApiKey = null } } }, CancellationToken.None);

        var destination = _fixture.Saved()["Telemetry"]!["Destinations"]![0]!.AsObject();
        Assert.True(destination.ContainsKey("Headers"));
        Assert.False(destination.ContainsKey("ApiKey"));
    }

    [Fact]
    public void A_key_written_by_hand_is_taken()
    {
        _fixture.Write(new JsonObject { ["Telemetry"] = new JsonObject { ["ApiKey"] = Key } }.ToJsonString());

        Assert.Equal(Key, _fixture.Open().Current.Telemetry.Destination.ApiKey);
    }

    [Fact]
    public void A_fault_in_a_header_does_not_repeat_its_value()
    {
        var settings = _fixture.Open(new() { Environment = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_HEADERS"] = Key } });

        Assert.DoesNotContain(Key, Assert.Single(settings.Faults).Message, StringComparison.Ordinal);
    }

    private static Task<SettingsSaveResult> SaveSecrets(SettingsService settings) => settings.SaveAsync(
        current => current with
        {
            Ollama = current.Ollama with { ApiKey = OllamaKey },
            Telemetry = current.Telemetry with
            {
                Destination = current.Telemetry.Destination with
                {
                    ApiKey = Key,
                    ProjectName = "kept",
                    Headers = ImmutableSortedDictionary<string, string>.Empty.Add("x-tenant", "tenant-secret"),
                },
            },
        },
        CancellationToken.None);
}
