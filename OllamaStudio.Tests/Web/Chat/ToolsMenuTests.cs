using System.Collections.Immutable;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;
using OllamaStudio.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Core.Tools.BuiltIn;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>The menu in front of a demo that really says what its models can do.</summary>
public sealed class ToolsMenuTests : BunitContext, IToolSource, IAsyncLifetime
{
    private readonly FakeSettings _settings = new();
    private readonly DemoServer _demo = new(TimeProvider.System);
    private readonly OllamaServers _servers;
    private readonly List<(string ToolId, bool Enabled)> _switched = [];
    private readonly IRenderedComponent<MudPopoverProvider> _layers;

    public ToolsMenuTests()
    {
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Server = ServerChoice.Demo } });
        _servers = new OllamaServers(_settings, _demo, static endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudBlazor();
        Services.AddSingleton(_servers);
        Services.AddSingleton(new ModelCapabilities(_servers));
        Services.AddSingleton(new ToolBox([new BuiltInTools(TimeProvider.System), this]));
        _layers = Render<MudPopoverProvider>();
    }

    public event Action? Changed;

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public IReadOnlyList<StudioTool> Tools { get; private set; } = [];

    [Fact]
    public async Task Tools_stand_below_their_source_with_what_they_do_and_whether_they_ask()
    {
        Offer(Tool("read_notes", isReadOnly: true), Tool("write_note"));
        var menu = await OpenAsync();

        Assert.Equal(["built in", "notes"], _layers.FindAll("legend .source").Select(source => source.TextContent));
        var writing = Label("write_note");
        Assert.Equal("Does write_note.", writing.GetAttribute("title"));
        Assert.Equal("asks first", writing.QuerySelector(".asks")?.TextContent);
        Assert.Null(Label("read_notes").QuerySelector(".asks"));
        Assert.StartsWith("demo-tools may call 4 of 4 tools", Summary(menu).GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_is_switched_by_its_id_and_the_number_follows()
    {
        Offer(Tool("write_note"));
        var menu = await OpenAsync();

        Label("write_note").QuerySelector("input")!.Change(false);
        Assert.Equal(("notes/write_note", false), Assert.Single(_switched));

        menu.Render(parameters => parameters.Add(p => p.Disabled, ["notes/write_note"]));
        Assert.Equal("Tools 2", Count(menu));
        Assert.False(Label("write_note").QuerySelector("input")!.HasAttribute("checked"));
    }

    [Fact]
    public async Task The_button_says_what_the_tools_that_are_on_cost_in_tokens_and_that_it_is_an_estimate()
    {
        Offer(Tool("write_note"));
        var menu = await OpenAsync("built in/calculate", "built in/get_current_time");
        var one = ToolTokens.Estimate(Tools);
        Assert.InRange(one, 20, 60);
        Assert.Equal($"≈ {one} tokens", menu.Find("[data-testid=tools-cost]").TextContent);
        Assert.Equal(
            $"demo-tools may call 1 of 3 tools. Their definitions add about {one} tokens to every prompt (estimated from their length)", Summary(menu).GetAttribute("title"));

        Offer(Tool("write_note"), Tool("wipe_note"));
        Assert.True(ToolTokens.Estimate(Tools) > one);
        menu.WaitForAssertion(() => Assert.Equal($"≈ {ToolTokens.Estimate(Tools)} tokens", menu.Find("[data-testid=tools-cost]").TextContent));

        menu.Render(parameters => parameters.Add(p => p.Disabled, ["built in/calculate", "built in/get_current_time", "notes/write_note", "notes/wipe_note"]));
        Assert.Empty(menu.FindAll("[data-testid=tools-cost]"));
    }

    [Fact]
    public async Task All_tools_of_a_source_are_switched_at_once_and_others_left_alone()
    {
        Offer(Tool("read_notes", isReadOnly: true), Tool("write_note"));
        var menu = await OpenAsync("notes/read_notes");

        _layers.Find("[data-source=notes]").Click();
        Assert.Equal([("notes/write_note", false)], _switched);

        menu.Render(parameters => parameters.Add(p => p.Disabled, ["notes/read_notes", "notes/write_note"]));
        _switched.Clear();
        Assert.Equal("All on: tools of notes", _layers.Find("[data-source=notes]").GetAttribute("aria-label"));
        _layers.Find("[data-source=notes]").Click();
        Assert.Equal([("notes/read_notes", true), ("notes/write_note", true)], _switched);
    }

    [Fact]
    public async Task Tools_that_come_and_go_are_followed_until_the_menu_is_gone()
    {
        var menu = await OpenAsync();
        Assert.Equal("Tools 2", Count(menu));

        Offer(Tool("write_note"));
        menu.WaitForAssertion(() => Assert.Equal("Tools 3", Count(menu)));
        Offer();
        menu.WaitForAssertion(() => Assert.Equal("Tools 2", Count(menu)));

        await DisposeComponentsAsync();
        var renders = menu.RenderCount;
        Offer(Tool("write_note"));
        Assert.Equal(renders, menu.RenderCount);
    }

    [Fact]
    public async Task A_model_that_calls_no_tools_is_said_to_and_offers_none()
    {
        var menu = await OpenAsync();

        menu.Render(parameters => parameters.Add(p => p.Model, "demo-small:latest"));

        menu.WaitForAssertion(() => Assert.Equal("unsupported", Summary(menu).GetAttribute("data-state")));
        Assert.Contains("demo-small cannot call tools", _layers.Find(".why").TextContent, StringComparison.Ordinal);
        Assert.Empty(_layers.FindAll("input"));
    }

    [Fact]
    public async Task A_server_that_could_not_be_asked_is_asked_again_and_never_said_to_call_no_tools()
    {
        var knows = false;
        await using var ollama = await ScriptedServer.StartAsync(context => (context.Request.Path.Value, knows) switch
        {
            ("/api/version", _) => context.Response.WriteAsync("""{"version":"0.20.0"}"""),
            ("/api/tags", _) => context.Response.WriteAsync($$"""{"models":[{"name":"m:latest","digest":"d","size":{{(knows ? 2 : 1)}}}]}"""),
            ("/api/show", true) => context.Response.WriteAsync("""{"capabilities":["completion","tools"]}"""),
            ("/api/show", false) => context.Response.WriteLinesAsync("<html>"),
            _ => context.Response.WriteAsync("{}"),
        });
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = ollama.Address.ToString(), Server = ServerChoice.Auto } });
        await _servers.RefreshAsync(default);
        var menu = Menu("m:latest");

        menu.WaitForAssertion(() => Assert.Contains("Could not find out what m can do", _layers.Find(".why").TextContent, StringComparison.Ordinal));
        Assert.Equal("unknown", Summary(menu).GetAttribute("data-state"));

        knows = true;
        await _servers.RefreshAsync(default);
        menu.WaitForAssertion(() => Assert.Equal("ready", Summary(menu).GetAttribute("data-state")));
    }

    [Fact]
    public void Without_a_model_there_is_nothing_to_switch()
    {
        var menu = Menu(model: null);

        Assert.Equal("No model available yet, so no tools", _layers.Find(".why").TextContent);
        Assert.Equal("unknown", Summary(menu).GetAttribute("data-state"));
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        _servers.Dispose();
        await _demo.DisposeAsync();
    }

    private static StudioTool Tool(string name, bool isReadOnly = false) => new()
    {
        Function = AIFunctionFactory.Create(() => "", name, $"Does {name}."), Source = "notes", IsReadOnly = isReadOnly,
    };

    private static IElement Summary(IRenderedComponent<ToolsMenu> menu) => menu.Find("[data-testid=tools-menu]");

    private static string Count(IRenderedComponent<ToolsMenu> menu) => Summary(menu).QuerySelector(".count")!.TextContent.Trim();

    private IElement Label(string tool) => _layers.Find($"label:has([data-tool={tool}])");

    private void Offer(params StudioTool[] tools)
    {
        Tools = tools;
        Changed?.Invoke();
    }

    private async Task<IRenderedComponent<ToolsMenu>> OpenAsync(params string[] disabled)
    {
        await _servers.RefreshAsync(CancellationToken.None);
        var menu = Menu("demo-tools:latest", disabled);
        menu.WaitForState(() => Summary(menu).GetAttribute("data-state") == "ready");
        return menu;
    }

    private IRenderedComponent<ToolsMenu> Menu(string? model, params string[] disabled)
    {
        var menu = Render<ToolsMenu>(parameters => parameters
            .Add(p => p.Model, model)
            .Add(p => p.Disabled, disabled.ToImmutableHashSet(StringComparer.Ordinal))
            .Add(p => p.OnSwitch, change => _switched.Add(change)));
        menu.InvokeAsync(() => Summary(menu).Click()).GetAwaiter().GetResult(); // a server may answer between finding it and pressing it
        return menu;
    }
}
