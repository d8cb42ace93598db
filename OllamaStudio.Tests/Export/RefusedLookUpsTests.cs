namespace OllamaStudio.Tests.Export;

/// <summary>A Phoenix that refuses for a while to be read: what it accepted is proved when it lets itself be read again.</summary>
[Collection("telemetry")]
public sealed class RefusedLookUpsTests : ReceiverTestBase
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(10);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Receiver.IsPhoenix = true;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_once_let_itself_be_read_is_asked_again_and_nothing_is_let_go(bool isPhoenixMeanwhile)
    {
        using var rig = new DestinationRig(Data, Receiver);
        rig.End(2);
        await rig.WaitAsync(static books => books is { Sent: 2, LookUps: not null });
        rig.WaitForProof(1);
        await rig.PassAsync(2 * s_look, s_look);
        await rig.WaitAsync(static books => books is { Stored: 2 });

        (Receiver.IsPhoenix, Receiver.CanReadBack) = (isPhoenixMeanwhile, false);
        rig.End(2);
        await rig.WaitAsync(static books => books is { Sent: 4 });
        rig.WaitForProof(1);

        // Another key: what it is is asked anew, and it says no more of it than of its spans.
        rig.Use(Receiver, key: "other");
        await rig.PassAsync(12 * s_look, s_look);
        Assert.Equal(1, rig.Destination.Retries.Proof!.Count);
        Assert.Equal(4, rig.Books.Sent);

        (Receiver.IsPhoenix, Receiver.CanReadBack) = (true, true);
        await rig.PassAsync(15 * s_look, s_look);
        var books = await rig.WaitAsync(static books => books is { Stored: 4, Unproved: 0 });
        Assert.Equal((0L, 0L), (books.LetGo, books.Resent));
        rig.AssertBalance();
    }

    [Fact]
    public async Task One_that_never_let_itself_be_read_is_taken_at_its_word()
    {
        Receiver.CanReadBack = false;
        using var rig = new DestinationRig(Data, Receiver);
        rig.End(2);
        await rig.WaitAsync(static books => books is { Sent: 2 });
        await rig.PassAsync(2 * s_look, s_look);

        await rig.WaitAsync(static books => books is { LookUps: null, SpoolFiles: 0 });
    }
}
