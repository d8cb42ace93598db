using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A receiver that leaves the very first request without an answer: what ends meanwhile is on disk before that one's time is up.</summary>
[Collection("telemetry")]
public sealed class SlowFirstRequestTests : ReceiverTestBase
{
    private const int Queue = 20;

    [Fact]
    public async Task What_ends_while_the_first_request_hangs_is_on_disk_and_none_is_dropped()
    {
        Receiver.Answer = OtlpReceiverAnswer.Hang;
        using var killed = Start();
        var ids = await HangAsync(killed);
        for (var i = 0; i < 5; i++)
        {
            ids.AddRange(killed.End(Queue));
            killed.WaitUntilTried();
        }

        // Its time is not up: it is still the one request.
        Assert.Equal((1, 1 + (5L * Queue), 0L), (Receiver.Requests, killed.Books.Waiting, killed.Books.Dropped));
        Assert.True(killed.Books.SpoolFiles > 5 * Queue / 5);
        killed.AssertBalance();

        // Killed: the next process finds what it wrote.
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        using var next = Start();
        await next.WaitAsync(books => books.Found == ids.Count && books.Sent == ids.Count);
        Assert.Empty(ids.Except(Receiver.Spans.Select(static span => span.SpanId), StringComparer.Ordinal));
        next.AssertBalance();
    }

    [Fact]
    public async Task An_answer_that_comes_late_is_that_requests_own_and_what_was_kept_follows_at_once()
    {
        var late = new TaskCompletionSource();
        Receiver.Answer = OtlpReceiverAnswer.Ok with { After = late.Task };
        using var destination = Start();
        await HangAsync(destination);
        destination.End(5);
        destination.WaitUntilTried();
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        Assert.Equal((1, 6L), (Receiver.Requests, destination.Books.Waiting));

        late.SetResult();
        await destination.WaitAsync(static books => books is { Sent: 6, Waiting: 0, SpoolFiles: 0 });
        Assert.Equal((2, 6), (Receiver.Requests, Receiver.Spans.Count));
        Assert.Equal(ExportState.Healthy, destination.Destination.Current.State);

        // From then on each goes out by itself again. What was held back was sent once, like any other.
        destination.End(1);
        await destination.WaitAsync(static books => books is { Sent: 7, Resent: 0 });
        destination.AssertBalance();
    }

    [Fact]
    public async Task A_late_refusal_keeps_it_until_something_changes()
    {
        var late = new TaskCompletionSource();
        Receiver.Answer = OtlpReceiverAnswer.Refuse(422, "not a span") with { After = late.Task };
        using var destination = Start();
        await HangAsync(destination);

        late.SetResult();
        await destination.WaitAsync(static books => books is { Blocked: 1, Waiting: 1 });
        Assert.Contains("not a span", destination.Destination.Current.LastError, StringComparison.Ordinal);

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        destination.Destination.Retries.SendNow();
        await destination.WaitAsync(static books => books is { Sent: 1, Waiting: 0 });
        destination.AssertBalance();
    }

    [Fact]
    public async Task A_late_refusal_by_its_size_is_cut()
    {
        var late = new TaskCompletionSource();
        Receiver.Answer = OtlpReceiverAnswer.Refuse(413) with { After = late.Task };
        using var destination = Start();
        await HangAsync(destination, spans: 4);

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        late.SetResult();
        await destination.WaitAsync(static books => books is { Sent: 4, Waiting: 0, SpoolFiles: 0 });
        Assert.Equal(4, Receiver.Spans.Count);
        destination.AssertBalance();
    }

    [Fact]
    public async Task A_late_refusal_by_its_size_while_somebody_holds_its_file_loses_nothing()
    {
        var late = new TaskCompletionSource();
        Receiver.Answer = OtlpReceiverAnswer.Refuse(413) with { After = late.Task };
        using var destination = Start();
        await HangAsync(destination, spans: 4);

        var retries = destination.Destination.Retries;
        await using (new FileStream(Assert.Single(Directory.EnumerateFiles(Path.Combine(Data.Path, "spool", "0"))), FileMode.Open, FileAccess.Read, FileShare.None))
        {
            late.SetResult();
            await retries.LastFirstTry.WaitAsync(OtlpReceiver.Guard);
            await destination.SettleAsync();
            Assert.Equal((4L, 0L, 1), (destination.Books.Waiting, destination.Books.Refused, destination.Books.SpoolFiles));
        }

        // It is still as large as it was, and is cut now.
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        Receiver.MaxSpans = 2;
        retries.SendNow();
        await destination.WaitAsync(static books => books is { Sent: 4, Waiting: 0 });
        Assert.Equal(4, Receiver.Spans.Count);
        destination.AssertBalance();
    }

    [Fact]
    public async Task What_was_held_back_and_refused_is_sent_again_after_that()
    {
        var late = new TaskCompletionSource();
        Receiver.Answer = OtlpReceiverAnswer.Ok with { After = late.Task };
        using var destination = Start();
        await HangAsync(destination);
        destination.End(1);
        destination.WaitUntilTried();
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        late.SetResult();
        await destination.WaitAsync(static books => books is { Sent: 1, Waiting: 1, Resent: 0 });
        await Receiver.WaitForRequestsAsync(2);
        await destination.SettleAsync();

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        destination.Destination.Retries.SendNow();
        await destination.WaitAsync(static books => books is { Sent: 2, Waiting: 0, Resent: 1 });
    }

    [Fact]
    public async Task One_of_which_nothing_can_be_told_is_sent_again_and_keeps_nobody_waiting()
    {
        using var destination = Start();
        var (retries, plan) = (destination.Destination.Retries, destination.Destination.Route!.Plan);
        using var span = DestinationRig.Ended("odd");
        var request = retries.Store(new UnsentRequest(plan.Endpoint, null, null, plan.Project, [(span.TraceId.ToHexString(), span.SpanId.ToHexString())]), []);

        Assert.True(retries.TryTakeOver(request, Task.FromException<ExportAnswer>(new InvalidOperationException("odd")), destination.Destination.Route.Health.Begin(plan.Host), plan));

        await retries.LastFirstTry.WaitAsync(OtlpReceiver.Guard);
        await retries.EndOfSendingAsync().WaitAsync(OtlpReceiver.Guard);
        Assert.False(retries.IsHeld);
        Assert.Contains("odd", destination.Destination.Current.LastError, StringComparison.Ordinal);
        await destination.Clock.FireAsync(TimeSpan.FromSeconds(1));
        await destination.WaitAsync(static books => books is { Sent: 1, Waiting: 0 });
    }

    [Fact]
    public async Task One_that_nobody_takes_over_is_answered_for_as_any_other()
    {
        var (late, asked) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Receiver.Answer = OtlpReceiverAnswer.Ok with { After = late.Task };
        var clock = new PauseClock();
        var plan = ExportPlan.From(new TelemetrySettings { Destination = new() { Endpoint = Receiver.TracesUrl } });
        using var handler = new OtlpHandler(plan, clock)
        {
            Sending = static (_, _) => { },
            TakingOver = _ =>
            {
                asked.SetResult();
                return false;
            },
        };
        using var client = handler.CreateClient();
        using var request = ExportHttp.Post(plan.Endpoint, [], null);
        var sending = client.SendAsync(request);
        await clock.FireAsync(OtlpHandler.FirstWait);
        await asked.Task.WaitAsync(OtlpReceiver.Guard);

        late.SetResult();
        using var response = await sending.WaitAsync(OtlpReceiver.Guard);
        Assert.True(response.IsSuccessStatusCode);
        Assert.True(handler.LastAnswer!.Accepted);
    }

    [Fact]
    public async Task At_the_end_it_is_waited_for()
    {
        var late = new TaskCompletionSource();
        Receiver.Answer = OtlpReceiverAnswer.Ok with { After = late.Task };
        using var destination = Start();
        await HangAsync(destination);

        var stopping = destination.Destination.StopAsync(CancellationToken.None);
        await destination.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(3));
        late.SetResult();
        await stopping.WaitAsync(OtlpReceiver.Guard);
        Assert.Equal((1L, 0L), (destination.Books.Sent, destination.Books.Waiting));
        Assert.Empty(Directory.EnumerateFiles(Data.Path, "*.otlp", SearchOption.AllDirectories)); // the next process sends it no more
    }

    [Fact]
    public async Task Another_address_does_not_wait_for_it()
    {
        Receiver.Answer = OtlpReceiverAnswer.Hang;
        await using var other = await OtlpReceiver.StartAsync();
        using var destination = Start();
        await HangAsync(destination);

        destination.Use(other);
        destination.End(1);
        await destination.WaitAsync(static books => books is { Sent: 1 });
        Assert.Single(other.Spans);
    }

    private DestinationRig Start() => new(Data, Receiver, batch: 5, queue: Queue, timeout: 60_000);

    private async Task<List<string>> HangAsync(DestinationRig destination, int spans = 1)
    {
        var ids = destination.End(spans);
        await Receiver.WaitForRequestsAsync(1);
        await destination.Clock.FireAsync(OtlpHandler.FirstWait);
        destination.WaitUntilTried();
        return ids;
    }
}
