using System.Diagnostics;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>Every span is in the books once, whatever happens to it.</summary>
[Collection("telemetry")]
public sealed class ExportBooksTests : IDisposable
{
    private readonly DataFolder _data = new(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);

    public void Dispose() => Directory.Delete(_data.Path, recursive: true);

    [Fact]
    public async Task What_began_has_ended_or_runs_and_what_ended_was_left_out_held_dropped_or_kept()
    {
        await using var rig = await ExportRig.StartAsync();
        ExportRig.Emit("kept");
        rig.Settings.UpdateTelemetry(settings => settings with { SamplingRatio = 0 });
        using (var panel = new ActivityListener { ShouldListenTo = source => source == StudioDiagnostics.Source, Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData })
        {
            ActivitySource.AddActivityListener(panel);
            ExportRig.Emit("left out");
        }

        rig.Settings.UpdateTelemetry(settings => settings with { SamplingRatio = 1 });
        Activity.Current = null;
        var underWay = StudioDiagnostics.Source.StartActivity("under way")!;
        var books = rig.Pipeline.Books;
        Assert.Equal((3L, 1L, 2L, 1L, 0L, 1L), (books.Started, books.Running, books.Ended, books.LeftOut, books.Dropped, books.Kept));

        rig.Settings.UpdateTelemetry(settings => settings with { Enabled = false });
        underWay.Dispose();
        books = rig.Pipeline.Books;
        Assert.Equal((3L, 0L, 3L, 1L, 1L, 1L), (books.Started, books.Running, books.Ended, books.LeftOut, books.Dropped, books.Kept));
        Assert.Equal((1L, 1L), (books.Destinations[0].Offered, books.Destinations[0].Kept));
    }

    [Fact]
    public async Task They_balance_after_an_hour_of_faults()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.IsPhoenix = true;
        var random = new Random(20261127);
        var ids = new List<string>();
        var (found, refused) = (0L, 0L);
        var rig = new DestinationRig(_data, receiver, batch: 8);
        for (var step = 0; step < 180; step++)
        {
            receiver.Answer = random.Next(8) switch
            {
                0 => OtlpReceiverAnswer.Refuse(503),
                1 => OtlpReceiverAnswer.Refuse(401),
                2 => OtlpReceiverAnswer.Refuse(429) with { RetryAfter = "30" },
                3 => OtlpReceiverAnswer.Ok with { Forgets = true },
                4 => OtlpReceiverAnswer.Refuse(400),
                _ => OtlpReceiverAnswer.Ok,
            };
            ids.AddRange(rig.End(random.Next(1, 20)));
            rig.WaitUntilTried();
            await rig.PassAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20));
            rig.AssertBalance();
            if (step % 50 == 49)
            {
                // The next process. What was in flight is settled by then: the three seconds of a stop.
                await rig.Destination.StopAsync(CancellationToken.None);
                rig.AssertBalance();
                var left = rig.Books;
                refused += left.Refused;
                rig.Dispose();
                rig = new DestinationRig(_data, receiver, batch: 8);
                await rig.WaitAsync(books => books.Found >= left.Waiting);
                found += rig.Books.Found;
            }
        }

        receiver.Answer = OtlpReceiverAnswer.Ok;
        rig.Destination.Retries.SendNow(evenIfHeld: true);
        await rig.WaitAsync(books => books is { Waiting: 0 });
        for (var minutes = 0; minutes < 30 && rig.Books is not { Waiting: 0, SpoolFiles: 0 }; minutes++)
        {
            await rig.PassAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));
            await rig.WaitAsync(books => books is { Waiting: 0 });
        }

        var end = await rig.WaitAsync(books => books is { Waiting: 0, SpoolFiles: 0 });
        rig.AssertBalance();
        Assert.True(found > 0);
        Assert.True(end.Resent > 0, end.ToString());
        Assert.Equal((end.Sent, 0L), (end.Stored, end.Expired));
        var arrived = receiver.Spans.Select(static span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(arrived.Except(ids));
        Assert.Equal(ids.Count - refused - end.Refused, arrived.Count);
        rig.Dispose();
    }

    [Fact]
    public async Task Two_receivers_one_of_them_down_and_the_process_killed_have_every_span()
    {
        await using var up = await OtlpReceiver.StartAsync();
        await using var down = await OtlpReceiver.StartAsync();
        await down.StopAsync();
        var (first, second) = (new DestinationRig(_data, up, "up", batch: 20), new DestinationRig(_data, down, "down", batch: 20));
        using var router = new SpanRouter { Destinations = [first.Destination, second.Destination] };
        List<string> ids = [];
        for (var i = 0; i < 500; i++)
        {
            using var span = DestinationRig.Ended("under load");
            ids.Add(span.SpanId.ToHexString());
            router.OnStart(span);
            router.OnEnd(span);
        }

        // One interval later it is killed: its objects stay behind as they are, and their time stands still.
        await first.WaitAsync(books => books is { Sent: 500 });
        await second.WaitAsync(books => books is { Waiting: 500 });
        second.WaitUntilTried();
        Assert.Equal((500L, 0L, 500L), (router.Books.Kept, router.Books.Dropped, router.Books.Started));
        await down.RestartAsync();
        using var nextFirst = new DestinationRig(_data, up, "up");
        using var nextSecond = new DestinationRig(_data, down, "down");

        await nextSecond.WaitAsync(books => books is { Found: 500, Sent: 500, SpoolFiles: 0 });
        Assert.Equal(ids.Order(), up.Spans.Select(static span => span.SpanId).Order());
        Assert.Equal(ids.Order(), down.Spans.Select(static span => span.SpanId).Distinct().Order());
        nextSecond.AssertBalance();
        first.Dispose();
        second.Dispose();
    }
}
