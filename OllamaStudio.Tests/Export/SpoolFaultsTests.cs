using OllamaStudio.Core.Export;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>Files that somebody else holds, clocks that are set back, answers to what is no more: nothing is lost by them.</summary>
[Collection("telemetry")]
public sealed class SpoolFaultsTests : ReceiverTestBase
{
    private IEnumerable<string> Files => Directory.EnumerateFiles(Path.Combine(Data.Path, "spool", "0"));

    [Fact]
    public async Task A_file_that_somebody_holds_when_its_turn_comes_has_its_turn_again()
    {
        using var rig = await KeepAsync(1);
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        await using (new FileStream(Assert.Single(Files), FileMode.Open, FileAccess.Read, FileShare.None))
        {
            rig.Destination.Retries.SendNow();
            await rig.SettleAsync();
            Assert.Equal((1L, 0L, 1), (rig.Books.Waiting, rig.Books.Refused, rig.Books.SpoolFiles));
        }

        rig.Destination.Retries.SendNow();
        await rig.WaitAsync(static books => books is { Sent: 1, Waiting: 0 });
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_file_that_somebody_holds_at_start_is_read_a_minute_later()
    {
        using (var left = await KeepAsync(1))
        {
            await left.Destination.StopAsync(CancellationToken.None);
        }

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        using var next = await StartHeldAsync();
        Assert.EndsWith(".otlp", Assert.Single(Files), StringComparison.Ordinal);
        Assert.Equal((0L, 0), (next.Books.Found, next.Books.SetAside));

        next.Clock.Advance(TimeSpan.FromMinutes(1));
        await next.WaitAsync(static books => books is { Found: 1, Sent: 1, SpoolFiles: 0 });

        async Task<DestinationRig> StartHeldAsync()
        {
            await using var held = new FileStream(Assert.Single(Files), FileMode.Open, FileAccess.Read, FileShare.None);
            var rig = new DestinationRig(Data, Receiver);
            await rig.Clock.WaitForTimerAsync(TimeSpan.FromMinutes(1));
            return rig;
        }
    }

    [Fact]
    public async Task That_such_a_file_is_looked_at_again_has_nothing_sent_that_was_refused()
    {
        using (var left = await KeepAsync(1))
        {
            await left.Destination.StopAsync(CancellationToken.None);
        }

        Receiver.Answer = OtlpReceiverAnswer.Refuse(401);
        var held = new FileStream(Assert.Single(Files), FileMode.Open, FileAccess.Read, FileShare.None);
        using var next = new DestinationRig(Data, Receiver);
        await next.Clock.WaitForTimerAsync(TimeSpan.FromMinutes(1));
        next.End(1);
        await next.WaitAsync(static books => books is { Blocked: 1 });
        next.WaitUntilTried();
        var requests = Receiver.Requests;

        next.Clock.Advance(TimeSpan.FromMinutes(1));
        await next.SettleAsync();
        Assert.Equal((requests, 0L), (Receiver.Requests, next.Books.Found));

        await held.DisposeAsync();
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        next.Clock.Advance(TimeSpan.FromMinutes(1));
        await next.WaitAsync(static books => books is { Found: 1, Sent: 1 });
        await next.SettleAsync();
        Assert.Equal((requests + 1, 1), (Receiver.Requests, next.Books.Blocked));
        next.AssertBalance();
    }

    [Fact]
    public async Task What_was_written_in_the_future_is_of_now()
    {
        var ahead = new PauseClock();
        ahead.Advance(TimeSpan.FromDays(100));
        using (var left = await KeepAsync(1, ahead))
        {
            await left.Destination.StopAsync(CancellationToken.None);
        }

        Receiver.Answer = OtlpReceiverAnswer.Refuse(401);
        using var next = new DestinationRig(Data, Receiver);
        await next.WaitAsync(static books => books is { Found: 1, Blocked: 1 });
        next.Clock.Advance(Spool.MaxAge);
        await next.WaitAsync(static books => books is { Expired: 1, SpoolFiles: 0 });
    }

    [Fact]
    public async Task What_a_receiver_asked_for_is_over_with_its_pause_whatever_the_clock_says()
    {
        var clock = new SetBackClock();
        Receiver.Answer = OtlpReceiverAnswer.Refuse(429) with { RetryAfter = "120" };
        using var rig = new DestinationRig(Data, Receiver, clock: clock);
        rig.End(1);
        await rig.WaitAsync(books => books is { Waiting: 1 } && rig.Destination.Current.NextTry is not null);

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        clock.Back = TimeSpan.FromHours(1);
        clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(120));
        await rig.WaitAsync(static books => books is { Sent: 1, Waiting: 0 });
    }

    [Fact]
    public void A_pause_that_another_one_took_the_place_of_releases_nothing()
    {
        List<int> over = [];
        var clock = new ManualTime();
        using var pause = new RetryPause(clock, over.Add);
        pause.Begin();
        clock.Advance(TimeSpan.FromSeconds(1));
        pause.Hold(TimeSpan.FromSeconds(60));
        pause.Begin();

        Assert.False(pause.TryEnd(Assert.Single(over)));
        Assert.True(pause.IsHeld);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True(pause.TryEnd(over[1]));
        Assert.False(pause.IsHeld);
    }

    [Fact]
    public async Task A_refusal_of_a_key_that_was_changed_meanwhile_blocks_nothing()
    {
        var late = new TaskCompletionSource();
        Receiver.Answer = OtlpReceiverAnswer.Refuse(401, "Invalid token") with { After = late.Task };
        using var rig = new DestinationRig(Data, Receiver, key: "old");
        rig.End(1);
        await Receiver.WaitForRequestsAsync(1);
        rig.Use(Receiver, key: "new");
        Receiver.Answer = OtlpReceiverAnswer.Ok;

        late.SetResult();
        await rig.Clock.FireAsync(TimeSpan.FromSeconds(1));
        await rig.WaitAsync(static books => books is { Sent: 1, Waiting: 0, Blocked: 0 });
        Assert.Equal("Bearer new", Assert.Single(Receiver.Spans).Headers["authorization"]);
    }

    [Fact]
    public async Task At_start_what_was_accepted_makes_room_for_what_was_not()
    {
        Receiver.IsPhoenix = true;
        Receiver.Answer = OtlpReceiverAnswer.Ok with { Forgets = true };
        var name = new string('x', 300_000);
        using (var left = new DestinationRig(Data, Receiver, batch: 1))
        {
            left.End(2, name);
            await left.WaitAsync(static books => books is { Sent: 2 });
            left.WaitForProof(2);
            Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
            left.End(2, name);
            await left.WaitAsync(static books => books is { Waiting: 2, SpoolFiles: 4 });
            left.WaitUntilTried();
            await left.Destination.StopAsync(CancellationToken.None);
        }

        using var next = new DestinationRig(Data, Receiver, megabytes: 1);
        var books = await next.WaitAsync(static books => books is { Found: 4, SpoolFiles: < 4 });
        Assert.Equal((2L, 0L), (books.Waiting, books.Expired));
    }

    // So many requests that wait on disk.
    private async Task<DestinationRig> KeepAsync(int requests, PauseClock? clock = null)
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        var rig = new DestinationRig(Data, Receiver, batch: 1, clock: clock);
        rig.End(requests);
        await rig.WaitAsync(books => books.Waiting == requests && books.SpoolFiles == requests);
        rig.WaitUntilTried();
        return rig;
    }

    private sealed class SetBackClock : PauseClock
    {
        public TimeSpan Back { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - Back;
    }
}
