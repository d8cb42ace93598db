using Bunit;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Models;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Models;

/// <summary>What a person does to a model by its row: pulled, made, deleted, loaded.</summary>
public sealed class ModelsPageJobsTests : ModelsPageTestBase
{
    [Fact]
    public async Task A_pull_shows_how_far_it_is_on_every_page_that_is_open_pauses_and_goes_on()
    {
        var closed = new TaskCompletionSource();
        Rig.Answer = async context =>
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
        Rig.Answer = static context => context.Response.WriteLinesAsync("""{"status":"success"}""");
        await ClickAsync(page, "[data-testid=model-pull-resume]");
        await UntilAsync(page, () => Assert.Equal("gemma3:12b is pulled.", page.Find("[data-testid=models-said]").TextContent));
        await UntilAsync(other, () => Assert.Equal("done", other.Find("[data-testid=model-job]").GetAttribute("data-state")));
    }

    [Fact]
    public async Task A_name_that_cannot_be_one_and_a_pull_that_fails_say_what_to_do()
    {
        Rig.Answer = static context => context.Response.WriteLinesAsync("""{"error":"pull model manifest: file does not exist"}""");
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
        Rig.Answer = context =>
        {
            Rig.Tags = """{"models":[]}""";
            return Task.CompletedTask;
        };
        var page = Page();

        await ActAsync(page, "qwen3:8b", "delete");
        Assert.Equal("leaving", Row(page, "qwen3:8b").GetAttribute("data-state"));
        Assert.Equal("Deleted in 10 s Undo", Text(Row(page, "qwen3:8b").QuerySelector(".acts")!));
        await ClickAsync(page, "[data-testid=model-undo]");
        Assert.Equal("loaded", Row(page, "qwen3:8b").GetAttribute("data-state"));

        await ActAsync(page, "qwen3:8b", "delete");
        await Rig.Time.WaitForTimerAsync(ModelLibrary.UndoTime);
        Rig.Time.Advance(ModelLibrary.UndoTime);
        await UntilAsync(page, () => page.Find("[data-testid=models-empty]"));
        Assert.Single(Rig.Asked("/api/delete"));
    }

    [Fact]
    public async Task A_model_is_loaded_taken_out_and_kept_by_its_row()
    {
        var asked = new TaskCompletionSource();
        Rig.Answer = async context =>
        {
            await asked.Task;
            await context.Response.WriteAsync("""{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}""");
        };
        var page = Page();

        await ClickAsync(page, "[data-testid=model-eject]");
        await UntilAsync(page, () => Assert.Equal("Leaving…", Text(Row(page, "qwen3:8b").QuerySelector(".acts")!)));
        Rig.Running = """{"models":[]}""";
        asked.SetResult();
        await UntilAsync(page, () => Assert.Equal("installed", Row(page, "qwen3:8b").GetAttribute("data-state")));
        await UntilAsync(page, () => Assert.Equal("taken out from this page", Text(page.Find("[data-testid=residency-lane] .until"))));

        await Rig.UntilAsync(ModelJobKind.Unload, ModelJobState.Done);
        await UntilAsync(page, () => page.Find("[data-model='qwen3:8b'] [data-testid=model-more]"));
        await ActAsync(page, "qwen3:8b", "keep-hour");
        await Rig.UntilAsync(ModelJobKind.Load, ModelJobState.Done);
        Assert.Equal("""{"model":"qwen3:8b","messages":[],"keep_alive":3600,"stream":false}""", Rig.Asked("/api/chat")[^1]);
    }

    [Fact]
    public async Task A_model_of_another_one_is_checked_before_it_is_asked_for()
    {
        var dialog = Render<NewModel>(parameters => parameters.Add(form => form.From, "qwen3:8b").Add(form => form.OnDone, name => Rig.Tags = name ?? "closed"));

        await dialog.InvokeAsync(() => dialog.Find("[data-testid=new-model-name]").Change("nomic"));
        await dialog.InvokeAsync(() => dialog.Find("[data-testid=new-model-parameters]").Change("temprature 1"));
        await dialog.InvokeAsync(() => dialog.Find("form").Submit());
        Assert.Equal(2, dialog.FindAll("[role=alert]").Count);
        Assert.Contains("is installed", dialog.Find("#new-model-name-fault").TextContent, StringComparison.Ordinal);
        Assert.Empty(Rig.Library.Jobs);

        await dialog.InvokeAsync(() => dialog.Find("[data-testid=new-model-name]").Change("pirate"));
        await dialog.InvokeAsync(() => dialog.Find("[data-testid=new-model-parameters]").Change("temperature 1"));
        await dialog.InvokeAsync(() => dialog.Find("form").Submit());
        await Rig.UntilAsync(() => Rig.Asked("/api/create"), static bodies => bodies.Length == 1);
        Assert.Equal("""{"model":"pirate","from":"qwen3:8b","parameters":{"temperature":1}}""", Rig.Asked("/api/create")[0]);
        Assert.Equal("pirate", Rig.Tags);
    }
}
