using Microsoft.AspNetCore.Http;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama.Library;

/// <summary>Pulls, deletions and the like, that no page owns.</summary>
public class ModelLibraryTests
{
    private const string Half = """{"status":"pulling a1","digest":"sha256:a1","total":200,"completed":100}""";

    [Fact]
    public async Task A_pull_tells_how_far_it_is_is_told_done_for_a_while_and_then_forgotten()
    {
        await using var rig = await LibraryRig.StartAsync();
        var goOn = new TaskCompletionSource();
        rig.Answer = async context =>
        {
            await context.Response.WriteLinesAsync("""{"status":"pulling manifest"}""", Half);
            await goOn.Task;
            rig.Tags = """{"models":[{"name":"new:1b","digest":"d3"}]}""";
            await context.Response.WriteLinesAsync("""{"status":"success"}""");
        };

        var job = rig.Library.Pull(" new:1b ");

        Assert.Equal((ModelJobKind.Pull, "new:1b"), (job.Kind, job.Model));
        var half = await rig.UntilAsync(() => rig.Library.Jobs.Single(), static job => job.Progress?.Total > 0);
        Assert.Equal((ModelJobState.Running, 0.5, 100L, 200L), (half.State, half.Progress!.Fraction, half.Progress.Completed, half.Progress.Total));
        Assert.Equal(job.Id, rig.Library.Pull("NEW:1b").Id);

        goOn.SetResult();
        await rig.UntilAsync(ModelJobKind.Pull, ModelJobState.Done);
        Assert.Equal("new:1b", Assert.Single(rig.Servers.Status.Current.Models).Name);
        Assert.Single(rig.Asked("/api/pull"));

        await rig.Time.FireAsync(ModelLibrary.DoneStay);
        await rig.UntilAsync(() => rig.Library.Jobs, static jobs => jobs.IsEmpty);
    }

    [Fact]
    public async Task A_paused_pull_hangs_up_stays_where_it_is_and_goes_on_when_it_is_asked_for_again()
    {
        await using var rig = await LibraryRig.StartAsync();
        var closed = new TaskCompletionSource();
        rig.Answer = async context =>
        {
            await context.Response.WriteLinesAsync(Half);
            await context.UntilClosedAsync();
            closed.SetResult();
        };
        var job = rig.Library.Pull("big");
        await rig.UntilAsync(() => rig.Library.Jobs.Single(), static job => job.Progress is not null);

        rig.Library.Pause(job.Id);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((ModelJobState.Paused, 0.5), (rig.Library.Jobs.Single().State, rig.Library.Jobs.Single().Progress!.Fraction));

        rig.Answer = static context => context.Response.WriteLinesAsync(Half, """{"status":"success"}""");
        rig.Library.Retry(job.Id);
        Assert.Equal(job.Id, (await rig.UntilAsync(ModelJobKind.Pull, ModelJobState.Done)).Id);
        Assert.Equal(2, rig.Asked("/api/pull").Length);
    }

    [Fact]
    public async Task A_cancelled_pull_hangs_up_and_is_forgotten()
    {
        await using var rig = await LibraryRig.StartAsync();
        var closed = new TaskCompletionSource();
        rig.Answer = async context =>
        {
            await context.Response.WriteLinesAsync(Half);
            await context.UntilClosedAsync();
            closed.SetResult();
        };
        var job = rig.Library.Pull("big");
        await rig.UntilAsync(() => rig.Library.Jobs.Single(), static job => job.Progress is not null);

        rig.Library.Close(job.Id);

        Assert.Empty(rig.Library.Jobs);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(rig.Library.Jobs);
    }

    [Fact]
    public async Task Three_are_pulled_at_once_and_the_fourth_waits_for_one_to_end()
    {
        await using var rig = await LibraryRig.StartAsync();
        var first = new TaskCompletionSource();
        rig.Answer = async context =>
        {
            if (context.Request.Path == "/api/copy")
            {
                return;
            }

            await context.Response.WriteLinesAsync(Half);
            await (context.RequestBody().Contains("m1", StringComparison.Ordinal) ? first.Task : context.UntilClosedAsync());
            await context.Response.WriteLinesAsync("""{"status":"success"}""");
        };

        for (var i = 1; i <= 4; i++)
        {
            rig.Library.Pull($"m{i}");
            if (i < 4)
            {
                await rig.UntilAsync(() => rig.Asked("/api/pull").Length, count => count == i);
            }
        }

        // What was asked for after it is done: it would have begun by now.
        rig.Library.Copy("small", "second");
        await rig.UntilAsync(ModelJobKind.Copy, ModelJobState.Done);
        Assert.Equal(ModelJobState.Waiting, rig.Library.Jobs[3].State);
        Assert.Equal(3, rig.Asked("/api/pull").Length);

        first.SetResult();
        await rig.UntilAsync(() => rig.Library.Jobs[3].State, static state => state is ModelJobState.Running);
    }

    [Fact]
    public async Task A_pull_that_fails_says_why_and_what_to_do_and_can_be_tried_again()
    {
        await using var rig = await LibraryRig.StartAsync();
        rig.Answer = static context => context.Response.WriteLinesAsync("""{"error":"pull model manifest: file does not exist"}""");

        rig.Library.Pull("nosuch");

        var failed = await rig.UntilAsync(ModelJobKind.Pull, ModelJobState.Failed);
        Assert.Equal("pull model manifest: file does not exist", failed.Error);
        Assert.StartsWith("Check the name", failed.NextStep, StringComparison.Ordinal);

        rig.Answer = static context => context.Response.WriteLinesAsync("""{"status":"success"}""");
        rig.Library.Pull("nosuch");
        Assert.Null((await rig.UntilAsync(ModelJobKind.Pull, ModelJobState.Done)).Error);
    }

    [Fact]
    public async Task Nothing_is_deleted_before_the_time_to_undo_it_is_over()
    {
        await using var rig = await LibraryRig.StartAsync();
        rig.Answer = context =>
        {
            rig.Tags = """{"models":[]}""";
            return Task.CompletedTask;
        };

        var job = rig.Library.Delete("small:latest");

        Assert.Equal((ModelJobState.Waiting, ManualTime.Epoch + ModelLibrary.UndoTime), (job.State, job.DueAt));
        Assert.Equal(job.Id, rig.Library.Delete("small").Id);
        await rig.Time.WaitForTimerAsync(ModelLibrary.UndoTime);
        rig.Time.Advance(ModelLibrary.UndoTime - TimeSpan.FromTicks(1));
        Assert.Empty(rig.Asked("/api/delete"));

        rig.Time.Advance(TimeSpan.FromTicks(1));
        await rig.UntilAsync(ModelJobKind.Delete, ModelJobState.Done);
        Assert.Equal("""{"model":"small:latest"}""", Assert.Single(rig.Asked("/api/delete")));
        Assert.Empty(rig.Servers.Status.Current.Models);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deletion_that_is_undone_or_still_waits_when_the_studio_ends_never_happens(bool undone)
    {
        await using var rig = await LibraryRig.StartAsync();
        var job = rig.Library.Delete("small");
        await rig.Time.WaitForTimerAsync(ModelLibrary.UndoTime);

        if (undone)
        {
            rig.Library.Close(job.Id);
        }
        else
        {
            rig.Library.Dispose();
        }

        Assert.Empty(rig.Library.Jobs);
        Assert.Equal(0, rig.Time.TimerCount);
        rig.Time.Advance(ModelLibrary.UndoTime * 2);
        await rig.Servers.RefreshAsync(default);
        Assert.Empty(rig.Asked("/api/delete"));
    }

    [Fact]
    public async Task Copies_creations_loads_and_unloads_ask_for_just_that()
    {
        await using var rig = await LibraryRig.StartAsync();
        rig.Running = """{"models":[{"name":"other:1b","size":1,"context_length":8192}]}""";
        await rig.Servers.RefreshAsync(default);
        rig.Answer = static context => context.Request.Path == "/api/chat"
            ? context.Response.WriteAsync("""{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}""")
            : context.Response.WriteLinesAsync("""{"status":"writing manifest"}""", """{"status":"success"}""");

        rig.Library.Copy("small", "second:name");
        await rig.UntilAsync(ModelJobKind.Copy, ModelJobState.Done);
        rig.Library.Create("pirate", "small", "Speak like a pirate.", new Dictionary<string, object> { ["temperature"] = 0.2, ["stop"] = new[] { "Arr" } });
        await rig.UntilAsync(ModelJobKind.Create, ModelJobState.Done);
        rig.Library.Load("small", keepAlive: null);
        await rig.UntilAsync(ModelJobKind.Load, ModelJobState.Done);
        rig.Library.Load("other:1b", OllamaKeepAlive.Forever);
        await rig.UntilAsync(() => rig.Library.Jobs.Count(static job => job is { Kind: ModelJobKind.Load, State: ModelJobState.Done }), static done => done == 2);
        rig.Library.Unload("other:1b");
        await rig.UntilAsync(ModelJobKind.Unload, ModelJobState.Done);

        Assert.Equal("""{"source":"small","destination":"second:name"}""", Assert.Single(rig.Asked("/api/copy")));
        Assert.Equal("""{"model":"pirate","from":"small","system":"Speak like a pirate.","parameters":{"temperature":0.2,"stop":["Arr"]}}""", Assert.Single(rig.Asked("/api/create")));
        Assert.Equal(
        [
            """{"model":"small","messages":[],"stream":false}""",
            """{"model":"other:1b","messages":[],"keep_alive":-1,"options":{"num_ctx":8192},"stream":false}""",
            """{"model":"other:1b","messages":[],"keep_alive":0,"stream":false}""",
        ], rig.Asked("/api/chat"));
    }

    [Fact]
    public async Task A_model_is_loaded_with_the_window_that_chats_will_ask_for_unless_it_is_there_with_another()
    {
        await using var rig = await LibraryRig.StartAsync();
        rig.Answer = static context => context.Response.WriteAsync("""{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}""");
        rig.Library.Load("small", OllamaKeepAlive.Forever, window: 16_384);
        await rig.UntilAsync(ModelJobKind.Load, ModelJobState.Done);
        rig.Running = """{"models":[{"name":"small:latest","context_length":16384}]}""";
        await rig.Servers.RefreshAsync(default);
        Assert.Null(rig.Servers.Status.Current.OwnWindowOf("small")); // it was asked for: what the server's own is, nobody knows

        rig.Library.Load("small", OllamaKeepAlive.Forever, window: 32_768);
        await rig.UntilAsync(ModelJobKind.Load, ModelJobState.Done);

        Assert.All(rig.Asked("/api/chat"), static body => Assert.Contains("\"keep_alive\":-1,\"options\":{\"num_ctx\":16384}", body, StringComparison.Ordinal));
        Assert.Equal(2, rig.Asked("/api/chat").Length);
    }

    [Fact]
    public async Task What_was_done_with_the_other_servers_model_of_that_name_stays_to_be_seen()
    {
        await using var rig = await LibraryRig.StartAsync();
        rig.Answer = static context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        rig.Library.Pull("small");
        var failed = await rig.UntilAsync(ModelJobKind.Pull, ModelJobState.Failed);
        await rig.Servers.UseAsync(ServerKind.Demo, default);

        rig.Library.Pull("small");

        Assert.Equal([(failed.Id, ServerKind.Ollama), (rig.Library.Jobs[^1].Id, ServerKind.Demo)], rig.Library.Jobs.Select(static job => (job.Id, job.Server)));
        Assert.Equal(2, rig.Library.Jobs.Length);
    }

    [Fact]
    public async Task What_the_server_refuses_and_a_server_that_is_away_are_said_in_plain_words()
    {
        await using var rig = await LibraryRig.StartAsync(isUp: false);

        rig.Library.Load("small", keepAlive: null);

        var failed = await rig.UntilAsync(ModelJobKind.Load, ModelJobState.Failed);
        Assert.Contains("refused", failed.Error, StringComparison.Ordinal);
        Assert.Contains("ollama serve", failed.NextStep, StringComparison.Ordinal);
        rig.Library.Close(failed.Id);
        Assert.Empty(rig.Library.Jobs);
    }

    [Fact]
    public async Task A_name_that_cannot_be_one_and_one_thing_too_many_are_refused_at_once()
    {
        await using var rig = await LibraryRig.StartAsync();
        rig.Answer = static context => context.UntilClosedAsync();

        Assert.Contains("such as qwen3:8b", Assert.Throws<OllamaException>(() => rig.Library.Pull("two words")).Message, StringComparison.Ordinal);
        Assert.Empty(rig.Library.Jobs);

        for (var i = 0; i < ModelLibrary.MostJobs; i++)
        {
            rig.Library.Pull($"m{i}");
        }

        Assert.Contains("under way", Assert.Throws<OllamaException>(() => rig.Library.Pull("more")).Message, StringComparison.Ordinal);
        Assert.Equal(ModelLibrary.MostJobs, rig.Library.Jobs.Length);
    }
}
