using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>Phoenix says 200 and stores later, or never: what was accepted is read back, and what is missing goes again.</summary>
[Collection("telemetry")]
public sealed class DeliveryProofTests : ReceiverTestBase
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Receiver.IsPhoenix = true;
    }

    [Fact]
    public async Task One_that_loses_every_third_batch_it_gets_has_each_span_once_after_five_minutes()
    {
        Receiver.LosesOneIn = 3; // what is sent again as well
        using var rig = new DestinationRig(Data, Receiver, batch: 10);
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

        Assert.Equal(ids.Order(), Receiver.Spans.Select(static span => span.SpanId).Order());
        for (var minutes = 0; minutes < 5 && rig.Books.Stored < ids.Count; minutes++)
        {
            await rig.PassAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(15));
        }

        // Of what was lost at first, a third was lost again: each of these spans went out as often as its batch did.
        var books = await rig.WaitAsync(books => books is { Stored: 300, SpoolFiles: 0 });
        rig.AssertBalance();
        Assert.Equal((300L, 0L, 0L, (Receiver.Requests - 30) * 10L), (books.Sent, books.Unproved, books.Refused, books.Resent));
        Assert.InRange(books.Resent, 110, 200);
        Assert.Equal(Receiver.LookUps, books.LookUps);
        Assert.InRange(Receiver.LookUps, 1, 30);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gzip")]
    public async Task What_is_missing_and_has_become_too_large_goes_in_parts_without_what_is_there(string compression)
    {
        Receiver.Stored = static () => 3;
        using var rig = new DestinationRig(Data, Receiver, change: destination => destination with { Compression = compression == "" ? DestinationCompression.None : DestinationCompression.Gzip });
        var ids = rig.End(8);
        await rig.WaitAsync(books => books is { Sent: 8, LookUps: not null });
        rig.WaitForProof(1);
        Receiver.MaxSpans = 2;
        for (var seconds = 0; seconds < 300 && rig.Books.Resent == 0; seconds += 10)
        {
            await rig.PassAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        }

        Receiver.Stored = null;
        await rig.WaitAsync(books => books is { Waiting: 0, Sent: 8 });
        for (var seconds = 0; seconds < 300 && rig.Books.Unproved > 0; seconds += 10)
        {
            await rig.PassAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        }

        var books = await rig.WaitAsync(books => books is { Stored: 8, SpoolFiles: 0 });
        rig.AssertBalance();
        Assert.Equal((0L, 0L), (books.Refused, books.LetGo));
        var again = Receiver.Spans.Skip(8).Select(static span => span.SpanId).ToList();
        Assert.Equal(ids.Skip(3).Order(), again.Order());
    }

    [Fact]
    public async Task What_nobody_could_read_back_for_three_days_stays_accepted_and_takes_no_more_room()
    {
        using var rig = new DestinationRig(Data, Receiver);
        rig.End(2);
        await rig.WaitAsync(books => books is { Sent: 2, LookUps: not null });
        rig.WaitForProof(1);
        await Receiver.StopAsync();
        await rig.PassAsync(Spool.MaxAge, TimeSpan.FromHours(6));
        await rig.PassAsync(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(1));

        var books = await rig.WaitAsync(books => books is { SpoolFiles: 0 });
        Assert.Equal((2L, 0L, 0L, 2L, 0L), (books.Sent, books.Stored, books.Unproved, books.LetGo, books.Expired));
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_slow_one_is_sent_nothing_twice_and_asked_seldom()
    {
        using var rig = new DestinationRig(Data, Receiver);
        var begun = rig.Clock.GetUtcNow();
        Receiver.Stored = () => (int)(270 * (rig.Clock.GetUtcNow() - begun).TotalSeconds);
        var ids = rig.End(5_400); // which takes it 20 seconds
        await rig.WaitAsync(books => books is { Waiting: 0, Sent: 5_400, LookUps: not null });

        await rig.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(5));
        var books = await rig.WaitAsync(books => books is { Stored: 5_400, Unproved: 0, SpoolFiles: 0 });
        Assert.Equal(0, books.Resent);
        Assert.Equal(ids.Order(), Receiver.Spans.Select(static span => span.SpanId).Order());
        Assert.InRange(Receiver.LookUps, 22, 30); // 5,400 spans, 250 at once
    }

    [Fact]
    public async Task One_that_lost_all_it_had_gets_it_again_after_two_minutes()
    {
        using var rig = new DestinationRig(Data, Receiver);
        Receiver.Answer = OtlpReceiverAnswer.Ok with { Forgets = true };
        var ids = rig.End(3);
        await rig.WaitAsync(books => books is { Sent: 3, LookUps: not null });
        rig.WaitForProof(1);
        await rig.PassAsync(TimeSpan.FromSeconds(115), TimeSpan.FromSeconds(5));
        Assert.Equal((3L, 0L), (rig.Books.Unproved, rig.Books.Resent));

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        await rig.PassAsync(TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(5));
        await rig.WaitAsync(books => books is { Waiting: 0, Resent: 3 });
        await rig.PassAsync(TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(5));
        await rig.WaitAsync(books => books is { Stored: 3, SpoolFiles: 0 });
        Assert.Equal(ids.Order(), Receiver.Spans.Select(static span => span.SpanId).Order());
    }

    [Fact]
    public async Task What_stays_missing_goes_again_three_times_and_is_then_refused()
    {
        using var rig = new DestinationRig(Data, Receiver);
        Receiver.Answer = OtlpReceiverAnswer.Ok with { Forgets = true };
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
        Assert.Equal(4, Receiver.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_nothing_can_be_read_back_it_is_accepted_and_no_more_is_said(bool isPhoenix)
    {
        (Receiver.IsPhoenix, Receiver.CanReadBack) = (isPhoenix, false);
        using var rig = new DestinationRig(Data, Receiver);
        rig.End(2);
        await rig.WaitAsync(books => books is { Sent: 2 });
        await rig.Destination.Retries.Proof!.LastLook;

        await rig.PassAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10));
        var books = await rig.WaitAsync(books => books is { SpoolFiles: 0 });
        Assert.Equal((2L, null, null, null), (books.Sent, books.Stored, books.Unproved, books.LookUps));
    }
}
