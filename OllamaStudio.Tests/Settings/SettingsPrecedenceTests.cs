using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Settings;

public sealed class SettingsPrecedenceTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    /// <summary>Every row of the table of variables that people use: variable, key, and five values that differ.</summary>
    public static TheoryData<string, string, string[]> Rows => new()
    {
        { "OLLAMA_HOST", SettingKeys.OllamaHost, ["http://cli:1", "http://env:2", "http://saved:3", "http://file:4", "http://localhost:11434"] },
        { "OLLAMA_MODEL", SettingKeys.OllamaModel, ["cli", "env", "saved", "file", "llama3.1:8b"] },
        { "OLLAMA_API_KEY", SettingKeys.OllamaApiKey, ["cli", "env", "saved", "file", ""] },
        { "OTEL_SERVICE_NAME", SettingKeys.ServiceName, ["cli", "env", "saved", "file", "ollama-client"] },
        { "PHOENIX_ENDPOINT", SettingKeys.Endpoint, ["http://cli/a", "http://env/b", "http://saved/c", "http://file/d", "http://localhost:6006/v1/traces"] },
        { "PHOENIX_PROJECT_NAME", SettingKeys.ProjectName, ["cli", "env", "saved", "file", "default"] },
        { "PHOENIX_API_KEY", SettingKeys.ApiKey, ["cli", "env", "saved", "file", ""] },
        { "ENVIRONMENT", SettingKeys.Environment, ["cli", "env", "saved", "file", "development"] },
        { "SERVICE_VERSION", SettingKeys.ServiceVersion, ["1", "2", "3", "4", ""] },
        { "MAX_CONVERSATION_HISTORY", SettingKeys.MaxConversationHistory, ["1", "2", "3", "4", "50"] },
    };

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Command_line_beats_environment_beats_saved_beats_appsettings_beats_default(string variable, string key, string[] values)
    {
        Assert.Equal(values[4], Get(_fixture.Open(), key));

        var appSettings = new Dictionary<string, string> { [key] = values[3] };
        using (var page = _fixture.Open(new() { AppSettings = appSettings }))
        {
            Assert.Equal(values[3], Get(page, key));
            Assert.Null(page.FixedBy(key));
            Assert.True((await page.SaveAsync(settings => With(settings, key, values[2]), CancellationToken.None)).Succeeded);
        }

        Assert.Equal(values[2], Get(_fixture.Open(new() { AppSettings = appSettings }), key));

        var environment = new Dictionary<string, string> { [variable] = values[1] };
        var byEnvironment = _fixture.Open(new() { AppSettings = appSettings, Environment = environment });
        Assert.Equal(values[1], Get(byEnvironment, key));
        Assert.Equal(variable, byEnvironment.FixedBy(key));

        var byCommandLine = _fixture.Open(new()
        {
            AppSettings = appSettings,
            Environment = environment,
            CommandLine = new Dictionary<string, string> { [variable] = values[0] },
        });
        Assert.Equal(values[0], Get(byCommandLine, key));
        Assert.Equal("--" + variable, byCommandLine.FixedBy(key));
        Assert.Empty(byCommandLine.Faults);
    }

    [Fact]
    public void The_process_is_read_into_layers_that_keep_their_rank()
    {
        var json = new ConfigurationBuilder().AddJsonStream(new MemoryStream("""
            { "OllamaStudio": { "Port": 6000, "Telemetry": { "SamplingRatio": 0.25, "RedactionPatterns": ["a+", "b+"], "ResourceAttributes": { "team": "blue" } } } }
            """u8.ToArray())).Build();
        var environment = new Hashtable { ["PHOENIX_PROJECT_NAME"] = "from-env", ["OllamaStudio__Telemetry__ServiceName"] = "dotnet-style" };
        var layers = SettingsLayers.Read(
            ["ignored", "--ollama_host=http://gpu:11434", "--OllamaStudio:Telemetry:SamplingRatio", "0.5", "--OTEL_SDK_DISABLED"], environment, json);

        var settings = _fixture.Open(layers);

        Assert.Equal("http://gpu:11434", settings.Current.Ollama.Host);
        Assert.Equal("--OLLAMA_HOST", settings.FixedBy(SettingKeys.OllamaHost));
        Assert.Equal(0.5, settings.Current.Telemetry.SamplingRatio);
        Assert.Equal("--OllamaStudio:Telemetry:SamplingRatio", settings.FixedBy(SettingKeys.SamplingRatio));
        Assert.False(settings.Current.Telemetry.Enabled);
        Assert.Equal("from-env", settings.Current.Telemetry.Destination.ProjectName);
        Assert.Equal("dotnet-style", settings.Current.Telemetry.ServiceName);
        Assert.Equal(["a+", "b+"], settings.Current.Telemetry.RedactionPatterns.AsEnumerable());
        Assert.Equal("blue", settings.Current.Telemetry.ResourceAttributes["team"]);
        Assert.Equal(6000, HostSettings.Read(layers).Port);
        Assert.Empty(settings.Faults);
    }

    [Fact]
    public void An_empty_variable_counts_as_unset()
    {
        var settings = _fixture.Open(new() { Environment = new Dictionary<string, string> { ["OTEL_SERVICE_NAME"] = "", ["PHOENIX_API_KEY"] = "  " } });

        Assert.Equal("ollama-client", settings.Current.Telemetry.ServiceName);
        Assert.Null(settings.FixedBy(SettingKeys.ServiceName));
        Assert.Null(settings.FixedBy(SettingKeys.ApiKey));
        Assert.Empty(settings.Faults);
    }

    [Theory]
    [InlineData("MAX_CONVERSATION_HISTORY", "many", SettingKeys.MaxConversationHistory)]
    [InlineData("MAX_CONVERSATION_HISTORY", "0", SettingKeys.MaxConversationHistory)]
    [InlineData("PHOENIX_ENDPOINT", "localhost:6006", SettingKeys.Endpoint)]
    [InlineData("PHOENIX_ENDPOINT", "ftp://x/y", SettingKeys.Endpoint)]
    [InlineData("PHOENIX_API_KEY", "two words", SettingKeys.ApiKey)]
    [InlineData("OLLAMA_API_KEY", "two words", SettingKeys.OllamaApiKey)]
    [InlineData("OTEL_SDK_DISABLED", "yes", SettingKeys.TelemetryEnabled)]
    [InlineData("OTEL_BSP_SCHEDULE_DELAY", "5s", SettingKeys.ScheduledDelay)]
    public void A_senseless_variable_is_reported_and_the_next_layer_holds(string variable, string value, string key)
    {
        var settings = _fixture.Open(new() { Environment = new Dictionary<string, string> { [variable] = value } });

        var fault = Assert.Single(settings.Faults);
        Assert.Equal((key, variable), (fault.Key, fault.Source));
        Assert.Null(settings.FixedBy(key));
        Assert.Equal(new StudioSettings().ToString(), settings.Current.ToString());
        Assert.Contains(_fixture.Logger.Messages, message => message.Contains(variable, StringComparison.Ordinal));
        Assert.DoesNotContain(_fixture.Logger.Messages, message => message.Contains("two words", StringComparison.Ordinal));
    }

    [Fact]
    public void A_senseless_variable_falls_back_to_what_the_page_saved()
    {
        _fixture.Write("""{ "Chat": { "MaxConversationHistory": 7 } }""");

        var settings = _fixture.Open(new() { Environment = new Dictionary<string, string> { ["MAX_CONVERSATION_HISTORY"] = "lots" } });

        Assert.Equal(7, settings.Current.Chat.MaxConversationHistory);
    }

    private static string Get(SettingsService settings, string key) => key switch
    {
        SettingKeys.OllamaHost => settings.Current.Ollama.Host,
        SettingKeys.OllamaModel => settings.Current.Ollama.Model,
        SettingKeys.OllamaApiKey => settings.Current.Ollama.ApiKey ?? "",
        SettingKeys.ServiceName => settings.Current.Telemetry.ServiceName,
        SettingKeys.Endpoint => settings.Current.Telemetry.Destination.Endpoint,
        SettingKeys.ProjectName => settings.Current.Telemetry.Destination.ProjectName,
        SettingKeys.ApiKey => settings.Current.Telemetry.Destination.ApiKey ?? "",
        SettingKeys.Environment => settings.Current.Telemetry.Environment,
        SettingKeys.ServiceVersion => settings.Current.Telemetry.ServiceVersion ?? "",
        SettingKeys.MaxConversationHistory => settings.Current.Chat.MaxConversationHistory.ToString(CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(key)),
    };

    private static StudioSettings With(StudioSettings settings, string key, string value) => key switch
    {
        SettingKeys.OllamaHost => settings with { Ollama = settings.Ollama with { Host = value } },
        SettingKeys.OllamaModel => settings with { Ollama = settings.Ollama with { Model = value } },
        SettingKeys.OllamaApiKey => settings with { Ollama = settings.Ollama with { ApiKey = value } },
        SettingKeys.ServiceName => settings with { Telemetry = settings.Telemetry with { ServiceName = value } },
        SettingKeys.Endpoint => settings with { Telemetry = settings.Telemetry with { Destination = settings.Telemetry.Destination with { Endpoint = value } } },
        SettingKeys.ProjectName => settings with { Telemetry = settings.Telemetry with { Destination = settings.Telemetry.Destination with { ProjectName = value } } },
        SettingKeys.ApiKey => settings with { Telemetry = settings.Telemetry with { Destination = settings.Telemetry.Destination with { ApiKey = value } } },
        SettingKeys.Environment => settings with { Telemetry = settings.Telemetry with { Environment = value } },
        SettingKeys.ServiceVersion => settings with { Telemetry = settings.Telemetry with { ServiceVersion = value } },
        SettingKeys.MaxConversationHistory => settings with { Chat = new() { MaxConversationHistory = int.Parse(value, CultureInfo.InvariantCulture) } },
        _ => throw new ArgumentOutOfRangeException(nameof(key)),
    };
}
