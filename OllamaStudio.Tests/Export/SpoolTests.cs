using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>What was not delivered is on disk, outlives the process, and is bounded; where there is no disk, memory serves.</summary>
[Collection("telemetry")]
public sealed class SpoolTests : IAsyncLifetime
{
    private readonly DataFolder _data = new(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);
    private readonly PauseClock _clock = new();
    private OtlpReceiver _receiver = null!;

    private string Folder => Path.Combine(_data.Path, "spool", "0");

    private IReadOnlyList<string> Files => Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder)] : [];

    public async Task InitializeAsync() => _receiver = await OtlpReceiver.StartAsync();

    public async Task DisposeAsync()
    {
        await _receiver.DisposeAsync();
        Directory.Delete(_data.Path, recursive: true);
    }

    [Fact]
    public async Task What_a_process_leaves_the_next_one_sends()
    {
        await _receiver.StopAsync();
        var left = Start();
        var ids = End(left, 3);
        await WaitAsync(left, books => books is { Waiting: 3, SpoolFiles: 1 });
        var file = Assert.Single(Files);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        }

        // Killed: nothing is told that it ends. The next process comes while this one's threads stand still.
        await _receiver.RestartAsync();
        using var next = Start();
        await _receiver.WaitForSpansAsync(3);
        var books = await WaitAsync(next, books => books is { Sent: 3 });
        Assert.Equal((0L, 3L, 0L, 0L, 0L), (books.Kept, books.Found, books.Waiting, books.Refused, books.Expired));
        Assert.Equal(ids.Order(), _receiver.Spans.Select(static span => span.SpanId).Order());
        Assert.Empty(Files);
        left.Dispose();
    }

    [Fact]
    public async Task A_request_is_on_disk_before_it_goes_out()
    {
        _receiver.Answer = OtlpReceiverAnswer.Hang;
        using var destination = Start();
        End(destination, 1);

        await _receiver.WaitForRequestsAsync(1);
        Assert.Single(Files);
        destination.Route!.GiveUp();
    }

    [Fact]
    public async Task A_normal_stop_leaves_what_was_not_taken_to_the_next_start()
    {
        _receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using (var destination = Start())
        {
            End(destination, 2);
            await destination.StopAsync(CancellationToken.None);
            Assert.Equal((2L, 0L), (destination.Books.Waiting, destination.Books.Refused));
        }

        _receiver.Answer = OtlpReceiverAnswer.Ok;
        using var next = Start();
        await WaitAsync(next, books => books is { Found: 2, Sent: 2 });
        Assert.Equal(2, _receiver.Spans.Count);
    }

    [Fact]
    public async Task A_file_that_is_broken_is_set_aside_and_the_others_are_sent()
    {
        _receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using (var destination = Start(batch: 1))
        {
            End(destination, 4);
            await WaitAsync(destination, books => books is { SpoolFiles: 4 });
            await destination.StopAsync(CancellationToken.None);
        }

        var files = Files.Order(StringComparer.Ordinal).ToList();
        File.WriteAllBytes(files[0], []);
        File.WriteAllBytes(files[1], File.ReadAllBytes(files[1])[..^3]);
        File.WriteAllBytes(files[2], [.. "OSS1"u8, 0xFF, 0xFF, 0xFF, 0x7F, .. "{}"u8]);
        _receiver.Answer = OtlpReceiverAnswer.Ok;
        using var next = Start();
        await WaitAsync(next, books => books is { Found: 1, Sent: 1, SetAside: 3 });
        Assert.Equal(3, Files.Count(static file => file.EndsWith(".broken", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Beyond_its_bytes_the_oldest_are_given_up_and_counted()
    {
        _receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start(batch: 1);
        End(destination, 5, name: new string('x', 300_000));

        var books = await WaitAsync(destination, books => books is { Expired: 2 });
        Assert.Equal((5L, 3L, 0L), (books.Kept, books.Waiting, books.Refused));
        Assert.InRange(books.SpoolBytes!.Value, 900_000, 1_000_000);
        Assert.Equal(3, Files.Count);
    }

    [Fact]
    public async Task After_three_days_it_has_expired()
    {
        _receiver.Answer = OtlpReceiverAnswer.Refuse(401);
        using var destination = Start();
        End(destination, 2);
        await WaitAsync(destination, books => books is { Blocked: 2 });

        _clock.Advance(Spool.MaxAge);
        var books = await WaitAsync(destination, books => books is { Expired: 2 });
        Assert.Equal((0L, 0L, 0), (books.Waiting, books.Blocked, books.SpoolFiles));
        Assert.Empty(Files);
    }

    [Fact]
    public async Task Where_the_folder_cannot_be_written_memory_serves_until_it_can()
    {
        // A file stands where the folder is to be: nobody's rights help against that, not even root's.
        await File.WriteAllTextAsync(Path.Combine(_data.Path, "spool"), "");
        _receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start(batch: 1);
        var ids = End(destination, 1);
        await WaitAsync(destination, books => books is { Waiting: 1, SpoolFiles: 0, SpoolProblem: not null } && destination.Current.NextTry is not null);
        Assert.StartsWith($"Unsent spans cannot be written to {Folder}", destination.Current.SpoolProblem, StringComparison.Ordinal);

        File.Delete(Path.Combine(_data.Path, "spool"));
        ids = [.. ids, .. End(destination, 1)];
        await WaitAsync(destination, books => books is { Waiting: 2, SpoolFiles: 1, SpoolProblem: null });
        _receiver.Answer = OtlpReceiverAnswer.Ok;
        ids = [.. ids, .. End(destination, 1)];
        await WaitAsync(destination, books => books is { Sent: 3, SpoolFiles: 0 });
        Assert.Equal(ids.Order(), _receiver.Spans.Select(static span => span.SpanId).Order());
    }

    [Fact]
    public async Task Files_that_vanish_are_counted_and_the_others_arrive()
    {
        _receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start(batch: 1);
        End(destination, 2);
        await WaitAsync(destination, books => books is { Waiting: 2, SpoolFiles: 2 });
        File.Delete(Files.Order(StringComparer.Ordinal).First());

        _receiver.Answer = OtlpReceiverAnswer.Ok;
        End(destination, 1);
        await WaitAsync(destination, books => books is { Sent: 2, Refused: 1, Waiting: 0, SpoolFiles: 0 });
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(415)]
    [InlineData(422)]
    [InlineData(507)]
    public async Task What_cannot_succeed_is_kept_until_something_changes(int status)
    {
        _receiver.Answer = OtlpReceiverAnswer.Refuse(status);
        using var destination = Start();
        End(destination, 1);
        await WaitAsync(destination, books => books is { Waiting: 1, Blocked: 1 });
        Assert.Null(destination.Current.NextTry);

        // No timer repeats it, and new ones are tried at their time.
        var requests = _receiver.Requests;
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(requests, _receiver.Requests);
        _receiver.Answer = OtlpReceiverAnswer.Ok;
        End(destination, 1);
        await WaitAsync(destination, books => books is { Sent: 2, Blocked: 0, Waiting: 0, Refused: 0 });
    }

    [Theory]
    [InlineData("setting")]
    [InlineData("now")]
    public async Task What_was_kept_goes_on_when_a_person_changes_something(string change)
    {
        _receiver.RequiredKey = "key";
        using var destination = Start();
        End(destination, 1);
        await WaitAsync(destination, books => books is { Blocked: 1 });

        if (change == "now")
        {
            _receiver.RequiredKey = null;
            destination.Retries.SendNow(evenIfHeld: true);
        }
        else
        {
            destination.Use(Plan(key: "key"));
        }

        await WaitAsync(destination, books => books is { Sent: 1, Blocked: 0, SpoolFiles: 0 });
    }

    [Fact]
    public async Task One_that_is_refused_for_its_content_while_others_are_taken_is_lost_and_not_sent_for_ever()
    {
        _receiver.Answer = OtlpReceiverAnswer.Refuse(422);
        using var destination = Start();
        End(destination, 1);
        await WaitAsync(destination, books => books is { Blocked: 1 });

        var gate = new TaskCompletionSource();
        _receiver.Answer = OtlpReceiverAnswer.Ok with { After = gate.Task };
        End(destination, 1);
        await _receiver.WaitForRequestsAsync(2);
        _receiver.Answer = OtlpReceiverAnswer.Refuse(422);
        gate.SetResult();
        await WaitAsync(destination, books => books is { Sent: 1, Refused: 1, Waiting: 0, Blocked: 0, SpoolFiles: 0 });
    }

    [Fact]
    public async Task What_is_for_another_address_waits_for_a_word_also_after_a_restart()
    {
        await using var other = await OtlpReceiver.StartAsync();
        _receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using (var destination = Start())
        {
            End(destination, 1);
            await WaitAsync(destination, books => books is { SpoolFiles: 1, Waiting: 1 });
            await destination.StopAsync(CancellationToken.None);
        }

        using var next = Start(endpoint: other.TracesUrl);
        await WaitAsync(next, books => books is { Found: 1, Waiting: 1 });
        Assert.Equal((1, 0), (next.Current.LeftBehind?.Spans, other.Requests));

        next.Retries.ForwardLeftBehind();
        await WaitAsync(next, books => books is { Sent: 1, Waiting: 0, SpoolFiles: 0 });
        Assert.Single(other.Spans);
    }

    [Fact]
    public async Task Off_gives_up_what_is_on_disk()
    {
        _receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        using var destination = Start();
        End(destination, 1);
        await WaitAsync(destination, books => books is { SpoolFiles: 1, Waiting: 1 } && destination.Current.NextTry is not null);

        destination.GiveUpKept();
        destination.Use(null);
        await WaitAsync(destination, books => books is { Refused: 1, Waiting: 0, SpoolFiles: 0 });
        Assert.Empty(Files);
    }

    private Destination Start(int batch = 512, string? endpoint = null)
    {
        var destination = new Destination(new AnsweredServers(_data), _clock, NullLogger.Instance, null, new Spool(_data, "0", _clock));
        destination.Use(Plan(batch, endpoint));
        return destination;
    }

    private ExportPlan Plan(int batch = 512, string? endpoint = null, string? key = null) => ExportPlan.From(new TelemetrySettings
    {
        Destination = new() { Endpoint = endpoint ?? _receiver.TracesUrl, ApiKey = key },
        Batch = new() { ScheduledDelayMilliseconds = 50, MaxExportBatchSize = batch, MaxSpoolMegabytes = 1 },
    });

    private static List<string> End(Destination destination, int count, string name = "span") => [.. Enumerable.Range(0, count).Select(_ =>
    {
        Activity.Current = null;
        using var span = new Activity(name) { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        span.SetIdFormat(ActivityIdFormat.W3C).Start().Stop();
        Assert.True(destination.Accept(span));
        return span.SpanId.ToHexString();
    })];

    private static async Task<DestinationBooks> WaitAsync(Destination destination, Func<DestinationBooks, bool> wanted)
    {
        var reached = new TaskCompletionSource<DestinationBooks>(TaskCreationOptions.RunContinuationsAsynchronously);
        destination.Changed += Look;
        Look();
        try
        {
            return await reached.Task.WaitAsync(OtlpReceiver.Guard);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The books stayed at {destination.Books}", late);
        }
        finally
        {
            destination.Changed -= Look;
        }

        void Look()
        {
            var books = destination.Books;
            if (wanted(books))
            {
                reached.TrySetResult(books);
            }
        }
    }
}
