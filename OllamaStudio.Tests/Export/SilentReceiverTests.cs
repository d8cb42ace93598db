using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A receiver that takes connections and never answers: what ends meanwhile is on disk at once, and nothing is dropped for want of room.</summary>
[Collection("telemetry")]
public sealed class SilentReceiverTests : ReceiverTestBase
{
    private const int Queue = 20;

    // Of real time, for good requests too: one that takes longer on a busy machine would be silence where there is none.
    private const int Limit = 2_000;

    [Fact]
    public async Task Only_what_is_tried_again_waits_for_it_and_all_arrives_when_it_answers()
    {
        using var destination = await HangAsync();
        var ids = End(destination, 5 * Queue);
        Assert.Equal(1, Receiver.Requests);

        // A probe that it answers no more than the first: what comes meanwhile and afterwards is kept all the same.
        await destination.Clock.FireAsync(TimeSpan.FromSeconds(1));
        await Receiver.WaitForRequestsAsync(2);
        ids.AddRange(End(destination, 5 * Queue));
        await destination.SettleAsync();
        ids.AddRange(End(destination, 5 * Queue));
        Assert.Equal(2, Receiver.Requests);
        Assert.Equal((0L, 1 + ids.Count, 0L), (destination.Books.Dropped, destination.Books.Waiting, destination.Books.Refused));

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        await destination.Clock.FireAsync(TimeSpan.FromSeconds(2));
        await destination.WaitAsync(books => books.Sent == 1 + ids.Count);
        Assert.Empty(ids.Except(Receiver.Spans.Select(static span => span.SpanId), StringComparer.Ordinal));

        // From then on each goes out by itself again.
        var requests = Receiver.Requests;
        destination.End(1);
        await destination.WaitAsync(books => books.Sent == 2 + ids.Count);
        Assert.Equal(requests + 1, Receiver.Requests);
        destination.AssertBalance();
    }

    [Fact]
    public async Task What_ended_meanwhile_outlives_the_process()
    {
        using var killed = await HangAsync();
        var ids = End(killed, 5 * Queue);

        // Killed: it does nothing more, for its clock stands still, and the next process finds what it wrote.
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        using var next = new DestinationRig(Data, Receiver);
        await next.WaitAsync(books => books.Found == 1 + ids.Count && books.Sent == 1 + ids.Count);
        Assert.Empty(ids.Except(Receiver.Spans.Select(static span => span.SpanId), StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_that_nobody_answers_makes_no_silence_of_the_others()
    {
        using var destination = await HangAsync();
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        await destination.Clock.FireAsync(TimeSpan.FromSeconds(1));
        await destination.WaitAsync(static books => books is { Sent: 1 });
        await destination.SettleAsync();
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        destination.End(1, "stubborn");
        await destination.WaitAsync(static books => books is { Waiting: 1 });
        Receiver.Answer = OtlpReceiverAnswer.Hang;
        destination.Destination.Retries.SendNow();
        await destination.SettleAsync();

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        var requests = Receiver.Requests;
        destination.End(1);
        await Receiver.WaitForRequestsAsync(requests + 1);
        await destination.WaitAsync(static books => books is { Sent: 3 });
    }

    // One request, whose time is up.
    private async Task<DestinationRig> HangAsync()
    {
        Receiver.Answer = OtlpReceiverAnswer.Hang;
        var destination = new DestinationRig(Data, Receiver, batch: 5, queue: Queue, timeout: Limit);
        destination.End(1);
        await destination.WaitAsync(books => books is { Waiting: 1 } && destination.Destination.Current.NextTry is not null);
        return destination;
    }

    // As many at a time as there is room for: more than that is dropped where somebody waits for the receiver.
    private static List<string> End(DestinationRig destination, int spans)
    {
        List<string> ids = [];
        while (ids.Count < spans)
        {
            ids.AddRange(destination.End(Queue));
            destination.WaitUntilTried();
        }

        return ids;
    }
}
