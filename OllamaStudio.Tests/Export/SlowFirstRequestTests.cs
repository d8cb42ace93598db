using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A receiver that leaves the very first request without an answer: what ends meanwhile is on disk before that one's time is up.</summary>
[Collection("telemetry")]
public sealed class SlowFirstRequestTests : IAsyncLifetime
{
    private const int Queue = 20;

    private readonly DataFolder _data = new(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);
    private OtlpReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await OtlpReceiver.StartAsync();

    public async Task DisposeAsync()
    {
        await _receiver.DisposeAsync();
        Directory.Delete(_data.Path, recursive: true);
    }

    [Fact]
    public async Task What_ends_while_the_first_request_hangs_is_on_disk_and_none_is_dropped()
    {
        _receiver.Answer = OtlpReceiverAnswer.Hang;
        using var killed = Start();
        var ids = await HangAsync(killed);
        for (var i = 0; i < 5; i++)
        {
            ids.AddRange(killed.End(Queue));
            killed.WaitUntilTried();
        }

        // Its time is not up: it is still the one request.
        Assert.Equal((1, 1 + (5L * Queue), 0L), (_receiver.Requests, killed.Books.Waiting, killed.Books.Dropped));
        Assert.True(killed.Books.SpoolFiles > 5 * Queue / 5);
        killed.AssertBalance();

        // Killed: the next process finds what it wrote.
        _receiver.Answer = OtlpReceiverAnswer.Ok;
        using var next = Start();
        await next.WaitAsync(books => books.Found == ids.Count && books.Sent == ids.Count);
        Assert.Empty(ids.Except(_receiver.Spans.Select(static span => span.SpanId), StringComparer.Ordinal));
        next.AssertBalance();
    }

    [Fact]
    public async Task An_answer_that_comes_late_is_that_requests_own_and_what_was_kept_follows_at_once()
    {
        var late = new TaskCompletionSource();
        _receiver.Answer = OtlpReceiverAnswer.Ok with { After = late.Task };
        using var destination = Start();
        await HangAsync(destination);
        destination.End(5);
        destination.WaitUntilTried();
        _receiver.Answer = OtlpReceiverAnswer.Ok;
        Assert.Equal((1, 6L), (_receiver.Requests, destination.Books.Waiting));

        late.SetResult();
        await destination.WaitAsync(static books => books is { Sent: 6, Waiting: 0, SpoolFiles: 0 });
        Assert.Equal((2, 6), (_receiver.Requests, _receiver.Spans.Count));
        Assert.Equal(ExportState.Healthy, destination.Destination.Current.State);

        // From then on each goes out by itself again.
        destination.End(1);
        await destination.WaitAsync(static books => books is { Sent: 7, Resent: 5 });
        destination.AssertBalance();
    }

    [Fact]
    public async Task A_late_refusal_keeps_it_until_something_changes()
    {
        var late = new TaskCompletionSource();
        _receiver.Answer = OtlpReceiverAnswer.Refuse(422, "not a span") with { After = late.Task };
        using var destination = Start();
        await HangAsync(destination);

        late.SetResult();
        await destination.WaitAsync(static books => books is { Blocked: 1, Waiting: 1 });
        Assert.Contains("not a span", destination.Destination.Current.LastError, StringComparison.Ordinal);

        _receiver.Answer = OtlpReceiverAnswer.Ok;
        destination.Destination.Retries.SendNow();
        await destination.WaitAsync(static books => books is { Sent: 1, Waiting: 0 });
        destination.AssertBalance();
    }

    [Fact]
    public async Task A_late_refusal_by_its_size_is_cut()
    {
        var late = new TaskCompletionSource();
        _receiver.Answer = OtlpReceiverAnswer.Refuse(413) with { After = late.Task };
        using var destination = Start();
        destination.End(4);
        await _receiver.WaitForRequestsAsync(1);
        await destination.Clock.FireAsync(OtlpHandler.FirstWait);
        destination.WaitUntilTried();

        _receiver.Answer = OtlpReceiverAnswer.Ok;
        late.SetResult();
        await destination.WaitAsync(static books => books is { Sent: 4, Waiting: 0, SpoolFiles: 0 });
        Assert.Equal(4, _receiver.Spans.Count);
        destination.AssertBalance();
    }

    [Fact]
    public async Task Another_address_does_not_wait_for_it()
    {
        _receiver.Answer = OtlpReceiverAnswer.Hang;
        await using var other = await OtlpReceiver.StartAsync();
        using var destination = Start();
        await HangAsync(destination);

        destination.Use(other);
        destination.End(1);
        await destination.WaitAsync(static books => books is { Sent: 1 });
        Assert.Single(other.Spans);
    }

    private DestinationRig Start() => new(_data, _receiver, batch: 5, queue: Queue, timeout: 60_000);

    private async Task<List<string>> HangAsync(DestinationRig destination)
    {
        var ids = destination.End(1);
        await _receiver.WaitForRequestsAsync(1);
        await destination.Clock.FireAsync(OtlpHandler.FirstWait);
        destination.WaitUntilTried();
        return ids;
    }
}
