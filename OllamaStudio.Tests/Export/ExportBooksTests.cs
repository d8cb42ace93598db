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
        Assert.Equal((1L, 0L, 0L), (books.Destinations[0].Kept, books.Destinations[0].Dropped, books.Destinations[0].NotOffered));
        Assert.False(books.IsMoving);
    }

    [Fact]
    public async Task What_a_destination_was_not_offered_ties_its_books_to_the_studios()
    {
        await using var rig = await ExportRig.StartAsync();
        await using var other = await OtlpReceiver.StartAsync();
        var second = new DestinationSettings { Id = "second", Kind = DestinationKind.Other, Endpoint = other.TracesUrl };
        ExportRig.Emit("before it was there");
        rig.Settings.UpdateTelemetry(settings => settings with { MoreDestinations = [second] });
        ExportRig.Emit("both");
        rig.Settings.UpdateTelemetry(settings => settings with { MoreDestinations = [second with { Enabled = false }] });
        ExportRig.Emit("while it was off");
        rig.Settings.UpdateTelemetry(settings => settings with { Enabled = false, MoreDestinations = [second] });
        ExportRig.Emit("the first one off");

        var books = rig.Pipeline.Books;
        Assert.Equal((4L, 4L, 0L), (books.Ended, books.Kept, books.Dropped));
        Assert.Equal([(DestinationSettings.FirstId, 3L, 1L), ("second", 2L, 2L)], books.Destinations.Select(static one => (one.Id, one.Kept, one.NotOffered)));
        Assert.All(books.Destinations, one => Assert.Equal(books.Kept, one.Kept + one.Dropped + one.NotOffered));
    }

    [Fact]
    public async Task They_balance_after_an_hour_of_faults()
    {
        await using var phoenix = await OtlpReceiver.StartAsync();
        await using var other = await OtlpReceiver.StartAsync();
        OtlpReceiver[] receivers = [phoenix, other];
        phoenix.IsPhoenix = true;
        var random = new Random(20261127);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var sums = new (long Kept, long Dropped, long Lost, long Found, long Resent)[2];
        List<FaultyProcess> processes = [new(_data, phoenix, other)];
        for (var step = 0; step < 120; step++)
        {
            var process = processes[^1];
            foreach (var receiver in receivers)
            {
                receiver.Answer = random.Next(9) switch
                {
                    0 => OtlpReceiverAnswer.Refuse(503),
                    1 => OtlpReceiverAnswer.Refuse(401),
                    2 => OtlpReceiverAnswer.Refuse(429) with { RetryAfter = "60" },
                    3 => OtlpReceiverAnswer.Ok with { Forgets = receiver == phoenix },
                    4 => OtlpReceiverAnswer.Refuse(400),
                    5 => OtlpReceiverAnswer.Refuse(422),
                    _ => OtlpReceiverAnswer.Ok,
                };
            }

            for (var traces = random.Next(4); traces > 0; traces--)
            {
                process.Begin(random.Next(6), random.Next(3) > 0);
            }

            process.LeaveOut();
            process.IsSending = step % 24 != 5;
            process.Switch(step % 18 is not (3 or 4));
            for (var traces = random.Next(5); traces > 0 && process.Open > 0; traces--)
            {
                process.EndOldest();
            }

            if (step % 30 == 10)
            {
                await OverflowAsync(process, receivers);
            }

            var isLast = step is 39 or 79;
            if (isLast)
            {
                // Something is left to the next process.
                (process.IsSending, phoenix.Answer, other.Answer) = (true, OtlpReceiverAnswer.Refuse(503), OtlpReceiverAnswer.Refuse(503));
                process.Switch(isOn: true);
                process.Begin(5, isFailing: true);
                process.Begin(3, isFailing: true);
                while (process.Open > 1)
                {
                    process.EndOldest();
                }
            }

            await process.CheckAsync();
            foreach (var rig in process.Rigs)
            {
                await rig.PassAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
            }

            await process.CheckAsync();
            if (isLast)
            {
                await EndAsync(process, isKilled: step == 39);
            }
        }

        Array.ForEach(receivers, static receiver => receiver.Answer = OtlpReceiverAnswer.Ok);
        var last = processes[^1];
        last.Switch(isOn: true);
        foreach (var rig in last.Rigs)
        {
            rig.Destination.Retries.SendNow(evenIfHeld: true);
            for (var minutes = 0; minutes < 40 && rig.Books is not { Waiting: 0, SpoolFiles: 0 }; minutes++)
            {
                await rig.PassAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));
            }

            await rig.WaitAsync(books => books is { Waiting: 0, SpoolFiles: 0 });
        }

        await last.CheckAsync();
        Note(last);
        foreach (var (receiver, index) in receivers.Select(static (one, index) => (one, index)))
        {
            // What a receiver has is what it should have: neither the books nor what this test did decide of it.
            var (sum, books) = (sums[index], last.Rigs[index].Books);
            var arrived = receiver.Spans.Select(static span => span.SpanId).ToHashSet(StringComparer.Ordinal);
            Assert.Empty(arrived.Except(ids));
            Assert.Equal(sum.Kept - sum.Lost, arrived.Count);
            Assert.True(sum is { Dropped: > 0, Lost: > 0, Found: > 0, Resent: > 0 }, $"{sum} {books}");
        }

        Assert.Equal((last.Rigs[0].Books.Sent, 0L), (last.Rigs[0].Books.Stored, last.Rigs[0].Books.LetGo));
        processes.ForEach(static process => process.Dispose());

        async Task EndAsync(FaultyProcess process, bool isKilled)
        {
            Note(process);
            var left = process.Rigs.Select(static rig => rig.Books).ToList();
            if (!isKilled)
            {
                foreach (var rig in process.Rigs)
                {
                    await rig.Destination.StopAsync(CancellationToken.None);
                }
            }

            // One that is killed stays behind as it is, and its time stands still.
            processes.Add(new(_data, phoenix, other));
            for (var index = 0; index < receivers.Length; index++)
            {
                var expected = left[index].Waiting + (left[index].Unproved ?? 0); // what is asked may be asked once more after the loop went on
                var found = (await processes[^1].Rigs[index].WaitAsync(books => books.Found >= expected)).Found;
                Assert.True(index == 0 || found == left[index].Waiting, $"{found} {left[index]}");
                sums[index].Found += found;
            }
        }

        void Note(FaultyProcess process)
        {
            ids.UnionWith(process.Ids);
            foreach (var (rig, index) in process.Rigs.Select(static (one, index) => (one, index)))
            {
                var books = rig.Books;
                sums[index] = (sums[index].Kept + books.Kept, sums[index].Dropped + books.Dropped, sums[index].Lost + books.Refused + books.Expired, sums[index].Found, sums[index].Resent + books.Resent);
            }
        }
    }

    // More spans at once than queue and request hold, while nobody answers.
    private static async Task OverflowAsync(FaultyProcess process, OtlpReceiver[] receivers)
    {
        while (process.Open > 0)
        {
            process.EndOldest();
        }

        await process.CheckAsync();
        process.IsSending = true;
        process.Switch(isOn: true);
        var answered = new TaskCompletionSource();
        Array.ForEach(receivers, receiver => receiver.Answer = OtlpReceiverAnswer.Ok with { After = answered.Task });
        process.Begin(100, isFailing: true);
        process.EndOldest();
        answered.SetResult();
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

        first.Flush();
        second.Flush();

        // Once all was tried it is killed: its objects stay behind as they are, and their time stands still.
        await first.WaitAsync(books => books is { Sent: 500 });
        await second.WaitAsync(books => books is { Waiting: 500 });
        second.WaitUntilTried();
        Assert.Equal((500L, 0L, 500L), (router.Count([]).Kept, router.Count([]).Dropped, router.Count([]).Started));
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
