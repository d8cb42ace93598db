using System.Text;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>What was not sent when everything is forgotten is sent nowhere, stands in no file, and is counted.</summary>
[Collection("telemetry")]
public sealed class ForgettingTests : IDisposable
{
    private const string Secret = "a-secret-that-goes";

    private readonly DataFolder _data = new(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);

    private IEnumerable<string> Telling =>
        Directory.EnumerateFiles(_data.Path, "*", SearchOption.AllDirectories).Where(static file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0);

    public void Dispose() => Directory.Delete(_data.Path, recursive: true);

    [Fact]
    public async Task What_waits_on_disk_goes_with_all_that_lies_there_and_what_comes_after_arrives()
    {
        await using var rig = await StartAsync();
        await rig.Receiver.StopAsync();
        for (var files = 1; files <= 2; files++)
        {
            // One after the other, and each until it lies there: no file comes or goes while they are read.
            ExportRig.Emit(Secret);
            await rig.WaitForStatusAsync(status => status.Waiting == files && status.NextTry is not null && rig.Pipeline.Books.Destinations[0].SpoolFiles == files);
        }

        foreach (var file in new[] { "gone/1.otlp", "gone/2.accepted", "gone/3.broken" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_data.Combine("spool/" + file))!);
            await File.WriteAllTextAsync(_data.Combine("spool/" + file), Secret);
        }

        Assert.True(Telling.Count() > 3);

        await rig.Pipeline.ForgetAsync();

        Assert.Empty(Telling);
        AssertBalance(rig, refused: 2);
        await rig.Receiver.RestartAsync();
        ExportRig.Emit("after");
        await rig.WaitForStatusAsync(static status => status.Exported == 1);
        Assert.Equal(["after"], rig.Receiver.Spans.Select(static span => span.Name));
        AssertBalance(rig, refused: 2);
    }

    [Fact]
    public async Task What_waits_in_memory_goes_too()
    {
        await using var rig = await StartAsync(spools: false);
        await rig.Receiver.StopAsync();
        ExportRig.Emit(Secret);
        await rig.WaitForStatusAsync(static status => status is { Waiting: 1, NextTry: not null });

        await rig.Pipeline.ForgetAsync();

        AssertBalance(rig, refused: 1);
        await rig.Receiver.RestartAsync();
        ExportRig.Emit("after");
        await rig.WaitForStatusAsync(static status => status.Exported == 1);
        Assert.Equal(["after"], rig.Receiver.Spans.Select(static span => span.Name));
    }

    [Fact]
    public async Task A_request_under_way_is_cut_off_and_what_was_not_sent_yet_is_not()
    {
        await using var rig = await StartAsync();
        rig.Receiver.Answer = OtlpReceiverAnswer.Hang;
        ExportRig.Emit(Secret);
        await rig.Receiver.WaitForRequestsAsync(1);
        ExportRig.Emit(Secret); // stands in line behind it

        await rig.Pipeline.ForgetAsync();

        Assert.Empty(Telling);
        AssertBalance(rig, refused: 2);
    }

    [Fact]
    public async Task What_the_tail_sampler_holds_is_left_out()
    {
        await using var rig = await StartAsync(static telemetry => telemetry with { Tail = telemetry.Tail with { Enabled = true } });
        System.Diagnostics.Activity.Current = null;
        using (var root = Core.Telemetry.StudioDiagnostics.Source.StartActivity("root"))
        {
            Core.Telemetry.StudioDiagnostics.Source.StartActivity(Secret)!.Stop();
            Assert.Equal(1, rig.Pipeline.Books.Held);

            await rig.Pipeline.ForgetAsync();

            Assert.Equal((0, 1), (rig.Pipeline.Books.Held, rig.Pipeline.Books.LeftOut));
        }

        Assert.Equal(2, rig.Pipeline.Books.LeftOut); // what ends later follows
        Assert.Equal(0, rig.Pipeline.Books.Running);
        Assert.Empty(rig.Receiver.Spans);
    }

    private Task<ExportRig> StartAsync(Func<TelemetrySettings, TelemetrySettings>? change = null, bool spools = true) => ExportRig.StartAsync(
        telemetry => (change ?? (static it => it))(telemetry with { Batch = telemetry.Batch with { ExportTimeoutMilliseconds = 10_000 } }), spools: spools ? _data : null);

    private static void AssertBalance(ExportRig rig, long refused)
    {
        DestinationBooks books = null!;
        Assert.True(SpinWait.SpinUntil(() => !(books = Assert.Single(rig.Pipeline.Books.Destinations)).IsMoving, OtlpReceiver.Guard));
        Assert.Equal((0, refused, 0), (books.Waiting, books.Refused, books.Expired));
        Assert.Equal(books.Kept + books.Found, books.Sent + books.Waiting + books.Refused + books.Expired);
    }
}
