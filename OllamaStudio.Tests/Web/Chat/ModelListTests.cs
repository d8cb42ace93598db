using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>The model picker and its list above a real server: what it says of models, in which order, and what of it is found.</summary>
public sealed class ModelListTests : BunitContext, IAsyncLifetime, IDemoServer
{
    private const string All = """
        {"models":[
          {"name":"qwen3:8b","digest":"1","size":5200000000,"details":{"parameter_size":"8.2B","quantization_level":"Q4_K_M","context_length":40960},"capabilities":["completion","tools","thinking"]},
          {"name":"gemma3:4b","digest":"2","size":3300000000,"details":{"parameter_size":"4.3B","quantization_level":"unknown","context_length":131072},"capabilities":["completion","vision"]},
          {"name":"bare:latest","digest":"3"},
          {"name":"far:cloud","digest":"4","remote_host":"https://ollama.com","details":{"context_length":100000},"capabilities":["completion"]}]}
        """;

    private readonly FakeSettings _settings = new();
    private readonly ManualTime _time = new();
    private readonly Conversations _store;
    private readonly List<string> _chosen = [];
    private ScriptedServer _ollama = null!;
    private OllamaServers _servers = null!;
    private volatile string _models = All;
    private volatile string _running = "qwen3:8b";

    public ModelListTests() => _store = new Conversations(_time);

    public async Task InitializeAsync()
    {
        _ollama = await ScriptedServer.StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value switch
        {
            "/api/version" => """{"version":"0.33.0"}""",
            "/api/tags" => _models,
            _ => $$"""{"models":[{"name":"{{_running}}","size":1000,"context_length":16384}]}""",
        }));
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = _ollama.Address.AbsoluteUri } });
        _servers = new OllamaServers(_settings, this, endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton(_servers);
        Services.AddSingleton(_store);
        Services.AddMudBlazor();
        await _servers.RefreshAsync(default);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _servers.Dispose();
        _store.Dispose();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public void A_row_says_what_is_known_and_leaves_out_the_rest()
    {
        var list = List();

        Assert.Equal(["8.2B · Q4_K_M · 5.2 GB · context up to 40k", "4.3B · 3.3 GB · context up to 128k", "", "context up to 100k"], list.FindAll(".facts").Select(Text));
        Assert.Equal(["qwen3:8b, loaded", "gemma3:4b", "bare", "far:cloud"], list.FindAll(".name").Select(Text));
        Assert.Equal([["tools", "thinking"], ["vision"], [], ["cloud"]], list.FindAll(".tags").Select(tags => tags.QuerySelectorAll(".tag").Select(Text).ToArray()));
        Assert.Equal("qwen3:8b", Assert.Single(list.FindAll("[data-testid=model-option]:has(.dot.on)")).GetAttribute("data-model"));
        Assert.Equal("Search 4 models", list.Find("input").GetAttribute("placeholder"));
    }

    [Fact]
    public async Task The_button_keeps_its_model_and_follows_which_are_loaded_and_with_what_context()
    {
        var picker = Render<ModelPicker>(parameters => parameters.Add(p => p.Model, "qwen3:8b"));
        Assert.Equal("Model loaded qwen3:8b 8.2B · Q4_K_M · context 16k", Words());
        Assert.Equal("qwen3:8b · 8.2B · Q4_K_M · context 16k · loaded; the model allows up to 40k", picker.Find("[data-testid=model-picker]").GetAttribute("title"));

        _running = "gemma3:4b";
        await _servers.RefreshAsync(default);
        picker.WaitForAssertion(() => Assert.Equal("Model qwen3:8b 8.2B · Q4_K_M · context up to 40k", Words()));

        picker.Render(parameters => parameters.Add(p => p.Model, "bare:latest"));
        Assert.Equal("Model bare", Words());
        Assert.Equal("bare", picker.Find("[data-testid=model-picker]").GetAttribute("title"));

        _models = """{"models":[]}""";
        await _servers.RefreshAsync(default);
        picker.WaitForAssertion(() => Assert.Equal("No models installed", Words()));
        Assert.True(picker.Find("[data-testid=model-picker]").HasAttribute("disabled"));

        string Words()
        {
            var button = picker.Find("[data-testid=model-picker] .mud-button-label");
            return button.ChildElementCount == 0 ? button.TextContent : string.Join(' ', button.Children.Select(Text).Where(static word => word.Length > 0));
        }
    }

    [Fact]
    public void Those_of_the_newest_conversations_stand_first_and_once()
    {
        Assert.Equal(["All"], Groups(List()));

        foreach (var model in new[] { "qwen3:8b", "gone:1b", "bare", "far:cloud", "gemma3:4b", "bare" })
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            _store.Create().SelectModel(model);
        }

        var list = List();
        Assert.Equal(["Recent", "All"], Groups(list));
        Assert.Equal(["bare:latest", "gemma3:4b", "far:cloud", "qwen3:8b"], Shown(list));
        Assert.Equal(["bare:latest", "gemma3:4b", "far:cloud"], Shown(list, "[aria-label=Recent] "));
    }

    [Theory]
    [InlineData("GEMMA", "gemma3:4b")]
    [InlineData("tools 8.2b", "qwen3:8b")]
    [InlineData("cloud", "far:cloud")]
    [InlineData(" ", "qwen3:8b gemma3:4b bare:latest far:cloud")]
    [InlineData("tools vision", "")]
    public void Every_word_is_looked_for_in_names_facts_and_abilities(string query, string found)
    {
        var list = List();

        list.Find("input").Input(query);

        Assert.Equal(found, string.Join(' ', Shown(list)));
        Assert.Equal(found.Length == 0, list.FindAll(".none").Count == 1);
    }

    [Fact]
    public async Task Keys_begin_at_the_model_that_is_picked_go_round_and_stay_with_theirs_when_the_list_changes()
    {
        var list = List("far:cloud");
        Assert.Equal("far:cloud", Active(list));

        Press(list, "ArrowDown");
        Assert.Equal("qwen3:8b", Active(list));
        Press(list, "ArrowUp", "ArrowUp");
        Assert.Equal("bare:latest", Active(list));

        _models = """{"models":[{"name":"new:1b","digest":"9"},{"name":"bare:latest","digest":"3"}]}""";
        await _servers.RefreshAsync(default);
        list.WaitForAssertion(() => Assert.Equal(["new:1b", "bare:latest"], Shown(list)));
        Assert.Equal("bare:latest", Active(list));

        Press(list, "Enter");
        Assert.Equal(["bare:latest"], _chosen);
    }

    Task<OllamaEndpoint> IDemoServer.StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException("No test needs the demo.");

    private static string Text(IElement element) => element.TextContent.Trim();

    private static IEnumerable<string> Groups(IRenderedComponent<ModelList> list) => list.FindAll("[role=group]").Select(group => group.GetAttribute("aria-label")!);

    private static IEnumerable<string> Shown(IRenderedComponent<ModelList> list, string within = "") =>
        list.FindAll(within + "[data-testid=model-option]").Select(option => option.GetAttribute("data-model")!);

    private static string? Active(IRenderedComponent<ModelList> list)
    {
        var active = Assert.Single(list.FindAll("[aria-selected=true]"));
        Assert.Equal(active.Id, list.Find("input").GetAttribute("aria-activedescendant"));
        return active.GetAttribute("data-model");
    }

    private static void Press(IRenderedComponent<ModelList> list, params string[] keys)
    {
        foreach (var key in keys)
        {
            list.Find("input").KeyDown(key);
        }
    }

    private IRenderedComponent<ModelList> List(string? current = null) => Render<ModelList>(parameters => parameters
        .Add(p => p.Current, current)
        .Add(p => p.OnChoose, model => _chosen.Add(model)));
}
