using System.Diagnostics;
using System.Text;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>Spans of temporary chats are sent like others, and are never on disk.</summary>
[Collection("telemetry")]
public sealed class UnstoredSpansTests : ReceiverTestBase
{
    private string OnDisk => string.Concat(Directory.EnumerateFiles(Data.Path, "*", SearchOption.AllDirectories).Select(static file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));

    [Fact]
    public async Task They_wait_in_memory_and_are_sent_when_the_receiver_is_back()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var rig = new DestinationRig(Data, Receiver);
        EndTemporary(rig);
        rig.End(2, "kept");
        await rig.WaitAsync(static books => books is { Waiting: 4 });
        rig.WaitUntilTried();

        Assert.Contains("kept", OnDisk, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", OnDisk, StringComparison.Ordinal);

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        await rig.PassAsync(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(10));
        await rig.WaitAsync(static books => books is { Sent: 4, Waiting: 0 });
        Assert.Equal(["kept", "kept", "secret child", "secret root"], Receiver.Spans.Select(static span => span.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("secret", OnDisk, StringComparison.Ordinal);
        rig.AssertBalance();
    }

    [Fact]
    public async Task They_are_gone_when_the_studio_stops_and_counted()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using (var rig = new DestinationRig(Data, Receiver))
        {
            EndTemporary(rig);
            await rig.WaitAsync(static books => books is { Waiting: 2 });
            await rig.Destination.StopAsync(CancellationToken.None);

            Assert.Equal((0L, 2L), (rig.Books.Waiting, rig.Books.Refused + rig.Books.Expired));
            Assert.DoesNotContain("secret", OnDisk, StringComparison.Ordinal);
        }

        using var next = new DestinationRig(Data, Receiver);
        Assert.Equal(0, next.Books.Found);
    }

    [Fact]
    public async Task Those_that_nobody_answers_keep_nothing_else_in_memory()
    {
        Receiver.Answer = OtlpReceiverAnswer.Hang;
        using var rig = new DestinationRig(Data, Receiver, timeout: 600_000);
        EndTemporary(rig);
        await Receiver.WaitForRequestsAsync(1);
        await rig.Clock.FireAsync(OtlpHandler.FirstWait);
        rig.End(2, "kept");
        rig.WaitUntilTried();
        Assert.Contains("kept", OnDisk, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", OnDisk, StringComparison.Ordinal);
        Assert.Equal(4, rig.AssertBalance().Waiting);

        // At the end nobody waits for them any longer than for the others, and they are counted.
        var stopping = rig.Destination.StopAsync(CancellationToken.None);
        await rig.Clock.FireAsync(TimeSpan.FromSeconds(3));
        await stopping.WaitAsync(OtlpReceiver.Guard);
        var books = rig.AssertBalance();
        Assert.Equal((2L, 2L), (books.Waiting, books.Refused));
    }

    [Fact]
    public async Task In_parts_they_are_not_on_disk_either()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(413);
        using var rig = new DestinationRig(Data, Receiver);
        EndTemporary(rig);

        await rig.PassAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));

        rig.WaitUntilTried();
        Assert.DoesNotContain("secret", OnDisk, StringComparison.Ordinal);
    }

    // A root and a span within it, which ends first.
    private static void EndTemporary(DestinationRig rig)
    {
        Activity.Current = null;
        using var root = Start("secret root");
        UnstoredTrace.Mark(root);
        using var child = Start("secret child");
        foreach (var span in new[] { child, root })
        {
            span.Stop();
            Assert.True(rig.Destination.Accept(span));
        }

        rig.Flush();
    }

    private static Activity Start(string name) => new Activity(name) { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C).Start();
}
