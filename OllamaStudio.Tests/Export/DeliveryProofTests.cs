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
    public async Task One_that_loses_every_third_batch_has_each_span_once_after_five_minutes()
    {
        using var rig = new DestinationRig(_data, _receiver, batch: 10);
        List<string> ids = [];
        for (var batch = 0; batch < 30; batch++)
        {
            _receiver.Answer = OtlpReceiverAnswer.Ok with { Forgets = batch % 3 == 2 };
            ids.AddRange(rig.End(10));
            await rig.WaitAsync(books => books.Kept == ids.Count && books.Waiting == 0);
            _receiver.Answer = OtlpReceiverAnswer.Ok;
            await rig.PassAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
            await rig.WaitAsync(books => books.Waiting == 0);
        }

        Assert.InRange(rig.Books.Resent, 1, 100);
        for (var minutes = 0; minutes < 20 && rig.Books.Stored < ids.Count; minutes++)
        {
            await rig.PassAsync(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15));
            await rig.WaitAsync(books => books.Waiting == 0);
        }

        var books = await rig.WaitAsync(books => books is { Stored: 300, SpoolFiles: 0 });
        Assert.Equal(ids.Order(), _receiver.Spans.Select(static span => span.SpanId).Order());
        Assert.Equal((300L, 0L, 0L, 100L), (books.Sent, books.Unproved, books.Refused, books.Resent));
        Assert.Equal(_receiver.LookUps, books.LookUps);
        Assert.InRange(_receiver.LookUps, 1, 20);
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
        rig.WaitForProof(1);
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
