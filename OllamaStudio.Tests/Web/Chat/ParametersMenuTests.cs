using System.Collections.Immutable;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Tests.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>The pane in front of a server that says what its model brings along.</summary>
public sealed partial class ParametersMenuTests : BunitContext, IAsyncLifetime
{
    private readonly FakeSettings _settings = new();
    private readonly SettingsFixture _files = new();
    private SettingsService? _saved;
    private readonly DemoServer _demo = new(TimeProvider.System);
    private ScriptedServer _ollama = null!;
    private OllamaServers _servers = null!;
    private IRenderedComponent<MudPopoverProvider> _layers = null!;
    private ChatParameters _set = ChatParameters.None;
    private ImmutableHashSet<string> _toolsOff = [];
    private IRenderedComponent<ParametersMenu>? _menu;

    private SettingsService Saved => _saved ??= _files.Open();

    public async Task InitializeAsync()
    {
        _ollama = await ScriptedServer.StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value switch
        {
            "/api/version" => """{"version":"0.33.0"}""",
            "/api/tags" => """{"models":[{"name":"m:latest","digest":"d","size":1},{"name":"other:latest","digest":"e","size":1}]}""",
            "/api/ps" => """{"models":[{"name":"m:latest","size":9000000000,"size_vram":6000000000,"context_length":4096}]}""",
            "/api/show" when context.RequestBody().Contains("other", StringComparison.Ordinal) => """{"capabilities":["completion"]}""",
            "/api/show" => """
                {"capabilities":["completion"],"system":"You are m.","parameters":"temperature                    0.6\nstop                           \"<|a|>\"\nstop                           \"<|b|>\"\nthink true",
                 "model_info":{"general.architecture":"llama","llama.context_length":40960}}
                """,
            _ => "{}",
        }));
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = _ollama.Address.ToString(), Server = ServerChoice.Ollama } });
        _servers = new OllamaServers(_settings, _demo, static endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        await _servers.RefreshAsync(CancellationToken.None);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudBlazor();
        Services.AddSingleton(_servers);
        Services.AddSingleton(new ModelParameters(_servers));
        Services.AddSingleton<ISettings>(Saved);
        Services.AddSingleton(new ParameterSets(Saved));
        _layers = Render<MudPopoverProvider>();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    [Fact]
    public async Task Each_parameter_has_a_field_that_says_what_it_does_and_what_holds_where_it_is_empty()
    {
        await OpenAsync();

        foreach (var parameter in ChatParameter.All)
        {
            var field = Field(parameter.Name);
            Assert.Equal(parameter.Label, _layers.Find($"label[for={field.Id}]").TextContent);
            Assert.Contains(parameter.Effect, NotesOf(field), StringComparison.Ordinal);
        }

        _layers.WaitForAssertion(() => Assert.Equal("0.6", Field("temperature").GetAttribute("placeholder")));
        Assert.Equal("<|a|>\n<|b|>", Field("stop").GetAttribute("placeholder"));
        Assert.Equal("You are m.", Field("system").GetAttribute("placeholder"));
        Assert.Equal("default", Field("top-k").GetAttribute("placeholder"));
        Assert.Equal("Default (On)", Field("think").QuerySelector("option")!.TextContent);
    }

    [Fact]
    public async Task A_field_that_is_left_sets_its_parameter_and_emptied_it_is_not_set_any_more()
    {
        var menu = await OpenAsync();

        await TypeAsync("temperature", "0.20");
        await TypeAsync("seed", "42");
        await TypeAsync("think", "high");

        Assert.Equal("""{"seed":42,"temperature":0.2,"think":"high"}""", _set.ToJson());
        Assert.Equal("3 set", menu.Find("[data-testid=parameters-set]").TextContent);
        Assert.Equal("0.2", Field("temperature").GetAttribute("value"));
        Assert.Equal("Parameters: Temperature, Seed, Thinking set", Button(menu).GetAttribute("title"));

        await TypeAsync("temperature", "");
        Assert.Equal("""{"seed":42,"think":"high"}""", _set.ToJson());
    }

    [Fact]
    public async Task What_is_wrong_stays_and_says_so_and_what_held_before_holds()
    {
        await OpenAsync();
        await TypeAsync("temperature", "0.2");

        await TypeAsync("temperature", "hot");

        Assert.Equal("hot", Field("temperature").GetAttribute("value"));
        Assert.Equal("true", Field("temperature").GetAttribute("aria-invalid"));
        Assert.Contains("It must be a number from 0 to 5, such as 0.7. Until then 0.2 holds.", NotesOf(Field("temperature")), StringComparison.Ordinal);
        Assert.Equal("""{"temperature":0.2}""", _set.ToJson());

        await TypeAsync("temperature", "0.3");
        Assert.Null(Field("temperature").GetAttribute("aria-invalid"));
        Assert.Equal("""{"temperature":0.3}""", _set.ToJson());
    }

    [Fact]
    public async Task The_context_window_says_what_is_allocated_and_that_another_one_loads_the_model_anew()
    {
        await OpenAsync();
        _layers.WaitForAssertion(() => Assert.Contains(
            "The model was made for up to 40,960. 4,096 are allocated now; with them the model takes 9.0 GB, 6.0 GB of it video memory.", NotesOf(Field("num-ctx")), StringComparison.Ordinal));
        Assert.Contains("If Ollama's default size differs, the next message reloads the model.", NotesOf(Field("num-ctx")), StringComparison.Ordinal);

        await TypeAsync("num-ctx", "16384");
        Assert.Contains("The next message loads the model anew, with 16,384.", NotesOf(Field("num-ctx")), StringComparison.Ordinal);

        await TypeAsync("num-ctx", "100000");
        Assert.Contains("up to 40,960, and Ollama gives it no more.", NotesOf(Field("num-ctx")), StringComparison.Ordinal);
        Assert.Contains("anew, with 40,960.", NotesOf(Field("num-ctx")), StringComparison.Ordinal);

        await TypeAsync("num-ctx", "4096");
        Assert.DoesNotContain("anew", NotesOf(Field("num-ctx")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_model_is_asked_for_what_it_brings_along_and_one_that_is_not_loaded_has_no_size()
    {
        var menu = await OpenAsync();
        _layers.WaitForAssertion(() => Assert.Equal("0.6", Field("temperature").GetAttribute("placeholder")));

        await menu.InvokeAsync(() => menu.Render(parameters => parameters.Add(p => p.Model, "other:latest")));

        _layers.WaitForAssertion(() => Assert.Equal("default", Field("temperature").GetAttribute("placeholder")));
        Assert.EndsWith("What it takes in memory is not known until the model is loaded.", NotesOf(Field("num-ctx")).Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_are_reset_at_once_and_that_is_undone()
    {
        await OpenAsync();
        await TypeAsync("system", "A long text.");
        await TypeAsync("seed", "1");

        await PressAsync("parameters-reset");
        Assert.True(_set.IsEmpty);
        Assert.Equal("All of them are empty now.", About);
        await PressAsync("parameters-undo");

        Assert.Equal("""{"seed":1,"system":"A long text."}""", _set.ToJson());
        Assert.Equal("As it was before.", About);
        Assert.Empty(_layers.FindAll("[data-testid=parameters-undo]"));
    }

    [Fact]
    public async Task A_model_gets_a_default_that_stands_in_the_empty_fields_and_is_taken_away_again()
    {
        await OpenAsync();
        await TypeAsync("temperature", "0.1");
        await TypeAsync("num-ctx", "16384");
        await PressAsync("parameters-make-default");
        _layers.WaitForAssertion(() => Assert.Equal("What is set here is m's default now.", About));
        Assert.Equal("m:latest", Assert.Single(Saved.Current.Chat.ModelDefaults).Name);

        await PressAsync("parameters-reset");
        Assert.Equal("0.1", Field("temperature").GetAttribute("placeholder"));
        Assert.Contains("The next message loads the model anew, with 16,384.", NotesOf(Field("num-ctx")), StringComparison.Ordinal);
        await TypeAsync("seed", "1");
        Assert.Equal("An empty field is m's default, as far as you have made one; all else is left to the model.", About);

        await PressAsync("parameters-drop-default");
        _layers.WaitForAssertion(() => Assert.Equal("m has no default of yours any more.", About));
        Assert.Empty(Saved.Current.Chat.ModelDefaults);
        await PressAsync("parameters-undo");
        _layers.WaitForAssertion(() => Assert.Equal("0.1", Assert.Single(Saved.Current.Chat.ModelDefaults).Parameters["temperature"]));
    }

    [Fact]
    public async Task Where_a_default_was_made_a_chat_can_have_the_servers_own_back()
    {
        var menu = await OpenAsync();
        await TypeAsync("temperature", "0.1");
        Assert.Empty(_layers.FindAll("[data-testid=parameter-temperature-own]"));
        await PressAsync("parameters-make-default");
        _layers.WaitForAssertion(() => Assert.NotEmpty(_layers.FindAll("[data-testid=parameter-temperature-own]")));
        Assert.Empty(_layers.FindAll("[data-testid=parameter-seed-own]"));

        await _layers.InvokeAsync(() => _layers.Find("[data-testid=parameter-temperature-own]").Change(true));
        _layers.WaitForAssertion(() => Assert.Equal("0.6", Field("temperature").GetAttribute("placeholder")));
        Assert.Equal("""{"servers_own":["temperature"]}""", _set.ToJson());
        Assert.Equal("", Field("temperature").GetAttribute("value") ?? "");
        Assert.Equal("1 set", menu.Find("[data-testid=parameters-set]").TextContent);
        Assert.Equal("The model's own, not your default (0.1)", _layers.Find("label:has([data-testid=parameter-temperature-own])").TextContent);

        await _layers.InvokeAsync(() => _layers.Find("[data-testid=parameter-temperature-own]").Change(false));
        _layers.WaitForAssertion(() => Assert.Equal("0.1", Field("temperature").GetAttribute("placeholder")));
        Assert.True(_set.IsEmpty);
    }

    [Fact]
    public async Task While_a_reply_is_written_it_says_from_when_on_a_change_holds()
    {
        var menu = await OpenAsync();
        Assert.DoesNotContain("next message", About, StringComparison.Ordinal);

        await menu.InvokeAsync(() => menu.Render(parameters => parameters.Add(p => p.IsGenerating, value: true)));

        Assert.Equal("A reply is being written: what you set now holds from the next message on.", About);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        _servers.Dispose();
        await _demo.DisposeAsync();
        await _ollama.DisposeAsync();
        _saved?.Dispose();
        _files.Dispose();
    }

    private async Task<IRenderedComponent<ParametersMenu>> OpenAsync()
    {
        IRenderedComponent<ParametersMenu> menu = null!;
        menu = Render<ParametersMenu>(parameters => parameters
            .Add(p => p.Model, "m:latest")
            .Add(p => p.Own, _set)
            .Add(p => p.OnChange, set => menu.Render(again => again.Add(p => p.Own, _set = set))));
        await menu.InvokeAsync(() => Button(menu).Click());
        return _menu = menu;
    }

    private Task DrawAsync() => _menu!.InvokeAsync(() => _menu!.Render(parameters => parameters.Add(p => p.Own, _set).Add(p => p.ToolsOff, _toolsOff)));

    private string About => _layers.Find("[data-testid=parameters-about]").TextContent;

    private Task PressAsync(string testId) => _layers.InvokeAsync(() => _layers.Find($"[data-testid={testId}]").Click());

    private Task ChooseAsync(string preset) => _layers.InvokeAsync(() => _layers.Find("[data-testid=parameter-preset]").Change(preset));

    private static IElement Button(IRenderedComponent<ParametersMenu> menu) => menu.Find("[data-testid=chat-parameters]");

    private IElement Field(string name) => _layers.Find($"[data-testid=parameter-{name.Replace('_', '-')}]");

    private string NotesOf(IElement field) => _layers.Find($"#{field.GetAttribute("aria-describedby")}").TextContent;

    private Task TypeAsync(string name, string text) => _layers.InvokeAsync(() => Field(name).Change(text));
}
