using System.Diagnostics;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>
/// One process of the studio as far as its books go: router, tail sampling and two destinations with small queues, of which the first proves what
/// it sent. It notes for itself what it does to them, so that the books can be wrong.
/// </summary>
internal sealed class FaultyProcess : IDisposable
{
    private const int Queue = 24;
    private const int Batch = 8;

    private readonly SpanRouter _router = new();
    private readonly TailSampler _tail;
    private readonly Queue<Trace> _open = new();
    private readonly DestinationRig[] _rigs;
    private readonly OtlpReceiver _other;
    private (long Started, long Ended, long LeftOut, long Dropped, long Kept) _own;

    public FaultyProcess(DataFolder data, OtlpReceiver phoenix, OtlpReceiver other)
    {
        _other = other;
        _tail = new TailSampler(_router, new ManualTime(), headDecidesFirst: false);
        _tail.Use(TailTraces.Rules(new TelemetrySettings(), 0, static rules => rules with { KeepErrors = true }));
        _rigs = [new DestinationRig(data, phoenix, "phoenix", Batch, queue: Queue), new DestinationRig(data, other, "other", Batch, queue: Queue)];
        IsSending = true;
    }

    public IReadOnlyList<DestinationRig> Rigs => _rigs;

    /// <summary>Ids of the spans that were to be sent.</summary>
    public List<string> Ids { get; } = [];

    public int Open => _open.Count;

    /// <summary>Whether there are destinations at all.</summary>
    public bool IsSending
    {
        get => !_router.Destinations.IsEmpty;
        set => _router.Destinations = value ? [.. _rigs.Select(static rig => rig.Destination)] : [];
    }

    /// <summary>The second one off, or on again. What it has goes on its way meanwhile.</summary>
    public void Switch(bool isOn)
    {
        if (isOn)
        {
            _rigs[1].Use(_other, Batch, queue: Queue);
        }
        else
        {
            _rigs[1].Destination.Use(null);
        }
    }

    /// <summary>A trace begins, and its inner spans end: it is held.</summary>
    public void Begin(int children, bool isFailing)
    {
        var trace = new Trace(Start(new Activity("root") { ActivityTraceFlags = ActivityTraceFlags.Recorded }), isFailing);
        Assert.True(_tail.Begin(trace.Root.TraceId, headSays: false, isRoot: true));
        for (var i = 0; i < children; i++)
        {
            var child = Start(new Activity("child").SetParentId(trace.Root.TraceId, trace.Root.SpanId, ActivityTraceFlags.Recorded));
            trace.Ids.Add(child.SpanId.ToHexString());
            End(child, isFailing && i == 0);
        }

        _open.Enqueue(trace);
    }

    /// <summary>The oldest trace comes to its end: it is sent as a whole or left out as a whole.</summary>
    public void EndOldest()
    {
        var trace = _open.Dequeue();
        trace.Ids.Add(trace.Root.SpanId.ToHexString());
        End(trace.Root, trace.IsFailing);
        _own.LeftOut += trace.IsFailing ? 0 : trace.Ids.Count;
        _own.Dropped += trace.IsFailing && !IsSending ? trace.Ids.Count : 0;
        _own.Kept += trace.IsFailing && IsSending ? trace.Ids.Count : 0;
        Ids.AddRange(trace.IsFailing && IsSending ? trace.Ids : []);
    }

    /// <summary>A span that the head left out.</summary>
    public void LeaveOut()
    {
        End(Start(new Activity("unsampled")), isFailing: false);
        _own.LeftOut++;
    }

    /// <summary>Compares every count with its own, and every sum, once nothing moves any more.</summary>
    public async Task CheckAsync()
    {
        foreach (var rig in _rigs)
        {
            rig.Flush();
            Assert.True(SpinWait.SpinUntil(() => rig.Books.Waiting == rig.Destination.Retries.Stock.Kept, OtlpReceiver.Guard));
            await rig.SettleAsync();
        }

        var ((books, tail), isOfOneMoment) = _router.Guard.Read(() => (_router.Count(_rigs.Select(static rig => rig.Destination)), _tail.Current));
        var held = _open.Sum(static trace => trace.Ids.Count);
        Assert.True(isOfOneMoment);
        Assert.Equal((_own.Started, (long)_open.Count, _own.Ended, (long)held), (books.Started, books.Running, books.Ended, tail.HeldSpans));
        Assert.Equal((_own.LeftOut, _own.Dropped, _own.Kept), (books.LeftOut + tail.LeftOutSpans, books.Dropped, books.Kept));
        Assert.Equal(books.Started, books.Ended + books.Running);
        Assert.Equal(books.Ended, books.LeftOut + tail.LeftOutSpans + tail.HeldSpans + books.Dropped + books.Kept);
        Assert.All(books.Destinations, one => Assert.Equal(books.Kept, one.Kept + one.Dropped + one.NotOffered));
        Assert.All(_rigs, static rig => rig.AssertBalance());
    }

    public void Dispose()
    {
        Array.ForEach(_rigs, static rig => rig.Dispose());
        _tail.Dispose();
        _router.Dispose();
    }

    private Activity Start(Activity span)
    {
        Activity.Current = null;
        span.SetIdFormat(ActivityIdFormat.W3C).Start();
        _own.Started++;
        _router.OnStart(span);
        return span;
    }

    private void End(Activity span, bool isFailing)
    {
        if (isFailing)
        {
            span.SetStatus(ActivityStatusCode.Error, "broken");
        }

        span.Stop();
        _own.Ended++;
        _router.OnEnd(span);
    }

    private sealed record Trace(Activity Root, bool IsFailing)
    {
        public List<string> Ids { get; } = [];
    }
}
