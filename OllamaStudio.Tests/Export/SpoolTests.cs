using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Tools;

namespace OllamaStudio.Tests.Export;

// Longer than the house's 300 lines: each case is a life of one folder over several starts, told in order.

/// <summary>What was not delivered is on disk, outlives the process, and is bounded; where there is no disk, memory serves.</summary>
[Collection("telemetry")]
public sealed class SpoolTests : ReceiverTestBase
{
    private string Folder => Path.Combine(Data.Path, "spool", "0");

    private IReadOnlyList<string> Files => Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder)] : [];

    [Fact]
    public void What_is_left_of_a_destination_that_is_no_more_is_told_and_goes_when_it_is_old()
    {
        var (log, now) = (new RecordingLogger<SpoolTests>(), TimeProvider.System.GetUtcNow());
        foreach (var (id, age) in new[] { ("known", 9), ("gone", 9), ("gone", 1), ("old", 4) })
        {
            var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Data.Path, "spool", id)).FullName, $"{age}.otlp");
            File.WriteAllText(path, "12345");
            File.SetLastWriteTimeUtc(path, (now - TimeSpan.FromDays(age)).UtcDateTime);
        }

        SpoolRemains.Sweep(Data, new HashSet<string>(StringComparer.Ordinal) { "known" }, now, log);

        Assert.Equal(["gone/1.otlp", "known/9.otlp"], Directory.EnumerateFiles(Path.Combine(Data.Path, "spool"), "*", SearchOption.AllDirectories)
            .Select(path => $"{Path.GetFileName(Path.GetDirectoryName(path))}/{Path.GetFileName(path)}").Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(Data.Path, "spool", "old")));
        Assert.Contains(log.Messages, static line => line.Contains("1 files (5 bytes) of unsent spans", StringComparison.Ordinal));
        Assert.Equal(2, log.Messages.Count(static line => line.Contains("are deleted", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_process_leaves_the_next_one_sends()
    {
        await Receiver.StopAsync();
        var left = Start();
        var ids = left.End(3);
        await left.WaitAsync(books => books is { Waiting: 3, SpoolFiles: 1 });
        var file = Assert.Single(Files);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        }

        // Killed: nothing is told that it ends. The next process comes while this one's threads stand still; on a busy machine one of them
        // may try once more meanwhile, so what comes may come twice here.
        await Receiver.RestartAsync();
        using var next = Start();
        await Receiver.WaitForSpansAsync(3);
        var books = await next.WaitAsync(books => books is { Sent: 3, SpoolFiles: 0 });
        Assert.Equal((0L, 3L, 0L, 0L, 0L), (books.Kept, books.Found, books.Waiting, books.Refused, books.Expired));
        Assert.Equal(ids.Order(), Receiver.Spans.Select(static span => span.SpanId).Distinct().Order());
        Assert.Empty(Files);
        left.Dispose();
    }

    [Fact]
    public async Task A_request_is_on_disk_before_it_goes_out()
    {
        Receiver.Answer = OtlpReceiverAnswer.Hang;
        using var destination = Start();
        destination.End(1);

        await Receiver.WaitForRequestsAsync(1);
        Assert.Single(Files);
        destination.Destination.Route!.GiveUp();
    }

    [Fact]
    public async Task A_normal_stop_leaves_what_was_not_taken_to_the_next_start()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using (var destination = Start())
        {
            destination.End(2);
            await destination.Destination.StopAsync(CancellationToken.None);
            Assert.Equal((2L, 0L), (destination.Books.Waiting, destination.Books.Refused));
        }

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        using var next = Start();
        await next.WaitAsync(books => books is { Found: 2, Sent: 2 });
        Assert.Equal(2, Receiver.Spans.Count);
    }

    [Fact]
    public async Task A_file_that_is_broken_is_set_aside_and_the_others_are_sent()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using (var destination = Start(batch: 1))
        {
            destination.End(4);
            await destination.WaitAsync(books => books is { SpoolFiles: 4 });
            await destination.Destination.StopAsync(CancellationToken.None);
        }

        var files = Files.Order(StringComparer.Ordinal).ToList();
        File.WriteAllBytes(files[0], []);
        File.WriteAllBytes(files[1], File.ReadAllBytes(files[1])[..^3]);
        File.WriteAllBytes(files[2], [.. "OSS1"u8, 0xFF, 0xFF, 0xFF, 0x7F, .. "{}"u8]);
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        using var next = Start();
        await next.WaitAsync(books => books is { Found: 1, Sent: 1, SetAside: 3 });
        Assert.Equal(3, Files.Count(static file => file.EndsWith(".broken", StringComparison.Ordinal)));
        Assert.True(SpinWait.SpinUntil(() => next.Log.Messages.Any(line => line.StartsWith($"3 files of unsent spans in {Folder} are broken", StringComparison.Ordinal)), OtlpReceiver.Guard));
    }

    [Fact]
    public async Task Beyond_its_bytes_the_oldest_are_given_up_and_counted()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start(batch: 1);
        destination.End(5, name: new string('x', 300_000));

        var books = await destination.WaitAsync(books => books is { Expired: 2 });
        Assert.Equal((5L, 3L, 0L), (books.Kept, books.Waiting, books.Refused));
        Assert.InRange(books.SpoolBytes!.Value, 900_000, 1_000_000);
        Assert.Equal(3, Files.Count);
    }

    [Fact]
    public async Task After_three_days_it_has_expired()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(401);
        using var destination = Start();
        destination.End(2);
        await destination.WaitAsync(books => books is { Blocked: 2 });

        destination.Clock.Advance(Spool.MaxAge);
        var books = await destination.WaitAsync(books => books is { Expired: 2 });
        Assert.Equal((0L, 0L, 0), (books.Waiting, books.Blocked, books.SpoolFiles));
        Assert.Empty(Files);
    }

    [Fact]
    public async Task Where_the_folder_cannot_be_written_memory_serves_until_it_can()
    {
        // A file stands where the folder is to be: nobody's rights help against that, not even root's.
        await File.WriteAllTextAsync(Path.Combine(Data.Path, "spool"), "");
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start(batch: 1);
        var ids = destination.End(1);
        await destination.WaitAsync(books => books is { Waiting: 1, SpoolFiles: 0, SpoolProblem: not null } && destination.Destination.Current.NextTry is not null);
        Assert.StartsWith($"Unsent spans cannot be written to {Folder}", destination.Destination.Current.SpoolProblem, StringComparison.Ordinal);

        File.Delete(Path.Combine(Data.Path, "spool"));
        ids = [.. ids, .. destination.End(1)];
        await destination.WaitAsync(books => books is { Waiting: 2, SpoolFiles: 1, SpoolProblem: null });
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        ids = [.. ids, .. destination.End(1)];
        await destination.WaitAsync(books => books is { Sent: 3, SpoolFiles: 0 });
        Assert.Equal(ids.Order(), Receiver.Spans.Select(static span => span.SpanId).Order());
    }

    [Fact]
    public async Task Files_that_vanish_are_counted_and_the_others_arrive()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start(batch: 1);
        destination.End(2);
        await destination.WaitAsync(books => books is { Waiting: 2, SpoolFiles: 2 });
        File.Delete(Files.Order(StringComparer.Ordinal).First());

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        destination.End(1);
        await destination.WaitAsync(books => books is { Sent: 2, Refused: 1, Waiting: 0, SpoolFiles: 0 });
    }

    [Theory]
    [InlineData(308)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(415)]
    [InlineData(422)]
    [InlineData(500)]
    [InlineData(507)]
    public async Task What_cannot_succeed_is_kept_until_something_changes(int status)
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(status);
        using var destination = Start();
        destination.End(1);
        await destination.WaitAsync(books => books is { Waiting: 1, Blocked: 1 });
        Assert.Null(destination.Destination.Current.NextTry);

        // No timer repeats it, and new ones are tried at their time.
        var requests = Receiver.Requests;
        destination.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(requests, Receiver.Requests);
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        destination.End(1);
        await destination.WaitAsync(books => books is { Sent: 2, Blocked: 0, Waiting: 0, Refused: 0 });
    }

    [Theory]
    [InlineData("setting")]
    [InlineData("now")]
    public async Task What_was_kept_goes_on_when_a_person_changes_something(string change)
    {
        Receiver.RequiredKey = "key";
        using var destination = Start();
        destination.End(1);
        await destination.WaitAsync(books => books is { Blocked: 1 });

        if (change == "now")
        {
            Receiver.RequiredKey = null;
            destination.Destination.Retries.SendNow(evenIfHeld: true);
        }
        else
        {
            destination.Use(Receiver, key: "key");
        }

        await destination.WaitAsync(books => books is { Sent: 1, Blocked: 0, SpoolFiles: 0 });
    }

    [Theory]
    [InlineData(401)]
    [InlineData(415)]
    [InlineData(422)]
    [InlineData(500)]
    public async Task One_that_is_refused_while_others_are_taken_stays_until_it_is_too_old_and_is_tried_ever_less_often(int status)
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(status);
        using var destination = Start();
        destination.End(1, "poison");
        await destination.WaitAsync(books => books is { Blocked: 1, Stuck: 0 });
        Receiver.Answer = OtlpReceiverAnswer.Ok with { Refuses = span => span.Name == "poison" ? status : null };

        var tries = new List<int>();
        for (var newer = 1; newer <= 40; newer++)
        {
            var (requests, sent) = (Receiver.Requests, destination.Books.Sent);
            destination.End(1);
            await destination.WaitAsync(books => books.Sent == sent + 1);
            destination.WaitUntilTried();
            await destination.SettleAsync();
            tries.AddRange(Receiver.Requests == requests + 2 ? [newer] : []);
        }

        Assert.Equal([1, 3, 7, 15, 31], tries);
        var books = destination.AssertBalance();
        Assert.Equal((1L, 1L, 1L, 0L), (books.Waiting, books.Blocked, books.Stuck, books.Refused));
        Assert.Null(destination.Destination.Current.NextTry);

        // A person's word tries it at once, and time alone takes it in the end.
        var before = Receiver.Requests;
        destination.Destination.Retries.SendNow(evenIfHeld: true);
        await destination.SettleAsync();
        Assert.Equal((before + 1, 1L), (Receiver.Requests, destination.Books.Blocked));
        destination.Clock.Advance(Spool.MaxAge);
        await destination.WaitAsync(books => books is { Waiting: 0, Blocked: 0, Refused: 0, Expired: 1, SpoolFiles: 0 });
        Assert.Equal(before + 1, Receiver.Requests);
        destination.AssertBalance();
    }

    [Fact]
    public async Task One_that_fails_again_and_again_keeps_no_other_waiting()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start(batch: 1);
        destination.End(1, "stubborn");
        await destination.WaitAsync(static books => books is { Waiting: 1, SpoolFiles: 1 });
        destination.End(3);
        await destination.WaitAsync(static books => books is { Waiting: 4, SpoolFiles: 4 });
        destination.WaitUntilTried(); // each is on disk before it goes out
        Receiver.Answer = OtlpReceiverAnswer.Ok with { Refuses = static span => span.Name == "stubborn" ? 503 : null };

        destination.Destination.Retries.SendNow();
        await destination.SettleAsync();
        destination.Destination.Retries.SendNow();
        await destination.WaitAsync(static books => books is { Sent: 3, Waiting: 1 });
        await destination.SettleAsync();

        // It goes on being tried, at the pace of the pauses, and arrives when it is taken.
        Assert.NotNull(destination.Destination.Current.NextTry);
        Receiver.Answer = OtlpReceiverAnswer.Ok;
        destination.Destination.Retries.SendNow();
        await destination.WaitAsync(static books => books is { Sent: 4, Waiting: 0, SpoolFiles: 0 });
    }

    [Fact]
    public async Task A_setting_that_changes_lets_one_go_that_was_refused_for_its_content()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(422);
        using var destination = Start();
        destination.End(1);
        await destination.WaitAsync(books => books is { Blocked: 1 });
        for (var tries = 0; tries < 3; tries++)
        {
            destination.Destination.Retries.SendNow();
            await destination.SettleAsync();
        }

        Receiver.Answer = OtlpReceiverAnswer.Ok;
        destination.Use(Receiver, key: "another");
        await destination.WaitAsync(books => books is { Sent: 1, Blocked: 0, SpoolFiles: 0 });
    }

    [Fact]
    public async Task What_is_for_another_address_waits_for_a_word_also_after_a_restart()
    {
        await using var other = await OtlpReceiver.StartAsync();
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using (var destination = Start())
        {
            destination.End(1);
            await destination.WaitAsync(books => books is { SpoolFiles: 1, Waiting: 1 });
            await destination.Destination.StopAsync(CancellationToken.None);
        }

        using var next = Start(receiver: other);
        await next.WaitAsync(books => books is { Found: 1, Waiting: 1 });
        Assert.Equal((1, 0), (next.Destination.Current.LeftBehind?.Spans, other.Requests));

        next.Destination.Retries.ForwardLeftBehind();
        await next.WaitAsync(books => books is { Sent: 1, Waiting: 0, SpoolFiles: 0 });
        Assert.Single(other.Spans);
    }

    [Fact]
    public async Task What_is_for_another_address_expires_by_the_age_of_its_file_and_not_by_a_restart()
    {
        await using var other = await OtlpReceiver.StartAsync();
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        var clock = new PauseClock();
        using (var destination = Start())
        {
            destination.End(1);
            await destination.WaitAsync(books => books is { SpoolFiles: 1, Waiting: 1 });
            await destination.Destination.StopAsync(CancellationToken.None);
        }

        clock.Advance(TimeSpan.FromHours(2));
        using var next = new DestinationRig(Data, other, clock: clock);
        await next.WaitAsync(books => books is { Found: 1, Waiting: 1 });
        Assert.Equal(ManualTime.Epoch + Spool.MaxAge, next.Destination.Current.LeftBehind!.Until);

        clock.Advance(Spool.MaxAge - TimeSpan.FromHours(3));
        Assert.Equal((1L, 0L), (next.Books.Waiting, next.Books.Expired));
        clock.Advance(TimeSpan.FromHours(1));
        await next.WaitAsync(books => books is { Waiting: 0, Refused: 0, Expired: 1, SpoolFiles: 0 });
        Assert.Equal((null, 0), (next.Destination.Current.LeftBehind, other.Requests));
        next.AssertBalance();
    }

    [Fact]
    public async Task Off_keeps_what_is_on_disk_also_over_a_restart_and_sends_it_when_it_is_on_again()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using (var destination = Start())
        {
            destination.End(2);
            await destination.WaitAsync(books => books is { SpoolFiles: 1, Waiting: 2 } && destination.Destination.Current.NextTry is not null);
            destination.Rest(Receiver);
            Assert.Equal((2L, 0L, null), (destination.Books.Waiting, destination.Books.Refused, destination.Destination.Current.NextTry));
            await destination.Destination.StopAsync(CancellationToken.None);
        }

        (Receiver.Answer, var requests) = (OtlpReceiverAnswer.Ok, Receiver.Requests);
        using var next = new DestinationRig(Data, Receiver, isOn: false);
        await next.WaitAsync(static books => books is { Found: 2, Waiting: 2 });
        next.Clock.Advance(TimeSpan.FromHours(1));
        await next.SettleAsync();
        Assert.Equal((ExportState.Off, null, requests), (next.Destination.Current.State, next.Destination.Current.LeftBehind, Receiver.Requests));

        next.Use(Receiver);
        await next.WaitAsync(static books => books is { Sent: 2, Waiting: 0, SpoolFiles: 0 });
        next.AssertBalance();
    }

    [Fact]
    public async Task Off_keeps_it_no_longer_than_its_age()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start();
        destination.End(1);
        await destination.WaitAsync(books => books is { SpoolFiles: 1, Waiting: 1 } && destination.Destination.Current.NextTry is not null);
        destination.Rest(Receiver);

        destination.Clock.Advance(Spool.MaxAge);
        await destination.WaitAsync(static books => books is { Waiting: 0, Expired: 1, SpoolFiles: 0 });
    }

    [Fact]
    public async Task Taken_out_of_the_settings_it_gives_up_what_is_on_disk()
    {
        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start();
        destination.End(1);
        await destination.WaitAsync(books => books is { SpoolFiles: 1, Waiting: 1 } && destination.Destination.Current.NextTry is not null);

        destination.Destination.GiveUpKept();
        destination.Destination.Use(null);
        await destination.WaitAsync(books => books is { Refused: 1, Waiting: 0, SpoolFiles: 0 });
        Assert.Empty(Files);
    }

    [Theory]
    [InlineData(CaptureLevel.Off)]
    [InlineData(CaptureLevel.Preview)]
    public async Task Without_capture_there_is_no_content_on_disk(CaptureLevel level)
    {
        using var agent = new AgentFixture { Messages = [new ChatMessage(ChatRole.User, "A secret of mine")] };
        agent.Settings.UpdateTelemetry(settings => settings with { Capture = level });
        agent.Offer("look", () => "a secret of the tool's");
        await agent.RunAsync(AgentFixture.Call("look", "c1"), AgentFixture.Say("a secret of the model's"));

        Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start();
        foreach (var span in agent.Spans.Ended)
        {
            span.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
            Assert.True(destination.Destination.Accept(span));
        }

        destination.Flush();
        destination.WaitUntilTried();
        var disk = string.Concat(Files.Select(static file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));
        Assert.Contains("ollama.chat_streaming", disk, StringComparison.Ordinal);
        Assert.Equal(level is not CaptureLevel.Off, disk.Contains("secret", StringComparison.OrdinalIgnoreCase));
    }

    private DestinationRig Start(int batch = 512, OtlpReceiver? receiver = null) => new(Data, receiver ?? Receiver, batch: batch, megabytes: 1);
}
