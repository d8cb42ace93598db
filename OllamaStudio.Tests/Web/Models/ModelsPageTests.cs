using System.Collections.Immutable;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Residency;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Models;
using OllamaStudio.Shared;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Tests.Ollama.Library;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Insights.CallSamples;

namespace OllamaStudio.Tests.Web.Models;

/// <summary>The page over a real server and a real database.</summary>
public sealed class ModelsPageTests : BunitContext, IAsyncLifetime
{
    private const string Tags = """
        {"models":[
          {"name":"qwen3:8b","digest":"500a1f067a9fffff","size":5200000000,"modified_at":"2026-02-15T12:00:00Z","details":{"family":"qwen3","parameter_size":"8.2B","quantization_level":"Q4_K_M","context_length":40960},"capabilities":["completion","tools","thinking"]},
          {"name":"nomic:latest","digest":"2","size":274000000,"details":{"parameter_size":"137M","quantization_level":"F16"},"capabilities":["embedding"]},
          {"name":"<b>bold</b>","digest":"3"}]}
        """;

    private readonly DemoServer _demo = new(TimeProvider.System);
    private readonly StoreFixture _store = new();
    private LibraryRig _rig = null!;
    private RollupStore _rollups = null!;
    private SpanFeed _feed = null!;
    private ResidencyRecorder _recorder = null!;

    public async Task InitializeAsync()
    {
        _rig = await LibraryRig.StartAsync();
        _rig.Tags = Tags;
        _rig.Running = """{"models":[{"name":"qwen3:8b","size":6000000000,"size_vram":3000000000,"expires_at":"2026-03-01T12:04:12Z","context_length":8192}]}""";
        await Use();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _recorder.Dispose();
        _feed.Dispose();
        _rollups.Dispose();
        await _store.DisposeAsync();
        await _rig.DisposeAsync();
        await _demo.DisposeAsync();
    }

    [Fact]
    public void A_row_says_what_is_known_of_a_model_and_nothing_else_of_names_is_markup()
    {
        var page = Page();

        Assert.Equal(["<b>bold</b>", "nomic:latest", "qwen3:8b"], page.FindAll("[data-testid=model-row]").Select(static row => row.GetAttribute("data-model")));
        Assert.Equal(["qwen3:8b", "qwen3", "8.2B", "Q4_K_M", "5.2 GB", "40k", "tools thinking", "", "", "2 weeks ago", "500a1f067a9f"], Cells(Row(page, "qwen3:8b")));
        Assert.Equal(["nomic", "", "137M", "F16", "274 MB", "", "embedding", "", "", "", "2"], Cells(Row(page, "nomic:latest")));
        Assert.Equal("qwen3:8b · qwen3 · 500a1f067a9f", Row(page, "qwen3:8b").QuerySelector("[data-testid=model-open]")!.GetAttribute("title"));
        Assert.Equal("loaded", Row(page, "qwen3:8b").GetAttribute("data-state"));
        Assert.Null(Row(page, "nomic:latest").QuerySelector("[data-testid=model-load]"));
        Assert.Contains("3 models, 5.5 GB on disk", page.Markup, StringComparison.Ordinal);
        Assert.Equal("qwen3:8b 6.0 GB · 50 % on GPU", Text(page.Find("[data-testid=residency-lane] > span")));
        Assert.Equal("leaves in 4 m 12 s", Text(page.Find("[data-testid=residency-lane] .until")));
        Assert.Empty(page.FindAll("[data-testid=models-too-old]"));
    }

    [Fact]
    public async Task A_server_that_is_too_old_for_something_is_said_to_be_with_its_version_and_what_has_it()
    {
        _rig.Version = "0.12.3";
        await _rig.Servers.RefreshAsync(default);

        Assert.Equal(
            "This Ollama (0.12.3) is too old for refusing a prompt that is too long (truncate:false, 0.12.6), capabilities in the list of models (0.30), longest context in the list of models (0.32), counts of cached tokens (0.33.3).",
            Page().Find("[data-testid=models-too-old]").TextContent);
    }

    [Fact]
    public async Task Names_facts_and_abilities_are_searched_and_what_finds_nothing_says_so()
    {
        var page = Page();

        await InputAsync(page, "model-search", "8.2b THINK");
        Assert.Equal(["qwen3:8b"], page.FindAll("[data-testid=model-row]").Select(static row => row.GetAttribute("data-model")));
        await InputAsync(page, "model-search", "nothing");
        Assert.Contains("No model matches “nothing”.", page.Find("[data-testid=models-none]").TextContent, StringComparison.Ordinal);
        await ClickAsync(page, "[data-testid=models-none] button");
        Assert.Equal(3, page.FindAll("[data-testid=model-row]").Count);
    }

    [Fact]
    public async Task A_pull_shows_how_far_it_is_on_every_page_that_is_open_pauses_and_goes_on()
    {
        var closed = new TaskCompletionSource();
        _rig.Answer = async context =>
        {
            await context.Response.WriteLinesAsync("""{"status":"pulling a1","digest":"sha256:a1","total":2000,"completed":1220}""");
            await context.UntilClosedAsync();
            closed.SetResult();
        };
        var page = Page();

        await page.InvokeAsync(() => page.Find("[data-testid=model-pull-name]").Change("gemma3:12b"));
        await page.InvokeAsync(() => page.Find("form").Submit());
        await UntilAsync(page, () => Assert.Equal("61", page.Find("[data-testid=model-pull-progress]").GetAttribute("aria-valuenow")));
        Assert.Equal("gemma3:12b pulling", Text(page.Find(".what")));
        Assert.Equal("61 % · 1.2 kB of 2.0 kB", Text(page.Find(".far")));
        Assert.Equal("", page.Find("[data-testid=model-pull-name]").GetAttribute("value") ?? "");
        var other = Page();
        Assert.Equal("61", other.Find("[data-testid=model-pull-progress]").GetAttribute("aria-valuenow"));

        await ClickAsync(page, "[data-testid=model-pull-pause]");
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await UntilAsync(page, () => Assert.Equal("paused", page.Find("[data-testid=model-job]").GetAttribute("data-state")));
        _rig.Answer = static context => context.Response.WriteLinesAsync("""{"status":"success"}""");
        await ClickAsync(page, "[data-testid=model-pull-resume]");
        await UntilAsync(page, () => Assert.Equal("gemma3:12b is pulled.", page.Find("[data-testid=models-said]").TextContent));
        await UntilAsync(other, () => Assert.Equal("done", other.Find("[data-testid=model-job]").GetAttribute("data-state")));
    }

    [Fact]
    public async Task A_name_that_cannot_be_one_and_a_pull_that_fails_say_what_to_do()
    {
        _rig.Answer = static context => context.Response.WriteLinesAsync("""{"error":"pull model manifest: file does not exist"}""");
        var page = Page();

        await page.InvokeAsync(() => page.Find("[data-testid=model-pull-name]").Change("two words"));
        await page.InvokeAsync(() => page.Find("form").Submit());
        Assert.Contains("such as qwen3:8b", page.Find("[data-testid=model-fault]").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.Find("[data-testid=model-pull-name]").GetAttribute("aria-invalid"));

        await page.InvokeAsync(() => page.Find("[data-testid=model-pull-name]").Change("nosuch"));
        await page.InvokeAsync(() => page.Find("form").Submit());
        await UntilAsync(page, () => Assert.Equal(
            "nosuch could not be pulled. pull model manifest: file does not exist. Check the name and the tag: ollama.com/library has them all.", Text(page.Find("[data-testid=model-job] [role=alert]"))));
        Assert.Empty(page.FindAll("[data-testid=model-fault]"));
        await ClickAsync(page, "[data-testid=model-job-close]");
        Assert.Empty(page.FindAll("[data-testid=model-job]"));
    }

    [Fact]
    public async Task A_deletion_waits_in_its_row_is_undone_there_and_else_takes_the_row_along()
    {
        _rig.Answer = context =>
        {
            _rig.Tags = """{"models":[]}""";
            return Task.CompletedTask;
        };
        var page = Page();

        await ActAsync(page, "qwen3:8b", "delete");
        Assert.Equal("leaving", Row(page, "qwen3:8b").GetAttribute("data-state"));
        Assert.Equal("Deleted in 10 s Undo", Text(Row(page, "qwen3:8b").QuerySelector(".acts")!));
        await ClickAsync(page, "[data-testid=model-undo]");
        Assert.Equal("loaded", Row(page, "qwen3:8b").GetAttribute("data-state"));

        await ActAsync(page, "qwen3:8b", "delete");
        await _rig.Time.WaitForTimerAsync(ModelLibrary.UndoTime);
        _rig.Time.Advance(ModelLibrary.UndoTime);
        await UntilAsync(page, () => page.Find("[data-testid=models-empty]"));
        Assert.Single(_rig.Asked("/api/delete"));
    }

    [Fact]
    public async Task Details_tell_what_the_server_does_and_what_the_model_did_here()
    {
        _rig.Answer = static context => context.Response.WriteAsync("""
            {"license":"MIT","system":"Be <i>kind</i>.","parameters":"temperature 0.7","template":"{{ .Prompt }}","capabilities":["completion","tools"],"details":{"family":"qwen3"},"model_info":{"general.architecture":"qwen3","qwen3.context_length":40960}}
            """);
        SpanRecord[] spans = [.. Enumerable.Range(1, 12).SelectMany(static turn => new[] { Call(turn, -600 + turn), Root(turn, -600 + turn) }), Call(13, -500, version: "0.33.4"), Root(13, -500)];
        await _store.Writer.WriteAsync(connection => RollupWriter.Add(connection, spans), bytes: 0);
        var page = Page();
        await UntilAsync(page, () => Assert.Equal("13", Text(Row(page, "qwen3:8b").QuerySelector(".calls")!)));
        Assert.Matches(@"^\d\d\.\d$", Text(Row(page, "qwen3:8b").QuerySelector(".rate")!));

        await ClickAsync(page, "[data-model='qwen3:8b'] [data-testid=model-open]");

        await UntilAsync(page, () => Assert.Equal(["parameters", "system prompt", "template", "licence"], page.FindAll("[data-testid=model-details] details").Select(static part => part.GetAttribute("data-part"))));
        Assert.Equal("Be <i>kind</i>.", page.Find("[data-part='system prompt'] pre").TextContent);
        var facts = page.FindAll(".details .scroll > dl > dt").Zip(page.FindAll(".details .scroll > dl > dd"), static (name, value) => $"{name.TextContent}: {Text(value)}");
        Assert.Equal(
        [
            "Family: qwen3", "Parameters: 8.2B", "Quantization: Q4_K_M", "Size on disk: 5.2 GB", "In memory: 6.0 GB, 50 % on GPU", "Context: 8,192 tokens in memory, up to 40,960", "Can: completion, tools",
            "Modified: 15 Feb 2026 17:30", "Digest: 500a1f067a9f",
        ], facts);
        await UntilAsync(page, () => Assert.Contains("Ollama 0.33.3 → 0.33.4", page.Find("[data-testid=model-changes]").TextContent, StringComparison.Ordinal));
        Assert.Equal("traces?q=model%3Aqwen3%3A8b", page.Find("[data-testid=model-traces]").GetAttribute("href"));

        await ClickAsync(page, "[data-testid=model-details-close]");
        Assert.Empty(page.FindAll("[data-testid=model-details]"));
    }

    [Fact]
    public async Task A_model_is_loaded_taken_out_and_kept_by_its_row()
    {
        var asked = new TaskCompletionSource();
        _rig.Answer = async context =>
        {
            await asked.Task;
            await context.Response.WriteAsync("""{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}""");
        };
        var page = Page();

        await ClickAsync(page, "[data-testid=model-eject]");
        await UntilAsync(page, () => Assert.Equal("Leaving…", Text(Row(page, "qwen3:8b").QuerySelector(".acts")!)));
        _rig.Running = """{"models":[]}""";
        asked.SetResult();
        await UntilAsync(page, () => Assert.Equal("installed", Row(page, "qwen3:8b").GetAttribute("data-state")));
        await UntilAsync(page, () => Assert.Equal("taken out from this page", Text(page.Find("[data-testid=residency-lane] .until"))));

        await _rig.UntilAsync(ModelJobKind.Unload, ModelJobState.Done);
        await UntilAsync(page, () => page.Find("[data-model='qwen3:8b'] [data-testid=model-more]"));
        await ActAsync(page, "qwen3:8b", "keep-hour");
        await _rig.UntilAsync(ModelJobKind.Load, ModelJobState.Done);
        Assert.Equal("""{"model":"qwen3:8b","messages":[],"keep_alive":3600,"stream":false}""", _rig.Asked("/api/chat")[^1]);
    }

    [Fact]
    public async Task A_model_of_another_one_is_checked_before_it_is_asked_for()
    {
        var dialog = Render<NewModel>(parameters => parameters.Add(form => form.From, "qwen3:8b").Add(form => form.OnDone, name => _rig.Tags = name ?? "closed"));

        await dialog.InvokeAsync(() => dialog.Find("[data-testid=new-model-name]").Change("nomic"));
        await dialog.InvokeAsync(() => dialog.Find("[data-testid=new-model-parameters]").Change("temprature 1"));
        await dialog.InvokeAsync(() => dialog.Find("form").Submit());
        Assert.Equal(2, dialog.FindAll("[role=alert]").Count);
        Assert.Contains("is installed", dialog.Find("#new-model-name-fault").TextContent, StringComparison.Ordinal);
        Assert.Empty(_rig.Library.Jobs);

        await dialog.InvokeAsync(() => dialog.Find("[data-testid=new-model-name]").Change("pirate"));
        await dialog.InvokeAsync(() => dialog.Find("[data-testid=new-model-parameters]").Change("temperature 1"));
        await dialog.InvokeAsync(() => dialog.Find("form").Submit());
        await _rig.UntilAsync(() => _rig.Asked("/api/create"), static bodies => bodies.Length == 1);
        Assert.Equal("""{"model":"pirate","from":"qwen3:8b","parameters":{"temperature":1}}""", _rig.Asked("/api/create")[0]);
        Assert.Equal("pirate", _rig.Tags);
    }

    [Fact]
    public async Task A_server_without_models_and_one_that_is_away_each_have_a_way_on()
    {
        _rig.Tags = """{"models":[]}""";
        await _rig.Servers.RefreshAsync(default);
        var page = Page();
        Assert.Equal("Pull qwen3:4b", Text(page.Find("[data-testid=models-pull-first]")));
        await ClickAsync(page, "[data-testid=models-pull-first]");
        await UntilAsync(page, () => Assert.Equal("qwen3:4b", page.Find("[data-testid=model-job]").GetAttribute("aria-label")));

        _rig.Tags = Tags;
        await _rig.Servers.RefreshAsync(default);
        await _rig.Ollama.DisposeAsync();
        await _rig.Servers.RefreshAsync(default);
        await UntilAsync(page, () => Assert.Contains("What is shown is what it said last.", page.Find("[data-testid=models-stale]").TextContent, StringComparison.Ordinal));
        Assert.Equal(3, page.FindAll("[data-testid=model-row]").Count);
    }

    [Fact]
    public async Task A_server_that_never_answered_is_an_error_with_its_words()
    {
        await using var away = await LibraryRig.StartAsync(isUp: false);
        var before = _rig;
        _rig = away;
        Services.AddSingleton(away.Servers);
        Services.AddSingleton(away.Library);

        var page = Page();

        Assert.Contains("Ollama does not answer at http://127.0.0.1:", page.Find("[data-testid=models-failed]").TextContent, StringComparison.Ordinal);
        Assert.Contains("ollama serve", page.Find("[data-testid=models-failed]").TextContent, StringComparison.Ordinal);
        _rig = before;
    }

    [Fact]
    public async Task The_server_is_looked_at_every_five_seconds_while_the_page_is_in_sight_and_not_beyond()
    {
        await using var looking = await LibraryRig.StartAsync(looks: true);
        Services.AddSingleton(looking.Servers);
        await looking.Time.WaitForTimerAsync(TimeSpan.FromMinutes(1));
        Page();

        await looking.Time.FireAsync(TimeSpan.FromSeconds(5));
        await looking.UntilAsync(() => looking.Asked("/api/ps").Length, static looks => looks == 2);
        await looking.Time.WaitForTimerAsync(TimeSpan.FromSeconds(5));
        Services.GetRequiredService<StudioUi>().Show(isInSight: false);
        await looking.Time.FireAsync(TimeSpan.FromSeconds(5));
        await looking.Time.WaitForTimerAsync(TimeSpan.FromSeconds(55));
        Assert.Equal(2, looking.Asked("/api/ps").Length);
    }

    [Fact]
    public async Task A_model_is_kept_with_the_window_that_is_its_default_here()
    {
        _rig.Settings.Update(static settings => settings with { Chat = settings.Chat with { ModelDefaults = [new ParameterSet { Name = "qwen3:8b", Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("num_ctx", "16384") }] } });
        _rig.Answer = static context => context.Response.WriteAsync("""{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}""");
        _rig.Running = """{"models":[]}""";
        await _rig.Servers.RefreshAsync(default);
        var page = Page();

        await ClickAsync(page, "[data-model='qwen3:8b'] [data-testid=model-load]");

        await _rig.UntilAsync(ModelJobKind.Load, ModelJobState.Done);
        Assert.Equal("""{"model":"qwen3:8b","messages":[],"options":{"num_ctx":16384},"stream":false}""", Assert.Single(_rig.Asked("/api/chat")));
    }

    private async Task Use()
    {
        await _rig.Servers.RefreshAsync(default);
        _rollups = new RollupStore(_store.Database, _rig.Time);
        _feed = new SpanFeed(_rig.Time);
        _recorder = new ResidencyRecorder(_rig.Servers, _rig.Library, _feed, _rig.Time);
        Services.AddSingleton(_rig.Servers);
        Services.AddSingleton(_rig.Library);
        Services.AddSingleton<ISettings>(_rig.Settings);
        Services.AddSingleton(_recorder);
        Services.AddSingleton(new DashboardReader(_rollups, _rig.Time));
        Services.AddSingleton<TimeProvider>(_rig.Time);
        Services.AddSingleton<IFaultLab>(_demo);
        Services.AddSingleton<StudioUi>();
        Services.AddMudBlazor();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    private IRenderedComponent<ModelsPage> Page() => Render<ModelsPage>();

    // The signal's clock stands still: it is moved on for as long as it takes.
    private async Task UntilAsync(IRenderedComponent<ModelsPage> page, Action assertion)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await page.InvokeAsync(assertion);
                return;
            }
            catch (Exception error) when (!limit.IsCancellationRequested && (error is Xunit.Sdk.XunitException or ElementNotFoundException))
            {
                _rig.Time.Advance(TimeSpan.FromMilliseconds(5));
                await Task.Yield();
            }
        }
    }

    private static Task InputAsync(IRenderedComponent<ModelsPage> page, string testId, string value) => page.InvokeAsync(() => page.Find($"[data-testid={testId}]").Input(value));

    private static Task ClickAsync(IRenderedComponent<ModelsPage> page, string selector) => page.InvokeAsync(() => page.Find(selector).Click());

    private static async Task ActAsync(IRenderedComponent<ModelsPage> page, string model, string action)
    {
        await ClickAsync(page, $"[data-model='{model}'] [data-testid=model-more]");
        await ClickAsync(page, $"[data-testid=model-menu] [data-action={action}]");
    }

    private static IElement Row(IRenderedComponent<ModelsPage> page, string model) => page.FindAll("[data-testid=model-row]").Single(row => row.GetAttribute("data-model") == model);

    private static IEnumerable<string> Cells(IElement row) => row.Children.SkipLast(1).Select(static cell => Text(cell.QuerySelector("button") ?? cell));

    private static string Text(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) is var words && element.QuerySelectorAll(".tag") is { Length: > 1 } tags ? string.Join(' ', tags.Select(static tag => tag.TextContent)) : words;
}
