using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Settings;
using OllamaStudio.Settings;

namespace OllamaStudio.Tests.Settings;

/// <summary>What a list of a further feature costs: a record, its rules, and the definition below.</summary>
public sealed partial class ListSettingTests : IDisposable
{
    private const string Key = "Telemetry:Alerts";

    private static readonly ListFormat<Alert> s_format = new(AlertJson.Default.Alert, "alert")
    {
        Needs = "a Name",
        Name = alert => alert.Name,
        Secrets = [nameof(Alert.Webhook)],
        Rules =
        [
            new(nameof(Alert.Name), "name", static (alert, others) => alert.Name.Length == 0 ? "It needs a name." : others.Any(other => other.Name == alert.Name) ? "There is one already." : null),
            new(nameof(Alert.Above), "bound", static (alert, _) => alert.Above > 100 ? "It may be at most 100." : null),
        ],
    };

    // The studio has no alerts; they stand where other settings of it stand, so that a snapshot holds them.
    private static readonly SettingCatalog s_catalog = new(
    [
        new SettingDefinition<ImmutableArray<Alert>>(Key, "Alerts", s_format, new(
            settings => [.. settings.Mcp.Servers.Select(kept => new Alert { Name = kept.Name, Above = kept.CallTimeoutSeconds, Enabled = kept.Enabled, Webhook = kept.Url })],
            (settings, alerts) => settings with
            {
                Mcp = new() { Servers = [.. alerts.Select(alert => new McpServerSettings { Name = alert.Name, CallTimeoutSeconds = alert.Above, Enabled = alert.Enabled, Url = alert.Webhook })] },
            })),
    ]);

    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task It_is_saved_protected_and_comes_back()
    {
        Alert[] alerts = [new() { Name = "slow", Above = 7, Webhook = "https://hook/secret" }, new() { Name = "off", Enabled = false }];

        Assert.True((await SaveAsync(Open(), alerts)).Succeeded);

        Assert.DoesNotContain("hook", await File.ReadAllTextAsync(_fixture.FilePath), StringComparison.Ordinal);
        Assert.Equal(alerts, Alerts(Open()));
    }

    [Fact]
    public async Task What_is_wrong_names_the_item_and_its_field_and_nothing_is_saved()
    {
        var settings = Open();

        var fault = Assert.Single((await SaveAsync(settings, new() { Name = "a" }, new() { Name = "a", Above = 101 }, new())).Faults);

        Assert.Equal(Key, fault.Key);
        Assert.Equal([new(1, "Name", "There is one already."), new(1, "Above", "It may be at most 100."), new(2, "Name", "It needs a name.")], fault.Items.AsEnumerable());
        Assert.Equal("a, name: There is one already. a, bound: It may be at most 100. Alert 3, name: It needs a name.", fault.Message);
        Assert.Empty(Alerts(settings));
    }

    [Fact]
    public void A_variable_fixes_it_as_JSON_or_value_by_value_and_what_is_missing_has_the_records_default()
    {
        var json = Open(new() { CommandLine = new Dictionary<string, string> { ["OllamaStudio:" + Key] = """[{ "name": "slow", "above": "9" }]""" } });
        var flat = Open(new()
        {
            Environment = new Dictionary<string, string>
            {
                ["OllamaStudio__Telemetry__Alerts__0__Name"] = "slow",
                ["OllamaStudio__Telemetry__Alerts__1__Name"] = "off",
                ["OllamaStudio__Telemetry__Alerts__1__Enabled"] = "False",
            },
        });

        Assert.Equal([new() { Name = "slow", Above = 9, Enabled = true }], Alerts(json).AsEnumerable());
        Assert.Equal("--OllamaStudio:" + Key, json.FixedBy(Key));
        Assert.Equal([new() { Name = "slow", Above = 50, Enabled = true }, new() { Name = "off", Above = 50, Enabled = false }], Alerts(flat).AsEnumerable());
        Assert.Empty(flat.Faults);
    }

    [Fact]
    public void A_list_that_is_none_is_passed_over_without_quoting_it()
    {
        _fixture.Write("""{ "Telemetry": { "Alerts": [{ "Name": "slow", "Above": "soon", "Webhook": "https://hook/secret" }] } }""");

        var fault = Assert.Single(Open().Faults);

        Assert.Equal("It must be a list of alerts, each with a Name.", fault.Message);
    }

    [Fact]
    public void A_draft_of_an_item_never_holds_its_secret_and_gives_it_back()
    {
        var drafts = new ItemDrafts<Alert>(s_format);
        Alert stored = new() { Name = "slow", Webhook = "https://hook/secret" };

        var draft = drafts.Of(stored);

        Assert.DoesNotContain("hook/secret", ItemDraft.Join([draft]), StringComparison.Ordinal);
        Assert.Equal(draft, Assert.Single(ItemDraft.Split(ItemDraft.Join([draft]))));
        Assert.Equal(stored with { Name = "slower", Above = 3 }, drafts.Read(draft.With("Name", "slower").With("Above", "3"), [stored], static _ => { }));
        Assert.Null(drafts.Read(draft.With("Webhook", ""), [stored], static _ => { }).Webhook);
        Assert.Equal(int.MinValue, drafts.Read(draft.With("Above", "soon"), [stored], static _ => { }).Above);
        Assert.True(drafts.IsBlank(drafts.New()));
        Assert.False(drafts.IsBlank(drafts.New().With("Name", "x")));
    }

    private SettingsService Open(SettingsLayers? layers = null) => _fixture.Open(layers, catalog: s_catalog);

    private static ImmutableArray<Alert> Alerts(SettingsService settings) =>
        ((SettingDefinition<ImmutableArray<Alert>>)settings.Catalog[Key]).Get(settings.Current);

    private static Task<SettingsSaveResult> SaveAsync(SettingsService settings, params Alert[] alerts) =>
        settings.SaveAsync(current => ((SettingDefinition<ImmutableArray<Alert>>)settings.Catalog[Key]).Set(current, [.. alerts]), CancellationToken.None);

    internal sealed record Alert
    {
        public string Name { get; init; } = "";

        public int Above { get; init; } = 50;

        public bool Enabled { get; init; } = true;

        public string? Webhook { get; init; }
    }

    [JsonSerializable(typeof(Alert))]
    private sealed partial class AlertJson : JsonSerializerContext;
}
