using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>Phoenix says 200 and stores later, or never: what was accepted is read back, and what is missing goes again.</summary>
[Collection("telemetry")]
public sealed class DeliveryProofTests : IAsyncLifetime
{
    private readonly DataFolder _data = new(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);
    private OtlpReceiver _receiver = null!;

    public async Task InitializeAsync()
    {
        _receiver = await OtlpReceiver.StartAsync();
        _receiver.IsPhoenix = true;
    }

    public async Task DisposeAsync()
    {
        await _receiver.DisposeAsync();
        Directory.Delete(_data.Path, recursive: true);
    }

    [Fact]
    public async Task One_that_loses_every_third_batch_it_gets_has_each_span_once_after_five_minutes()
    {
        _receiver.LosesOneIn = 3; // what is sent again as well
        using var rig = new DestinationRig(_data, _receiver, batch: 10);
        List<string> ids = [];
        for (var batch = 0; batch < 30; batch++)
        {
            ids.AddRange(rig.End(10));
            await rig.WaitAsync(books => books.Kept == ids.Count && books.Waiting == 0);
            await rig.PassAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
            await rig.WaitAsync(books => books.Waiting == 0);
        }

        rig.AssertBalance();
        for (var seconds = 0; seconds < 300; seconds += 15)
        {
            await rig.PassAsync(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15));
            await rig.WaitAsync(books => books.Waiting == 0);
            rig.AssertBalance();
        }

        Assert.Equal(ids.Order(), _receiver.Spans.Select(static span => span.SpanId).Order());
        for (var minutes = 0; minutes < 5 && rig.Books.Stored < ids.Count; minutes++)
        {
            await rig.PassAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(15));
        }

        // Of what was lost at first, a third was lost again: each of these spans went out as often as its batch did.
        var books = await rig.WaitAsync(books => books is { Stored: 300, SpoolFiles: 0 });
        rig.AssertBalance();
        Assert.Equal((300L, 0L, 0L, (_receiver.Requests - 30) * 10L), (books.Sent, books.Unproved, books.Refused, books.Resent));
        Assert.InRange(books.Resent, 110, 200);
        Assert.Equal(_receiver.LookUps, books.LookUps);
        Assert.InRange(_receiver.LookUps, 1, 30);
    }

    [Fact]
    public async Task How_often_it_went_again_outlives_the_process()
    {
        _receiver.Answer = OtlpReceiverAnswer.Ok with { Forgets = true };
        var (resent, found) = (0L, 0L);
        for (var process = 0; process < 6; process++)
        {
            using var rig = new DestinationRig(_data, _receiver);
            if (process == 0)
            {
                rig.End(2);
            }
            else
            {
                await rig.WaitAsync(books => books.Found == 2);
                found += rig.Books.Found;
            }

            // As long as it takes to find one missing, and to send it again.
            await rig.WaitAsync(books => books is { LookUps: not null, Waiting: 0 });
            rig.WaitForProof(1);
            for (var seconds = 0; seconds < 300 && rig.Books is { Resent: 0, Refused: 0 }; seconds += 10)
            {
                await rig.PassAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
            }

            resent += rig.Books.Resent;
            var books = rig.AssertBalance();
            if (books.Refused > 0)
            {
                Assert.Equal((3, 2L, 6L, 6L, 0), (process, books.Refused, resent, found, books.SpoolFiles));
                return;
            }

            await rig.Destination.StopAsync(CancellationToken.None);
        }

        Assert.Fail($"It went again {resent / 2} times");
    }

    [Fact]
    public async Task Of_what_was_stored_in_part_the_next_process_counts_the_rest()
    {
        _receiver.Answer = OtlpReceiverAnswer.Ok;
        _receiver.Stored = static () => 3;
        using (var rig = new DestinationRig(_data, _receiver))
        {
            rig.End(4);
            await rig.WaitAsync(books => books is { Sent: 4, LookUps: not null });
            rig.WaitForProof(1);
            _receiver.Answer = OtlpReceiverAnswer.Refuse(503);
            for (var seconds = 0; seconds < 300 && rig.Books.Waiting == 0; seconds += 10)
            {
                await rig.PassAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
            }

            var left = rig.AssertBalance();
            Assert.Equal((3L, 0L, 1L), (left.Stored, left.Unproved, left.Waiting));
            await rig.Destination.StopAsync(CancellationToken.None);
        }

        (_receiver.Answer, _receiver.Stored) = (OtlpReceiverAnswer.Ok, null);
        using var next = new DestinationRig(_data, _receiver);
        await next.WaitAsync(books => books is { Found: 1, Sent: 1 });
        next.WaitForProof(1);
        await next.PassAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10));
        await next.WaitAsync(books => books is { Stored: 1, SpoolFiles: 0 });
    }

    [Fact]
    public async Task Of_what_an_earlier_run_had_accepted_none_is_missing_because_another_is_stored()
    {
        using (var rig = new DestinationRig(_data, _receiver, batch: 1))
        {
            // The first one is accepted after the second, and its file is the older one.
            _receiver.Answer = OtlpReceiverAnswer.Ok with { Refuses = static span => span.Name == "first" ? 503 : null };
            rig.End(1, "first");
            await rig.WaitAsync(static books => books is { Waiting: 1, SpoolFiles: 1 });
            rig.WaitUntilTried();
            rig.End(1, "second");
            await rig.WaitAsync(static books => books is { Sent: 1, Waiting: 1 });
            rig.WaitUntilTried();
            await rig.SettleAsync();
            _receiver.Answer = OtlpReceiverAnswer.Ok;
            rig.Destination.Retries.SendNow();
            await rig.WaitAsync(static books => books is { Sent: 2 });
            rig.WaitForProof(2);
            await rig.Destination.StopAsync(CancellationToken.None);
        }

        Assert.Equal(["second", "first"], _receiver.Spans.Select(static span => span.Name));
        _receiver.Stored = static () => 1;
        var requests = _receiver.Requests;
        using var next = new DestinationRig(_data, _receiver);
        next.WaitForProof(2);
        await next.PassAsync(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10));
        var books = await next.WaitAsync(static books => books is { Stored: 1 });
        Assert.Equal((1L, 0L, requests), (books.Unproved, books.Resent, _receiver.Requests));

        _receiver.Stored = null;
        await next.PassAsync(TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(30));
        await next.WaitAsync(static books => books is { Stored: 2, Unproved: 0, SpoolFiles: 0 });
        next.AssertBalance();
    }

    [Theory]
    [InlineData("")]
    [InlineData("gzip")]
    public async Task What_is_missing_and_has_become_too_large_goes_in_parts_without_what_is_there(string compression)
    {
        _receiver.Stored = static () => 3;
        using var rig = new DestinationRig(_data, _receiver, change: destination => destination with { Compression = compression == "" ? DestinationCompression.None : DestinationCompression.Gzip });
        var ids = rig.End(8);
        await rig.WaitAsync(books => books is { Sent: 8, LookUps: not null });
        rig.WaitForProof(1);
        _receiver.MaxSpans = 2;
        for (var seconds = 0; seconds < 300 && rig.Books.Resent == 0; seconds += 10)
        {
            await rig.PassAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        }

        _receiver.Stored = null;
        await rig.WaitAsync(books => books is { Waiting: 0, Sent: 8 });
        for (var seconds = 0; seconds < 300 && rig.Books.Unproved > 0; seconds += 10)
        {
            await rig.PassAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        }

        var books = await rig.WaitAsync(books => books is { Stored: 8, SpoolFiles: 0 });
        rig.AssertBalance();
        Assert.Equal((0L, 0L), (books.Refused, books.LetGo));
        var again = _receiver.Spans.Skip(8).Select(static span => span.SpanId).ToList();
        Assert.Equal(ids.Skip(3).Order(), again.Order());
    }

    [Fact]
    public async Task What_nobody_could_read_back_for_three_days_stays_accepted_and_takes_no_more_room()
    {
        using var rig = new DestinationRig(_data, _receiver);
        rig.End(2);
        await rig.WaitAsync(books => books is { Sent: 2, LookUps: not null });
        rig.WaitForProof(1);
        await _receiver.StopAsync();
        await rig.PassAsync(Spool.MaxAge, TimeSpan.FromHours(6));
        await rig.PassAsync(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(1));

        var books = await rig.WaitAsync(books => books is { SpoolFiles: 0 });
        Assert.Equal((2L, 0L, 0L, 2L, 0L), (books.Sent, books.Stored, books.Unproved, books.LetGo, books.Expired));
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_slow_one_is_sent_nothing_twice_and_asked_seldom()
    {
        using var rig = new DestinationRig(_data, _receiver);
        var begun = rig.Clock.GetUtcNow();
        _receiver.Stored = () => (int)(270 * (rig.Clock.GetUtcNow() - begun).TotalSeconds);
        var ids = rig.End(5_400); // which takes it 20 seconds
        await rig.WaitAsync(books => books is { Waiting: 0, Sent: 5_400, LookUps: not null });

        await rig.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(5));
        var books = await rig.WaitAsync(books => books is { Stored: 5_400, Unproved: 0, SpoolFiles: 0 });
        Assert.Equal(0, books.Resent);
        Assert.Equal(ids.Order(), _receiver.Spans.Select(static span => span.SpanId).Order());
        Assert.InRange(_receiver.LookUps, 22, 30); // 5,400 spans, 250 at once
    }

    [Fact]
    public async Task One_that_lost_all_it_had_gets_it_again_after_two_minutes()
    {
        using var rig = new DestinationRig(_data, _receiver);
        _receiver.Answer = OtlpReceiverAnswer.Ok with { Forgets = true };
        var ids = rig.End(3);
        await rig.WaitAsync(books => books is { Sent: 3, LookUps: not null });
        rig.WaitForProof(1);
        await rig.PassAsync(TimeSpan.FromSeconds(115), TimeSpan.FromSeconds(5));
        Assert.Equal((3L, 0L), (rig.Books.Unproved, rig.Books.Resent));

        _receiver.Answer = OtlpReceiverAnswer.Ok;
        await rig.PassAsync(TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(5));
        await rig.WaitAsync(books => books is { Waiting: 0, Resent: 3 });
        await rig.PassAsync(TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(5));
        await rig.WaitAsync(books => books is { Stored: 3, SpoolFiles: 0 });
        Assert.Equal(ids.Order(), _receiver.Spans.Select(static span => span.SpanId).Order());
    }

    [Fact]
    public async Task What_stays_missing_goes_again_three_times_and_is_then_refused()
    {
        using var rig = new DestinationRig(_data, _receiver);
        _receiver.Answer = OtlpReceiverAnswer.Ok with { Forgets = true };
        rig.End(2);
        await rig.WaitAsync(books => books is { Sent: 2, LookUps: not null });
        rig.WaitForProof(1);
        for (var minutes = 0; minutes < 40 && rig.Books.Refused == 0; minutes++)
        {
            await rig.PassAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));
            await rig.WaitAsync(books => books.Waiting == 0);
            rig.WaitForProof(1 - (int)rig.Books.Refused / 2);
        }

        Assert.Equal((2L, 0L, 0L, 6L, 0), (rig.Books.Refused, rig.Books.Sent, rig.Books.Waiting, rig.Books.Resent, rig.Books.SpoolFiles));
        Assert.Equal(4, _receiver.Requests);
    }

    [Fact]
    public async Task What_was_not_proved_when_the_process_ended_the_next_one_reads_back()
    {
        using (var rig = new DestinationRig(_data, _receiver))
        {
            rig.End(4);
            await rig.WaitAsync(books => books is { Sent: 4, LookUps: not null, SpoolFiles: 1 });
            rig.WaitForProof(1);
            await rig.Destination.StopAsync(CancellationToken.None);
        }

        using var next = new DestinationRig(_data, _receiver);
        await next.WaitAsync(books => books is { Found: 4, Sent: 4, Unproved: 4 });
        next.WaitForProof(1);
        await next.PassAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10));
        await next.WaitAsync(books => books is { Stored: 4, SpoolFiles: 0 });
        Assert.Equal(1, _receiver.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_nothing_can_be_read_back_it_is_accepted_and_no_more_is_said(bool isPhoenix)
    {
        (_receiver.IsPhoenix, _receiver.CanReadBack) = (isPhoenix, false);
        using var rig = new DestinationRig(_data, _receiver);
        rig.End(2);
        await rig.WaitAsync(books => books is { Sent: 2 });
        await rig.Destination.Retries.Proof!.LastLook;

        await rig.PassAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10));
        var books = await rig.WaitAsync(books => books is { SpoolFiles: 0 });
        Assert.Equal((2L, null, null, null), (books.Sent, books.Stored, books.Unproved, books.LookUps));
    }
}
