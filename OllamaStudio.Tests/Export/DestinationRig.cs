using System.Diagnostics;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A destination with a spool, as a process has it; another one on the same folder is the next process.</summary>
internal sealed class DestinationRig : IDisposable
{
    public DestinationRig(
        DataFolder data, OtlpReceiver receiver, string id = "0", int batch = 512, int megabytes = 100, string? key = null, int queue = 20_000, PauseClock? clock = null,
        Func<DestinationSettings, DestinationSettings>? change = null, int timeout = 60_000, bool isOn = true)
    {
        Clock = clock ?? new PauseClock();
        Destination = new Destination(new AnsweredServers(data), Clock, Log, null, new Spool(data, id, Clock)) { Id = id };
        if (isOn)
        {
            Use(receiver, batch, megabytes, key, queue, change, timeout);
        }
        else
        {
            Rest(receiver);
        }
    }

    public PauseClock Clock { get; }

    public RecordingLogger<DestinationRig> Log { get; } = new();

    public Destination Destination { get; }

    public DestinationBooks Books => Destination.Books;

    /// <summary>It is switched off.</summary>
    public void Rest(OtlpReceiver receiver) => Destination.Rest(ExportPlan.From(new TelemetrySettings { Destination = new() { Endpoint = receiver.TracesUrl, Enabled = false } }));

    public void Use(
        OtlpReceiver receiver, int batch = 512, int megabytes = 100, string? key = null, int queue = 20_000, Func<DestinationSettings, DestinationSettings>? change = null, int timeout = 60_000) =>
        Destination.Use(ExportPlan.From(new TelemetrySettings
        {
            Destination = (change ?? (static it => it))(new() { Endpoint = receiver.TracesUrl, ApiKey = key }),
            Batch = new() { ScheduledDelayMilliseconds = 10_000, MaxExportBatchSize = batch, MaxQueueSize = queue, MaxSpoolMegabytes = megabytes, ExportTimeoutMilliseconds = timeout },
        }));

    /// <summary>Ends spans, each of a trace of its own, which are sent at once and together, in as many requests as they fill.</summary>
    /// <returns>Their ids.</returns>
    public List<string> End(int count, string name = "span")
    {
        List<string> ids = [];
        for (var i = 0; i < count; i++)
        {
            using var span = Ended(name);
            Assert.True(Destination.Accept(span));
            ids.Add(span.SpanId.ToHexString());
        }

        // A full batch goes by itself. Told of it twice, the sender might take the first of the next ones apart from the others.
        if (count != Destination.Route!.Plan.Batch.MaxExportBatchSize)
        {
            Flush();
        }

        return ids;
    }

    /// <summary>What was accepted by other ways than <see cref="End"/> goes now: no interval of the sender's splits it.</summary>
    public void Flush() => Destination.Route?.Flush();

    public static Activity Ended(string name)
    {
        Activity.Current = null;
        var span = new Activity(name) { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        span.SetIdFormat(ActivityIdFormat.W3C).Start().Stop();
        return span;
    }

    /// <summary>Lets time pass in steps, and what it set off come to its end.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan step)
    {
        await SettleAsync(); // a look under way sets the first pause when it ends
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            Clock.Advance(step);
            await SettleAsync();
        }
    }

    /// <summary>What is being sent again or read back comes to its end: from then on nothing moves until time passes or a span comes.</summary>
    public async Task SettleAsync()
    {
        await Destination.Retries.Proof!.LastLook.WaitAsync(OtlpReceiver.Guard);
        await Destination.Retries.LastSend.WaitAsync(OtlpReceiver.Guard);
    }

    /// <summary>Returns when every span that ended was sent or kept: nothing tells of that, but it does not take long.</summary>
    public void WaitUntilTried() => Assert.True(SpinWait.SpinUntil(() => Destination.Route!.Unsettled == 0, OtlpReceiver.Guard));

    /// <summary>Returns when so many requests wait to be read back: what was accepted is counted a moment before.</summary>
    public void WaitForProof(int requests) => Assert.True(SpinWait.SpinUntil(() => Destination.Retries.Proof!.Count == requests, OtlpReceiver.Guard));

    /// <summary>Each of its sums holds. What waits and what is not proved is counted where it lies, and all else where it happens, so that they need not.</summary>
    public DestinationBooks AssertBalance()
    {
        var books = Books;
        Assert.False(books.IsMoving);
        Assert.True(books.Kept + books.Found == books.Sent + books.Waiting + books.Refused + books.Expired, $"Sent: {books}");
        Assert.True(books.Stored is null || books.Sent == books.Stored + books.Unproved + books.LetGo, $"Stored: {books}");
        Assert.Equal((books.Waiting, books.Refused + books.Expired), (Destination.Current.Waiting, Destination.Current.Failed));
        return books;
    }

    public async Task<DestinationBooks> WaitAsync(Func<DestinationBooks, bool> wanted)
    {
        var reached = new TaskCompletionSource<DestinationBooks>(TaskCreationOptions.RunContinuationsAsynchronously);
        Destination.Changed += Look;
        Look();
        try
        {
            return await reached.Task.WaitAsync(OtlpReceiver.Guard);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The books stayed at {Books}", late);
        }
        finally
        {
            Destination.Changed -= Look;
        }

        void Look()
        {
            var books = Books;
            if (!books.IsMoving && wanted(books))
            {
                reached.TrySetResult(books);
            }
        }
    }

    public void Dispose() => Destination.Dispose();
}
