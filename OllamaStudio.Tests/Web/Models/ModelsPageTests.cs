using System.Collections.Immutable;
using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Shared;
using OllamaStudio.Tests.Ollama.Library;
using static OllamaStudio.Tests.Insights.CallSamples;

namespace OllamaStudio.Tests.Web.Models;

public sealed class ModelsPageTests : ModelsPageTestBase
{
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
        Rig.Version = "0.12.3";
        await Rig.Servers.RefreshAsync(default);

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
    public async Task Details_tell_what_the_server_does_and_what_the_model_did_here()
    {
        Rig.Answer = static context => context.Response.WriteAsync("""
            {"license":"MIT","system":"Be <i>kind</i>.","parameters":"temperature 0.7","template":"{{ .Prompt }}","capabilities":["completion","tools"],"details":{"family":"qwen3"},"model_info":{"general.architecture":"qwen3","qwen3.context_length":40960}}
            """);
        SpanRecord[] spans = [.. Enumerable.Range(1, 12).SelectMany(static turn => new[] { Call(turn, -600 + turn), Root(turn, -600 + turn) }), Call(13, -500, version: "0.33.4"), Root(13, -500)];
        await Store.Writer.WriteAsync(connection => RollupWriter.Add(connection, spans), bytes: 0);
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
    public async Task A_server_without_models_and_one_that_is_away_each_have_a_way_on()
    {
        Rig.Tags = """{"models":[]}""";
        await Rig.Servers.RefreshAsync(default);
        var page = Page();
        Assert.Equal("Pull qwen3:4b", Text(page.Find("[data-testid=models-pull-first]")));
        await ClickAsync(page, "[data-testid=models-pull-first]");
        await UntilAsync(page, () => Assert.Equal("qwen3:4b", page.Find("[data-testid=model-job]").GetAttribute("aria-label")));

        Rig.Tags = Tags;
        await Rig.Servers.RefreshAsync(default);
        await Rig.Ollama.DisposeAsync();
        await Rig.Servers.RefreshAsync(default);
        await UntilAsync(page, () => Assert.Contains("What is shown is what it said last.", page.Find("[data-testid=models-stale]").TextContent, StringComparison.Ordinal));
        Assert.Equal(3, page.FindAll("[data-testid=model-row]").Count);
    }

    [Fact]
    public async Task A_server_that_never_answered_is_an_error_with_its_words()
    {
        await using var away = await LibraryRig.StartAsync(isUp: false);
        var before = Rig;
        Rig = away;
        Services.AddSingleton(away.Servers);
        Services.AddSingleton(away.Library);

        var page = Page();

        Assert.Contains("Ollama does not answer at http://127.0.0.1:", page.Find("[data-testid=models-failed]").TextContent, StringComparison.Ordinal);
        Assert.Contains("ollama serve", page.Find("[data-testid=models-failed]").TextContent, StringComparison.Ordinal);
        Rig = before;
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
        Rig.Settings.Update(static settings => settings with { Chat = settings.Chat with { ModelDefaults = [new ParameterSet { Name = "qwen3:8b", Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("num_ctx", "16384") }] } });
        Rig.Answer = static context => context.Response.WriteAsync("""{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}""");
        Rig.Running = """{"models":[]}""";
        await Rig.Servers.RefreshAsync(default);
        var page = Page();

        await ClickAsync(page, "[data-model='qwen3:8b'] [data-testid=model-load]");

        await Rig.UntilAsync(ModelJobKind.Load, ModelJobState.Done);
        Assert.Equal("""{"model":"qwen3:8b","messages":[],"options":{"num_ctx":16384},"stream":false}""", Assert.Single(Rig.Asked("/api/chat")));
    }
}
