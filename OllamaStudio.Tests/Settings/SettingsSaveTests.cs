using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Settings;

public sealed class SettingsSaveTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_saved_change_is_in_force_at_once_told_and_still_there_after_a_restart()
    {
        var settings = _fixture.Open();
        StudioSettings? told = null;
        settings.Changed += () => told = settings.Current;

        var result = await Save(settings, telemetry => telemetry with { SamplingRatio = 0.25, Capture = CaptureLevel.Full, ServiceName = "  spaced  " });

        Assert.True(result.Succeeded);
        Assert.Null(result.StorageProblem);
        Assert.Same(settings.Current, told);
        var again = _fixture.Open().Current.Telemetry;
        Assert.Equal((0.25, CaptureLevel.Full, "spaced"), (again.SamplingRatio, again.Capture, again.ServiceName));
    }

    [Fact]
    public async Task Every_setting_comes_back_as_it_was_saved()
    {
        var wanted = new StudioSettings
        {
            Ollama = new() { Host = "http://gpu:11434", Model = "m", Server = ServerChoice.Demo },
            Chat = new() { MaxConversationHistory = 9 },
            Telemetry = new()
            {
                Enabled = false,
                ServiceName = "s",
                Destination = new() { ProjectName = "p", Endpoint = "https://host/v1/traces", ApiKey = "key", Headers = Pairs(("x-tenant", "t1")) },
                Environment = "e",
                ServiceVersion = "v",
                SamplingRatio = 0.125,
                Capture = CaptureLevel.Off,
                RedactionPatterns = ["a.+b", "c\\d{3}"],
                ResourceAttributes = Pairs(("team", "blå"), ("a.b", "1")),
                SpanAttributes = Pairs(("tier", "gold")),
                Batch = new() { MaxQueueSize = 11, MaxExportBatchSize = 10, ScheduledDelayMilliseconds = 60, ExportTimeoutMilliseconds = 200 },
            },
        };

        Assert.True((await _fixture.Open().SaveAsync(_ => wanted, CancellationToken.None)).Succeeded);

        var again = _fixture.Open().Current;
        Assert.Equal(JsonSerializer.Serialize(wanted), JsonSerializer.Serialize(again));
        Assert.Equal("blå", again.Telemetry.ResourceAttributes["team"]);
    }

    [Fact]
    public async Task Only_what_differs_from_the_layers_beneath_is_written()
    {
        var layers = new SettingsLayers { AppSettings = new Dictionary<string, string> { [SettingKeys.ServiceName] = "house" } };
        var settings = _fixture.Open(layers);
        await Save(settings, telemetry => telemetry with { SamplingRatio = 0.5, ServiceName = "mine" });
        await Save(settings, telemetry => telemetry with { ServiceName = "house" });

        Assert.Equal("""{"Version":2,"Telemetry":{"SamplingRatio":0.5}}""", Ordered(_fixture.Saved()));
    }

    [Fact]
    public async Task A_text_that_was_cleared_stays_cleared_above_a_layer_that_has_one()
    {
        var layers = new SettingsLayers
        {
            AppSettings = new Dictionary<string, string> { [SettingKeys.ServiceVersion] = "1.0", [SettingKeys.ResourceAttributes + ":team"] = "blue" },
        };
        await Save(_fixture.Open(layers), telemetry => telemetry with { ServiceVersion = " ", ResourceAttributes = Pairs() });

        var again = _fixture.Open(layers).Current.Telemetry;
        Assert.Null(again.ServiceVersion);
        Assert.Empty(again.ResourceAttributes);
    }

    [Fact]
    public async Task Every_fault_is_listed_and_nothing_is_changed()
    {
        var settings = _fixture.Open();
        var changes = 0;
        settings.Changed += () => changes++;
        var before = settings.Current;

        var result = await settings.SaveAsync(
            current => current with
            {
                Chat = new() { MaxConversationHistory = 0 },
                Telemetry = current.Telemetry with
                {
                    ServiceName = " ",
                    Destination = new() { ProjectName = "", Endpoint = "localhost:6006", ApiKey = "with blank", Headers = Pairs(("content-type", "x")) },
                    SamplingRatio = double.NaN,
                    Capture = (CaptureLevel)7,
                    RedactionPatterns = ["fine", "(unclosed"],
                    ResourceAttributes = Pairs(("", "x")),
                    Batch = new() { MaxQueueSize = 10, MaxExportBatchSize = 20 },
                },
            },
            CancellationToken.None);

        Assert.False(result.Succeeded);
        Assert.Equal(
            [
                SettingKeys.MaxConversationHistory, SettingKeys.Endpoint, SettingKeys.ProjectName, SettingKeys.ApiKey, SettingKeys.Headers,
                SettingKeys.ServiceName, SettingKeys.ResourceAttributes, SettingKeys.Capture, SettingKeys.SamplingRatio,
                SettingKeys.RedactionPatterns, SettingKeys.MaxExportBatchSize,
            ],
            result.Faults.Select(fault => fault.Key));
        Assert.Contains("Pattern 2", result.Faults.Single(fault => fault.Key == SettingKeys.RedactionPatterns).Message, StringComparison.Ordinal);
        Assert.Same(before, settings.Current);
        Assert.Equal(0, changes);
        Assert.False(File.Exists(_fixture.FilePath));
    }

    [Theory]
    [InlineData("(?<=secret )\\w+", "lookaround")]
    [InlineData("(a)\\1", "lookaround")]
    [InlineData("[a", "not a valid regular expression")]
    [InlineData("x*", "matches empty text")]
    public async Task A_redaction_pattern_that_cannot_run_safely_is_refused(string pattern, string reason)
    {
        var result = await Save(_fixture.Open(), telemetry => telemetry with { RedactionPatterns = [pattern] });

        Assert.Contains(reason, Assert.Single(result.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fixed_setting_is_refused_by_name_and_others_are_still_saved_beside_it()
    {
        var settings = _fixture.Open(new() { Environment = new Dictionary<string, string> { ["OTEL_SERVICE_NAME"] = "fixed" } });

        var refused = await Save(settings, telemetry => telemetry with { ServiceName = "other", SamplingRatio = 0.5 });
        Assert.Contains("OTEL_SERVICE_NAME", Assert.Single(refused.Faults).Message, StringComparison.Ordinal);
        Assert.Equal(1, settings.Current.Telemetry.SamplingRatio);

        Assert.True((await Save(settings, telemetry => telemetry with { SamplingRatio = 0.5 })).Succeeded);
        Assert.Equal(("fixed", 0.5), (settings.Current.Telemetry.ServiceName, settings.Current.Telemetry.SamplingRatio));
    }

    [Fact]
    public async Task What_was_saved_before_a_variable_fixed_it_survives_a_save()
    {
        await Save(_fixture.Open(), telemetry => telemetry with { ServiceName = "mine" });
        var whileFixed = _fixture.Open(new() { Environment = new Dictionary<string, string> { ["OTEL_SERVICE_NAME"] = "fixed" } });
        await Save(whileFixed, telemetry => telemetry with { SamplingRatio = 0.5 });

        Assert.Equal("mine", _fixture.Open().Current.Telemetry.ServiceName);
    }

    [Fact]
    public async Task Unchanged_parts_of_a_snapshot_stay_the_same_instances()
    {
        var settings = _fixture.Open();
        var before = settings.Current;

        await Save(settings, telemetry => telemetry with { SamplingRatio = 0.5, ResourceAttributes = Pairs() });

        Assert.Same(before.Ollama, settings.Current.Ollama);
        Assert.Same(before.Telemetry.ResourceAttributes, settings.Current.Telemetry.ResourceAttributes);
    }

    [Fact]
    public async Task Saving_nothing_new_tells_nobody()
    {
        var settings = _fixture.Open();
        var changes = 0;
        settings.Changed += () => changes++;

        Assert.True((await settings.SaveAsync(current => current, CancellationToken.None)).Succeeded);

        Assert.Equal(0, changes);
    }

    [Fact]
    public async Task A_listener_that_throws_keeps_neither_the_others_nor_the_disk_from_the_change()
    {
        var settings = _fixture.Open();
        var heard = false;
        settings.Changed += () => throw new InvalidOperationException("broken listener");
        settings.Changed += () => heard = true;

        await Save(settings, telemetry => telemetry with { SamplingRatio = 0.5 });

        Assert.True(heard);
        Assert.Equal(0.5, _fixture.Open().Current.Telemetry.SamplingRatio);
    }

    [Fact]
    public async Task Concurrent_saves_lose_nothing_and_a_reader_never_sees_half_a_file()
    {
        var settings = _fixture.Open();
        await Save(settings, telemetry => telemetry with { SpanAttributes = Pairs(("start", "0")) });
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var reads = 0;
            while (!done.IsCancellationRequested || reads == 0)
            {
                JsonNode.Parse(File.ReadAllText(_fixture.FilePath));
                reads++;
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            Save(settings, telemetry => telemetry with { SpanAttributes = telemetry.SpanAttributes.Add($"k{i}", "v") }))));
        await done.CancelAsync();
        await reader;

        Assert.Equal(41, settings.Current.Telemetry.SpanAttributes.Count);
        Assert.Equal(41, _fixture.Open().Current.Telemetry.SpanAttributes.Count);
    }

    [Fact]
    public async Task Resetting_a_setting_brings_back_the_layer_beneath()
    {
        var settings = _fixture.Open(new() { AppSettings = new Dictionary<string, string> { [SettingKeys.ProjectName] = "house" } });
        await Save(settings, telemetry => telemetry with { Destination = telemetry.Destination with { ProjectName = "mine" } });

        await settings.ResetAsync(SettingKeys.ProjectName, CancellationToken.None);

        Assert.Equal("house", settings.Current.Telemetry.Destination.ProjectName);
        Assert.Equal("""{"Version":2}""", Ordered(_fixture.Saved()));
    }

    private static Task<SettingsSaveResult> Save(SettingsService settings, Func<TelemetrySettings, TelemetrySettings> change) =>
        settings.SaveAsync(current => current with { Telemetry = change(current.Telemetry) }, CancellationToken.None);

    private static ImmutableSortedDictionary<string, string> Pairs(params (string Name, string Value)[] pairs) =>
        pairs.ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    /// <summary>The version first, whatever the order in the file.</summary>
    private static string Ordered(JsonObject saved) =>
        new JsonObject(saved.OrderBy(property => property.Key == "Version" ? 0 : 1)
            .Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone()))).ToJsonString();
}
