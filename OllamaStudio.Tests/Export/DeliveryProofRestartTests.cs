using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>What was accepted and not read back yet when the process ended: the next one proves it.</summary>
[Collection("telemetry")]
public sealed class DeliveryProofRestartTests : ReceiverTestBase
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Receiver.IsPhoenix = true;
    }

    [Fact]
    public async Task How_often_it_went_again_outlives_the_process()
    {
        Receiver.Answer = OtlpReceiverAnswer.Ok with { Forgets = true };
        var (resent, found) = (0L, 0L);
        for (var process = 0; process < 6; process++)
        {
            using var rig = new DestinationRig(Data, Receiver);
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
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        Receiver.Stored = static () => 3;
        using (var rig = new DestinationRig(Data, Receiver))
        {
            rig.End(4);
            await rig.WaitAsync(books => books is { Sent: 4, LookUps: not null });
            rig.WaitForProof(1);
            Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
            for (var seconds = 0; seconds < 300 && rig.Books.Waiting == 0; seconds += 10)
            {
                await rig.PassAsync(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
            }

            var left = rig.AssertBalance();
            Assert.Equal((3L, 0L, 1L), (left.Stored, left.Unproved, left.Waiting));
            await rig.Destination.StopAsync(CancellationToken.None);
        }

        (Receiver.Answer, Receiver.Stored) = (OtlpReceiverAnswer.Ok, null);
        using var next = new DestinationRig(Data, Receiver);
        await next.WaitAsync(books => books is { Found: 1, Sent: 1 });
        next.WaitForProof(1);
        await next.PassAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10));
        await next.WaitAsync(books => books is { Stored: 1, SpoolFiles: 0 });
    }

    [Fact]
    public async Task Of_what_an_earlier_run_had_accepted_none_is_missing_because_another_is_stored()
    {
        using (var rig = new DestinationRig(Data, Receiver, batch: 1))
        {
            // The first one is accepted after the second, and its file is the older one.
            Receiver.Answer = OtlpReceiverAnswer.Ok with { Refuses = static span => span.Name == "first" ? 503 : null };
            rig.End(1, "first");
            await rig.WaitAsync(static books => books is { Waiting: 1, SpoolFiles: 1 });
            rig.WaitUntilTried();
            rig.End(1, "second");
            await rig.WaitAsync(static books => books is { Sent: 1, Waiting: 1 });
            rig.WaitUntilTried();
            await rig.SettleAsync();
            Receiver.Answer = OtlpReceiverAnswer.Ok;
            rig.Destination.Retries.SendNow();
            await rig.WaitAsync(static books => books is { Sent: 2 });
            rig.WaitForProof(2);
            await rig.Destination.StopAsync(CancellationToken.None);
        }

        Assert.Equal(["second", "first"], Receiver.Spans.Select(static span => span.Name));
        Receiver.Stored = static () => 1;
        var requests = Receiver.Requests;
        using var next = new DestinationRig(Data, Receiver);
        next.WaitForProof(2);
        await next.PassAsync(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10));
        var books = await next.WaitAsync(static books => books is { Stored: 1 });
        Assert.Equal((1L, 0L, requests), (books.Unproved, books.Resent, Receiver.Requests));

        Receiver.Stored = null;
        await next.PassAsync(TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(30));
        await next.WaitAsync(static books => books is { Stored: 2, Unproved: 0, SpoolFiles: 0 });
        next.AssertBalance();
    }

    [Fact]
    public async Task What_was_not_proved_when_the_process_ended_the_next_one_reads_back()
    {
        using (var rig = new DestinationRig(Data, Receiver))
        {
            rig.End(4);
            await rig.WaitAsync(books => books is { Sent: 4, LookUps: not null, SpoolFiles: 1 });
            rig.WaitForProof(1);
            await rig.Destination.StopAsync(CancellationToken.None);
        }

        using var next = new DestinationRig(Data, Receiver);
        await next.WaitAsync(books => books is { Found: 4, Sent: 4, Unproved: 4 });
        next.WaitForProof(1);
        await next.PassAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10));
        await next.WaitAsync(books => books is { Stored: 4, SpoolFiles: 0 });
        Assert.Equal(1, Receiver.Requests);
    }
}
