using System.Globalization;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Core.Insights.Residency;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Ollama.Library;
using static OllamaStudio.Tests.Insights.CallSamples;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Insights.Residency;

/// <summary>Who brought models into memory and why they left, from looks at a real server and from the studio's own calls.</summary>
public sealed class ResidencyRecorderTests : IAsyncLifetime
{
    private LibraryRig _rig = null!;
    private SpanFeed _feed = null!;
    private ResidencyRecorder _recorder = null!;

    public async Task InitializeAsync()
    {
        _rig = await LibraryRig.StartAsync();
        _feed = new SpanFeed(_rig.Time);
        _recorder = new ResidencyRecorder(_rig.Servers, _rig.Library, _feed, _rig.Time);
    }

    public async Task DisposeAsync()
    {
        _recorder.Dispose();
        _feed.Dispose();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_model_that_is_there_at_the_first_look_was_there_before_and_leaves_when_its_time_is_over()
    {
        _rig.Running = Listed(("small:latest", 60));
        await _rig.Servers.RefreshAsync(default);
        _recorder.Dispose();
        _recorder = new ResidencyRecorder(_rig.Servers, _rig.Library, _feed, _rig.Time);

        await LookAsync(90);

        Assert.Equal(new ResidentStretch(At(0), At(60), ResidencyOrigin.Before, null, ResidencyEnd.Expired, null), Assert.Single(Lane("small:latest").Stretches));
    }

    [Fact]
    public async Task A_call_that_loaded_it_is_who_paid_whether_it_ends_before_the_look_or_after()
    {
        // 2 s of loading within a call from second 10 on.
        _rig.Time.Advance(TimeSpan.FromSeconds(20));
        _recorder.Ended(Call(1, 10, "small", durationMs: 5_000, loadMs: 2_000));
        Assert.Equal(new ResidentStretch(At(12), null, ResidencyOrigin.Turn, TraceId(1), ResidencyEnd.None, null), Assert.Single(Lane("small").Stretches));

        await LookAsync(5, ("small:latest", 300));
        Assert.Equal(At(12), Assert.Single(Lane("small:latest").Stretches).From);

        // The other one is seen while its call still runs.
        _feed.Record(Running(2, 30, "other:1b"));
        await LookAsync(20, ("small:latest", 300), ("other:1b", 300));
        Assert.Equal((At(45), ResidencyOrigin.Turn, TraceId(2)), Of(Assert.Single(Lane("other:1b").Stretches)));

        _recorder.Ended(Call(2, 30, "other:1b", durationMs: 20_000, loadMs: 1_000));
        Assert.Equal((At(31), ResidencyOrigin.Turn, TraceId(2)), Of(Assert.Single(Lane("other:1b").Stretches)));
        Assert.Equal(new ResidentUse(At(30), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1), TimeSpan.Zero, TraceId(2), IsFailed: false), Assert.Single(Lane("other:1b").Uses));
    }

    [Fact]
    public async Task Forgotten_are_all_uses_and_who_loaded_it_and_what_is_in_memory_is_seen_as_at_the_first_look()
    {
        _rig.Time.Advance(TimeSpan.FromSeconds(20));
        _recorder.Ended(Call(1, 10, "small", durationMs: 5_000, loadMs: 2_000));
        _recorder.Ended(Call(2, 12, "gone", durationMs: 5_000, loadMs: 2_000));
        await LookAsync(5, ("small:latest", 300));

        _recorder.Forget();

        Assert.Equal(new ResidentStretch(At(25), null, ResidencyOrigin.Before, null, ResidencyEnd.None, null), Assert.Single(Lane("small:latest").Stretches));
        Assert.Empty(Lane("small:latest").Uses);
        Assert.DoesNotContain(_recorder.Read(DateTimeOffset.MinValue), static lane => lane.Model.StartsWith("gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_is_the_servers_that_it_went_to_whichever_answers_when_it_ends()
    {
        var call = Call(1, 10, "small", durationMs: 5_000, loadMs: 2_000);
        await AnswersAsync(ServerChoice.Demo, _rig.Ollama.Address.AbsoluteUri); // the rig's demo is the same server
        await AnswersAsync(ServerChoice.Ollama, "http://127.0.0.1:1");

        _recorder.Ended(call with { Attributes = [.. call.Attributes, KeyValuePair.Create<string, object?>("llm.host", _rig.Ollama.Address.AbsoluteUri.TrimEnd('/'))] });

        Assert.Empty(_recorder.Read(At(-60)));
        await AnswersAsync(ServerChoice.Demo, "http://127.0.0.1:1");
        Assert.Single(Lane("small").Uses);

        async Task AnswersAsync(ServerChoice choice, string host)
        {
            _rig.Settings.Update(settings => settings with { Ollama = settings.Ollama with { Server = choice, Host = host } });
            await _rig.Servers.RefreshAsync(default);
            Assert.Equal(choice is ServerChoice.Demo ? ServerKind.Demo : ServerKind.Ollama, _rig.Servers.Status.Active);
        }
    }

    [Fact]
    public async Task What_nobody_here_loaded_is_another_clients_and_so_is_a_time_that_moves()
    {
        await LookAsync(5);
        await LookAsync(5, ("small:latest", 310));
        Assert.Equal((At(10), ResidencyOrigin.OtherClient, null), Of(Assert.Single(Lane("small:latest").Stretches)));
        Assert.Empty(Lane("small:latest").Uses);

        await LookAsync(5, ("small:latest", 315));
        await LookAsync(5, ("small:latest", 320));
        var use = Assert.Single(Lane("small:latest").Uses);
        Assert.Equal((At(10), TimeSpan.FromSeconds(10), null), (use.Start, use.Duration, use.TraceId));

        // Moved by a call of the studio: nobody else's.
        _recorder.Ended(Call(1, 21, "small", durationMs: 2_000, loadMs: 1));
        await LookAsync(5, ("small:latest", 325));
        Assert.Equal([null, TraceId(1)], Lane("small:latest").Uses.Select(static use => use.TraceId));
    }

    [Fact]
    public async Task What_the_studio_does_with_a_model_beside_its_calls_is_no_other_clients()
    {
        await LookAsync(5, ("small:latest", 300));
        _rig.Servers.UsedQuietly(_rig.Servers.Status.Active, "small");

        await LookAsync(5, ("small:latest", 310));
        Assert.Empty(Lane("small:latest").Uses);
    }

    [Fact]
    public async Task One_that_goes_before_its_time_as_another_comes_was_evicted_for_it()
    {
        await LookAsync(5, ("small:latest", 300));
        await LookAsync(5, ("other:1b", 300));

        Assert.Equal((ResidencyEnd.Evicted, "other:1b", At(10)), End(Assert.Single(Lane("small:latest").Stretches)));
        Assert.Equal(["other:1b", "small:latest"], _recorder.Read(At(-60)).Select(static lane => lane.Model));

        await LookAsync(5);
        Assert.Equal((ResidencyEnd.Unloaded, null, At(15)), End(Assert.Single(Lane("other:1b").Stretches)));
    }

    [Fact]
    public async Task What_a_person_loads_and_takes_out_is_theirs()
    {
        _rig.Answer = context => context.Response.WriteAsync("""{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}""");
        await LookAsync(5);
        _rig.Running = Listed(("small:latest", 300));
        _rig.Library.Load("small:latest", keepAlive: null);
        await _rig.UntilAsync(ModelJobKind.Load, ModelJobState.Done);
        Assert.Equal((At(5), ResidencyOrigin.Person, null), Of(Assert.Single(Lane("small:latest").Stretches)));

        _rig.Time.Advance(TimeSpan.FromSeconds(5));
        _rig.Running = Listed();
        _rig.Library.Unload("small:latest");
        await _rig.UntilAsync(ModelJobKind.Unload, ModelJobState.Done);
        Assert.Equal((ResidencyEnd.Ejected, null, At(10)), End(Assert.Single(Lane("small:latest").Stretches)));
    }

    [Fact]
    public async Task A_failed_call_is_a_use_and_brings_nothing_into_memory_and_two_names_of_one_model_share_a_lane()
    {
        _rig.Tags = """{"models":[{"name":"small:latest","digest":"same"},{"name":"copy:latest","digest":"same"},{"name":"cloud:big","digest":"c","remote_host":"https://ollama.com"}]}""";
        await LookAsync(1, ("small:latest", 300));

        _recorder.Ended(Call(1, 2, "copy", durationMs: 1_000, loadMs: 10));
        _recorder.Ended(Call(2, 4, "gone", status: SpanStatus.Error));
        _recorder.Ended(Call(3, 5, "cloud:big"));
        _recorder.Ended(Root(4, 5));
        _recorder.Ended(Tool(5, 5));

        Assert.Equal(TraceId(1), Assert.Single(Lane("small:latest").Uses).TraceId);
        Assert.True(Assert.Single(Lane("gone").Uses).IsFailed);
        Assert.Empty(Lane("gone").Stretches);
        Assert.Equal(2, _recorder.Read(At(-60)).Length);
    }

    [Fact]
    public async Task A_name_that_stands_for_nothing_any_more_keeps_its_one_lane()
    {
        _rig.Tags = """{"models":[{"name":"pirate:latest","digest":"made"}]}""";
        await LookAsync(1, ("pirate:latest", 300));
        _recorder.Ended(Call(1, 2, "pirate:latest", durationMs: 1_000));

        _rig.Tags = """{"models":[]}""";
        await LookAsync(5);
        _recorder.Ended(Call(2, 7, "pirate", status: SpanStatus.Error));

        var lane = Assert.Single(_recorder.Read(At(-60)));
        Assert.Equal([TraceId(1), TraceId(2)], lane.Uses.Select(static use => use.TraceId));
        Assert.Single(lane.Stretches);
    }

    [Fact]
    public async Task A_server_that_stops_answering_ends_what_was_known_of_it()
    {
        await LookAsync(5, ("small:latest", 300));
        await _rig.Ollama.DisposeAsync();

        await LookAsync(5);

        Assert.Equal((ResidencyEnd.ServerGone, null, At(10)), End(Assert.Single(Lane("small:latest").Stretches)));
    }

    [Fact]
    public async Task More_than_is_kept_goes_the_oldest_first()
    {
        for (var call = 0; call < ResidencyRecorder.MostUses + 5; call++)
        {
            _recorder.Ended(Call(call, call, "small", durationMs: 100, loadMs: 1));
        }

        var uses = Lane("small").Uses;
        Assert.Equal((ResidencyRecorder.MostUses, TraceId(5)), (uses.Length, uses[0].TraceId));

        _rig.Time.Advance(ResidencyRecorder.Kept + TimeSpan.FromSeconds(50));
        await LookAsync(0, ("other:1b", 100_000));
        Assert.Equal(At(50), _recorder.Read(At(-60)).SelectMany(static lane => lane.Uses).Min(static use => use.Start));
    }

    // Lets time pass, and looks at a server with these models in memory and when each leaves, in seconds after the beginning.
    private Task LookAsync(double seconds, params (string Name, double Expires)[] running)
    {
        _rig.Time.Advance(TimeSpan.FromSeconds(seconds));
        _rig.Running = Listed(running);
        return _rig.Servers.RefreshAsync(default);
    }

    private ResidencyLane Lane(string model) => _recorder.Read(At(-60)).Single(lane => lane.Model == model);

    private static string Listed(params (string Name, double Expires)[] running) => $$"""
        {"models":[{{string.Join(',', running.Select(static model => string.Create(CultureInfo.InvariantCulture, $$"""{"name":"{{model.Name}}","size":10,"size_vram":10,"expires_at":"{{At(model.Expires):yyyy-MM-ddTHH:mm:ssZ}}"}""")))}}]}
        """;

    private static SpanRecord Running(int number, double atSeconds, string model) => Call(number, atSeconds, model) with { Duration = null, Status = SpanStatus.Running };

    private static (DateTimeOffset, ResidencyOrigin, string?) Of(ResidentStretch stretch) => (stretch.From, stretch.Origin, stretch.TraceId);

    private static (ResidencyEnd, string?, DateTimeOffset?) End(ResidentStretch stretch) => (stretch.End, stretch.EvictedFor, stretch.To);
}
